"""The metadata document and its door."""
