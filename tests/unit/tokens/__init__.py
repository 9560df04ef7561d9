"""Claims, signature and key set."""
