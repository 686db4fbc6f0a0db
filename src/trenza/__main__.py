"""`python -m trenza`: the command line."""

from trenza.cli import main

main()
