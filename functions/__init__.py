"""The Lambda functions: a complete RFC 8628 authorization server.

Each function has a folder with its `door` (wiring, loaded by Lambda only) and its `flow` (the use case). What they share
lives in `grant` (the rules), `store` (DynamoDB), `tokens` (KMS and JWT), `identity` (the OIDC provider) and `wire` (HTTP).
This package is the import root of the tests, the type checker and every Lambda zip.
"""
