"""POST /oauth2/device_authorization: a tool asks for its two codes (RFC 8628 §3.1, §3.2).

`door` wires it to the table and the wire, `flow` is the use case. Called by command-line tools.
"""
