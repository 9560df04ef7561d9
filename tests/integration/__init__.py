"""Tests over HTTP on the deployed stack."""
