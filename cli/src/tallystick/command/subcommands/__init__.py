"""The subcommands, a module each (`token` and `refresh`, `status` and `switch` share one). The group loads them by name.

Each says in `COMMANDS` how it is made for a tool. None is imported by another, or by anything but the group.
"""
