"""Where logins are kept: private files, with the lasting secret in the operating system's keyring, or memory.

The keyring holds what renews a login (or the only token there is); a file that only its owner can read holds the rest. Where
the secret of a login is kept is decided when it is made, and stays. Sends nothing and renews nothing: `session` does.
"""
