"""Discovery: what a client learns from the issuer's address alone. The metadata in both its places, and the public keys."""
