"""The pytest fixtures of `tallystick.testing`, found by pytest on its own."""
