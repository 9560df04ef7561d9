"""The page's two calls on a code: the person opens it and decides (RFC 8628 §3.3).

`handler` is the composition root, `app` its paths, `endpoint` HTTP, `approval` the use case, `lockout` what stops guessing.
Called by the approval page only.
"""
