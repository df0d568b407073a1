"""`hub database move`: a city from SQLite to PostgreSQL, or back."""

from __future__ import annotations

from pathlib import Path

import click
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from case_api.store.archive import Restored, Target, move_database
from case_api.store.folders import private_folder
from hub.cli.restored import in_good_order, restored_fields, say, tell_restored
from hub.cli.running import json_option, print_json, run
from hub.secret_files import with_password
from hub.wiring import Hub
from intake.errors import Invalid

_POSTGRES_PORT = 5432


@click.group()
def database() -> None:
    """The database: move it to another."""


@database.command()
@click.option(
    "--to", "to", required=True, metavar="URL", help="postgresql://USER@HOST/DATABASE, sqlite:////PATH/hub.db"
)
@click.option("--password-file", default="", help="File with the password for URL: what stands in URL is seen in `ps`.")
@json_option
def move(to: str, password_file: str, *, as_json: bool) -> None:
    """Copy the city to the empty database at URL, verify it, and say what to set; the old database stays as it is.

    Stop the hub first. The data folder (evidence, key, journal) serves the new database unchanged.
    """
    told: list[str] = []

    async def work(hub: Hub) -> Restored:
        settings = hub.settings
        url = with_password(to, password_file, "--password-file")
        told.append(_new_setting(settings.database_url, url))
        with in_good_order():
            target = Target(url, private_folder(settings.data), hub.clock.now(), say)
            return move_database(settings.database_url, target)

    restored = run(work, as_json=as_json)
    (shown,) = told
    settings_to = {"HUB_DATABASE_URL": shown}
    if password_file:
        settings_to["HUB_DATABASE_PASSWORD_FILE"] = str(Path(password_file).expanduser().resolve())
    if as_json:
        print_json({**restored_fields(restored), "set": settings_to})
        return
    tell_restored(restored)
    for name, value in settings_to.items():
        say(f"请设置 now set:  {name}={value}")
    if not shown.startswith("sqlite") and not password_file:
        say(
            "密码不要写在地址里：写入权限 0600 的文件，并设置 HUB_DATABASE_PASSWORD_FILE\n"
            "The password does not belong into the URL: put it into a file of mode 0600 and set "
            "HUB_DATABASE_PASSWORD_FILE",
        )
    say("原数据库没有改动，确认无误后再处理。 The old database is unchanged; remove it when all is well.")


def _new_setting(old: str, new: str) -> str:
    """The new URL without its password. Raises Invalid for one that cannot be used or is the old one."""
    try:
        url = make_url(new)
    except ArgumentError as error:
        raise Invalid(
            "--to 不是数据库地址，应如 postgresql://用户@主机/数据库。",
            "--to is no database URL; it looks like postgresql://USER@HOST/DATABASE.",
        ) from error
    if _place(old) == _place(new):
        raise Invalid("目标就是现在的数据库。", "The target is the database that is in use.")
    bare = URL.create(url.drivername, url.username, None, url.host, url.port, url.database, url.query)
    return bare.render_as_string()


def _place(address: str) -> tuple[object, ...]:
    """Where a URL leads, however it is spelt."""
    url = make_url(address)
    if url.get_backend_name() == "sqlite":
        return "sqlite", str(Path(url.database or "").resolve())
    return url.get_backend_name(), url.host, url.port or _POSTGRES_PORT, url.database
