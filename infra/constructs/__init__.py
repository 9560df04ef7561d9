"""What the stack is made of: one concern a file, each a function or a construct that makes its AWS resources.

They know the configuration and the surroundings, hardly one another; only `infra.stack` puts them together.
"""
