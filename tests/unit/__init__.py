"""Tests of one module at a time: no sockets, no clock."""
