"""Doubles that keep the contracts of what they stand for."""
