"""`python -m agent` is the command `mailbox-agent`."""

from agent.cli import main

main()
