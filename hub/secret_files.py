"""Secrets by file, as containers and systemd hand them over: the URL in the settings holds no password."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from intake.errors import Invalid


def with_password(url: str, file: str, setting: str) -> str:
    """The URL with the file's password in it; as it is when no file is named.

    Raises Invalid, naming the setting and never the secret, for a file that cannot be read or holds nothing, and for a
    URL without a host or with a password already.
    """
    if not file:
        return url
    scheme, mark, rest = url.partition("://")
    place, slash, tail = rest.partition("/")
    user, _, host = place.rpartition("@")
    if not (mark and place) or ":" in user:
        raise Invalid(
            f"设置了 {setting}，但地址中没有主机或已含密码；请改正地址，或取消该设置。",
            f"{setting} is set, but the URL has no host or has a password already: mend the URL or unset it.",
        )
    return f"{scheme}{mark}{user}:{quote(_secret(file, setting), safe='')}@{host}{slash}{tail}"


def secret_of(value: str, file: str, setting: str) -> str:
    """The file's secret when one is named, else the value. Raises Invalid for a file that cannot be read."""
    return _secret(file, setting) if file else value


def _secret(file: str, setting: str) -> str:
    """What the file holds, without the end of its last line."""
    try:
        secret = Path(file).expanduser().read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(
            f"{setting} 所指的文件无法读取（{_cause(error)}），请检查路径和权限。",
            f"The file of {setting} cannot be read ({_cause(error)}): look at its path and rights.",
        ) from error
    if not secret:
        raise Invalid(f"{setting} 所指的文件是空的。", f"The file of {setting} is empty: put the password into it.")
    return secret


def _cause(error: OSError | UnicodeDecodeError) -> str:
    """Why, without the bytes of the file."""
    return error.strerror or type(error).__name__ if isinstance(error, OSError) else "UTF-8"
