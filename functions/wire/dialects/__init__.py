"""The dialects of the tools' two endpoints: how each reads requests and writes answers, around the same use cases."""
