"""``python -m sync.cli``: the command, for whoever has no script of its name in reach."""

from sync.cli.app import main

main()
