"""A scripted issuer, so that the author of a command-line tool can test its login."""
