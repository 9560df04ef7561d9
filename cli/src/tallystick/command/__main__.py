"""`python -m tallystick.command`."""

from tallystick.command.program import main

main()
