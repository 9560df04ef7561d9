"""The operator's configuration: one typed block of cdk.json, checked before anything is made.

Owns the schema with its defaults, and the words for mistakes. Makes nothing: no CDK, no AWS. `config` is the way in,
called by the stack, the local run and the commands.
"""
