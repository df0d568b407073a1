"""The command line. With `--json`: one value on stdout and nothing else; words and logs go to stderr."""

from hub.cli.entry import main

__all__ = ["main"]
