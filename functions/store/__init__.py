"""The one table: the only place that knows DynamoDB.

Owns the items and one conditional write per move; each condition repeats the rule of `functions.grant.moves`. Decides
nothing: it says Won or Lost and shows what it found. Only a door opens the table and hands the stores to the flows.
"""
