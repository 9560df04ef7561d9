"""The token endpoint: a tool asks whether it has been let in (RFC 8628 §3.4, §3.5), and stays in (RFC 6749 §6).

`handler` is the composition root, `app` its paths, `endpoint` HTTP; `device_grant` and `refresh_grant` are the use cases.
Called by command-line tools, every few seconds: the hot path, one conditional update while nobody has decided.
"""
