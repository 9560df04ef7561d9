"""The domain: what is allowed and when, as pure rules on immutable values.

`device_grant` has the device authorization grant (RFC 8628), `session` what a login becomes (RFC 6749 §6); beside them stand
clients, persons, limits, errors and the ports. Standard library only: no clock, no randomness, no HTTP, no AWS, no storage.
Use cases and adapters call it; it calls nobody.
"""
