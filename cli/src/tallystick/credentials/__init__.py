"""Values: what a login is known by (issuer, client, profile, user), its tokens, and how a secret is held in memory.

Everyone above passes these along. Nothing here reads, writes, sends or asks for the time.
"""
