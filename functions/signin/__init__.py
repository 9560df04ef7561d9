"""GET /auth/login, /auth/callback, /auth/session and POST /auth/logout: a person signs in with their browser.

`door` wires it to the table, the identity provider and the wire; `flow` is the use case, `transaction` what binds the way
out to the way back. Called by browsers only.
"""
