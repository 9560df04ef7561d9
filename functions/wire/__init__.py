"""Bytes in, bytes out: API Gateway's event to a Request, a Response to API Gateway's answer, and one module per dialect.

Owns parsing, limits, headers, cookies and the one table from errors to HTTP. Decides nothing about grants. Only a
function's endpoints call it.
"""
