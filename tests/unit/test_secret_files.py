"""Passwords by file: they reach the URL at use, and no message that tells of a fault."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import make_url

from hub.settings import Settings, read_settings
from intake.errors import Invalid

SECRET = "p@ss/w:o?rd#%41 密"
DATABASE = "postgresql+psycopg://hub@database:5432/hub?connect_timeout=5"


def settings_of(folder: Path, content: bytes, **environment: str) -> Settings:
    """Settings with both passwords in one file of this content."""
    file = folder / "password"
    file.write_bytes(content)
    files = {"HUB_DATABASE_PASSWORD_FILE": str(file), "HUB_BUS_PASSWORD_FILE": str(file)}
    return read_settings({"HUB_DATA": str(folder), **files, **environment})


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_the_password_of_the_file_is_in_the_url_that_is_used(tmp_path: Path, end: str) -> None:
    url = make_url(settings_of(tmp_path, (SECRET + end).encode(), HUB_DATABASE_URL=DATABASE).database_url)
    assert (url.username, url.password, url.host, url.port, url.database) == ("hub", SECRET, "database", 5432, "hub")
    assert dict(url.query) == {"connect_timeout": "5"}


def test_a_bus_without_a_user_takes_a_password_too(tmp_path: Path) -> None:
    one = settings_of(tmp_path, b"secret\n", HUB_BUS_URL="redis://bus:6379/0")
    assert (one.bus_url, one.bus.url) == ("redis://:secret@bus:6379/0", "redis://bus:6379/0")


def test_a_host_in_brackets_stays_as_it_is(tmp_path: Path) -> None:
    one = settings_of(tmp_path, b"secret", HUB_BUS_URL="redis://hub@[::1]:6379")
    assert one.bus_url == "redis://hub:secret@[::1]:6379"


def test_without_a_file_the_url_is_used_as_it_is() -> None:
    url = "postgresql+psycopg://hub:known@database/hub"
    assert read_settings({"HUB_DATABASE_URL": url}).database_url == url
    assert read_settings({}).bus_url == "memory:"


def test_settings_that_are_shown_show_no_password(tmp_path: Path) -> None:
    one = settings_of(tmp_path, b"hunter2", HUB_DATABASE_URL=DATABASE, HUB_BUS_URL="redis://bus")
    assert "hunter2" not in repr(one) + one.model_dump_json()


@pytest.mark.parametrize("url", ["postgresql://hub:old@database/hub", "postgresql:///hub", ""])
def test_a_url_that_cannot_take_the_password_is_named(tmp_path: Path, url: str) -> None:
    with pytest.raises(Invalid, match="HUB_DATABASE_PASSWORD_FILE") as error:
        _ = settings_of(tmp_path, b"secret", HUB_DATABASE_URL=url).database_url
    assert "secret" not in str(error.value)


@pytest.mark.parametrize("content", [b"", b"\n", b"\xff\xfe"])
def test_a_file_without_a_usable_password_is_named(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(Invalid, match="HUB_BUS_PASSWORD_FILE"):
        _ = settings_of(tmp_path, content, HUB_BUS_URL="redis://bus").bus_url


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    one = settings_of(tmp_path, b"secret", HUB_DATABASE_URL=DATABASE)
    (tmp_path / "password").unlink()
    with pytest.raises(Invalid, match=r"HUB_DATABASE_PASSWORD_FILE cannot be read \(No such file or directory\)"):
        _ = one.database_url
