"""The rules of the grant: codes, secrets, moves and pacing."""
