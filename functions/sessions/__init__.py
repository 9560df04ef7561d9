"""What comes after the login: revoke a token, ask what one is worth, see and end one's own sessions.

RFC 7009, RFC 7662, RFC 6750 and OpenID Connect Core §5.3. `door` wires it to the table, the public key and the wire; `flow`
is what a token is worth, `own` a person's list. Called by tools, by the APIs that they call, and by the page.
"""
