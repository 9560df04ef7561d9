"""POST /auth/device/lookup and /auth/device/approve: the person opens a code and decides (RFC 8628 §3.3).

`door` wires it to the table and the wire, `flow` is the use case. Called by the approval page only.
"""
