"""The Lambda functions: a complete RFC 8628 authorization server.

Each function has a folder: `handler` (the composition root, loaded by Lambda only), `app` (ports → {path: endpoint}),
`endpoint` (HTTP) and its use cases. What they share lives in `domain` (the rules), `store` (DynamoDB), `tokens` (KMS and
JWT), `identity` (the OIDC provider) and `wire` (HTTP). This package is the import root of the tests, the type checker and
every Lambda zip.
"""
