"""What a poll costs, as a multiple of the least that a Lambda with boto3 costs: `uv run python -m tests.performance`.

Absolute times say more about the machine than about us. So each measurement is a ratio of CPU times, ours and the
yardstick's, taken in turns: a bare boto3 Lambda that makes a client and reads one item. Both run under AWS's own runtime
client, with valid bytecode, before a Runtime API and a DynamoDB that are ours and in other processes.
"""
