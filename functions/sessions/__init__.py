"""After the login: revoke a token, ask what one is worth, see and end one's own sessions.

RFC 7009, RFC 7662, RFC 6750 and OpenID Connect Core §5.3. `handler` is the composition root, `app` its paths, `endpoint` and
`own_sessions_endpoint` HTTP; the use cases are `tokens`, what a token is worth, and `own_sessions`, a person's list. Called
by tools, by the APIs that they call, and by the page.
"""
