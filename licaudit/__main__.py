"""`python -m licaudit`."""

from licaudit.cli import main

main()
