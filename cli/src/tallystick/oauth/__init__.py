"""OAuth over the wire: discovery, the device grant and its polling, refresh, revocation, and who has logged in.

Reads and writes what the RFCs say, through a transport. Keeps nothing, waits for nothing, asks nobody: `stores` keeps the
tokens, `session` and `login` decide when to call.
"""
