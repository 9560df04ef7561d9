"""The command: `tallystick` for any issuer, and the group of commands that a tool can add to its own (`click_group()`).

What is needed only once a command runs is imported there: `--help` loads click and nothing else.
"""
