"""GET /auth/login, /auth/callback, /auth/session and POST /auth/logout: a person signs in with their browser.

`handler` is the composition root, `app` its paths, `endpoint` HTTP, `sign_in` the use case, `transaction` what binds the way
out to the way back. Called by browsers only.
"""
