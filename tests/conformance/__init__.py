"""Stock OAuth clients that nobody here wrote log in with nothing but the issuer."""
