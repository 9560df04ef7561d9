"""Device login for command-line tools: what the author of one embeds."""
