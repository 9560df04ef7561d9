"""What an operator runs by hand beside `cdk`: `python -m infra.commands.<name>`.

Each is a program of its own, and nothing imports it but its tests.
"""
