"""The device login of a person, from the prompt to the logout: `DeviceLogin`, its asynchronous twin, and their steps.

Asks the issuer through `oauth`, keeps what was granted in `stores`, hands out a `session`. Tools call it, and so do the
commands.
"""
