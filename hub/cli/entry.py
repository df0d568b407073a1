"""`hub`: the commands, found by name and imported only when used, so that each starts quickly."""

from __future__ import annotations

import importlib

import click

_COMMANDS = {
    "serve": ("hub.cli.serve", "serve", "Start the hub in the foreground."),
    "check": ("hub.cli.check", "check", "Check that everything is reachable and configured."),
    "health": ("hub.cli.health", "health", "Ask the hub that runs here whether it is ready."),
    "migrate": ("hub.cli.data", "migrate_command", "Bring the database to the newest schema."),
    "backup": ("hub.cli.backup", "backup", "Back up everything into one file."),
    "restore": ("hub.cli.backup", "restore", "Restore a backup into an empty database, and verify it."),
    "database": ("hub.cli.database", "database", "The database: move it to another."),
    "city": ("hub.cli.city", "city", "City packs."),
    "report": ("hub.cli.report", "report", "Reports: submit, list, replay."),
    "case": ("hub.cli.case", "case", "Cases: list, show."),
    "trace": ("hub.cli.report", "trace", "Why a report or a case became what it is."),
    "history": ("hub.cli.data", "history", "The history of cases: verify."),
    "geocode": ("hub.cli.geocode", "geocode", "Place words to places, and back."),
    "classify": ("hub.cli.classify", "classify", "Texts to categories: explain, learn, versions, use."),
    "key": ("hub.cli.key", "key", "The key of all personal data: renew one that is lost for good."),
    "user": ("hub.cli.user", "user", "People who may sign in, and tokens: add, list, disable, ..."),
}


class Commands(click.Group):
    """A group that imports a command's module when the command is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, in the order of the table."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command itself."""
        if cmd_name not in _COMMANDS:
            return None
        module, attribute, _ = _COMMANDS[cmd_name]
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands without importing any of them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, words) for name, (_, _, words) in _COMMANDS.items()])


@click.group(cls=Commands)
def main() -> None:
    """12319 Hub: from a citizen's words to a case in the dispatcher's queue.

    Works on the data folder HUB_DATA, with or without a running hub.
    """
