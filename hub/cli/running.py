"""How every command runs: settings read, hub wired, result shown, errors told."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from typing import Any, NoReturn, TypeVar

import click
import orjson
from pydantic import BaseModel

from hub.logs import set_up_logs
from hub.settings import Settings, read_settings
from hub.wiring import Hub
from intake.errors import HubError, Invalid

Result = TypeVar("Result")
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON on stdout, nothing else.")


def run(work: Callable[[Hub], Awaitable[Result]], *, as_json: bool) -> Result:
    """Do a command's work on a wired hub; on failure tell it and leave with 1."""
    try:
        settings = read_settings(os.environ)
        set_up_logs(settings.log.model_copy(update={"level": "WARNING"}))
        return asyncio.run(_with_hub(settings, work))
    except HubError as error:
        fail(error, as_json=as_json)


async def _with_hub(settings: Settings, work: Callable[[Hub], Awaitable[Result]]) -> Result:
    hub = Hub(settings)
    try:
        return await work(hub)
    finally:
        hub.close()


def fail(error: HubError, *, as_json: bool) -> NoReturn:
    """Tell an error, as a problem object on stdout or in words on stderr, and leave with 1."""
    if as_json:
        print_json(problem_of(error))
    else:
        click.echo(f"{error.zh}\n{error.en}", err=True)
        for fault in error.faults if isinstance(error, Invalid) else ():
            click.echo(f"  {fault.pointer}: {fault.zh} {fault.en}", err=True)
    sys.exit(1)


def problem_of(error: HubError) -> dict[str, Any]:
    """The error as RFC 9457 has it."""
    problem: dict[str, Any] = {
        "type": f"/problems/{error.code}",
        "title": error.code,
        "code": error.code,
        "detail": error.zh,
        "detail_en": error.en,
    }
    if isinstance(error, Invalid) and error.faults:
        problem["faults"] = [
            {"pointer": fault.pointer, "detail": fault.zh, "detail_en": fault.en} for fault in error.faults
        ]
    return problem


def print_json(value: Any) -> None:
    """One JSON value on stdout, Chinese as it is."""
    sys.stdout.buffer.write(orjson.dumps(plain(value), option=orjson.OPT_APPEND_NEWLINE | orjson.OPT_NON_STR_KEYS))
    sys.stdout.buffer.flush()


def plain(value: Any) -> Any:
    """Models as plain data, in lists too."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    return value
