"""Our own tokens: their claims, their signature by KMS, and the public keys to check them with.

Owns the access token (RFC 9068) and the key set (RFC 7517). Decides nothing about grants and stores nothing. The private key
never leaves KMS. `poll` mints with it, `discovery` publishes the keys; the first has no `cryptography` in its bundle.
"""
