"""Our own tokens: their claims, their signature by KMS, and the public keys to check them with.

Owns the access token (RFC 9068), the ID token (OpenID Connect Core §2) and the key set (RFC 7517). Decides nothing about
grants and stores nothing. The private key never leaves KMS. `poll` mints with it, `sessions` reads what it signed and
`discovery` publishes the keys; the first has no `cryptography` in its bundle.
"""
