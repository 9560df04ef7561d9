"""The device authorization grant (RFC 8628) as pure rules: states, moves, pacing, codes, clients and errors.

Owns what is allowed and when. Knows no clock, no randomness, no HTTP, no AWS and no storage: those are handed in by the
flows. Standard library only. Every flow calls it; it calls nobody.
"""
