"""POST /oauth2/token: a tool asks whether it has been let in (RFC 8628 §3.4, §3.5).

`door` wires it to the table, the key and the wire, `flow` is the use case. Called by command-line tools, every few seconds:
the hot path, one conditional update while nobody has decided.
"""
