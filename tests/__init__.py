"""What the server promises, as tests."""
