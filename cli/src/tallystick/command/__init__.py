"""The command: `tallystick` for any issuer, and the group of commands that a tool can add to its own (`click_group()`).

Stands on top of the library, which knows nothing of it but `embedded` (`DeviceLogin.click_group`). Each command imports what
it needs when it runs: `--help` loads click and nothing else.
"""
