"""What a login becomes (RFC 6749 §6, RFC 9700 §4.14): the session, its refresh tokens, and what an access token says.

Called by the use cases that mint, refresh, introspect and revoke. Signing and storing are others' business.
"""
