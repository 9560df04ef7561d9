"""The device authorization grant (RFC 8628): its states, one function per transition, its codes, pacing and checks.

A transition takes the old state and returns the new one, or raises why not. The store's conditional writes repeat these
rules; nothing here knows that.
"""
