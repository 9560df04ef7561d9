"""The device authorization endpoint: a tool asks for its two codes (RFC 8628 §3.1, §3.2).

`handler` is the composition root, `app` its paths, `endpoint` HTTP, `device_authorization` the use case. Called by
command-line tools.
"""
