"""The one table: the only place that knows DynamoDB.

Owns the items and one conditional write per move; each condition repeats a rule of `domain.device_grant.transitions`.
Decides nothing: it says Won or Lost and shows what it found. Only a handler opens the table and hands the stores to its app.
"""
