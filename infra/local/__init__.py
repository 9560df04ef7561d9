"""The local run: the emulator, the same stack deployed into it, and one origin in front of it.

`python3 dev.py local` starts `infra.local.__main__`; the tests start the same parts through `tests.stack`. Nothing here
runs on AWS.
"""
