"""Discovery: what a client learns from the issuer's address alone. The metadata in both its places, and the public keys.

`handler` is the composition root, `app` its paths, `endpoint` HTTP, `metadata` the document. Called by every client.
"""
