"""How every command runs: settings read, hub wired, result shown, errors told."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
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
    with supervised(as_json=as_json):
        settings = read_settings(os.environ)
        set_up_logs(settings.log.model_copy(update={"level": "WARNING"}))
        return asyncio.run(_with_hub(settings, work))


@contextmanager
def supervised(*, as_json: bool) -> Iterator[None]:
    """The supervision point of a command: whatever fails, stdout gets a problem object, stderr the rest."""
    try:
        yield
    except HubError as error:
        fail(error, as_json=as_json)
    except (click.ClickException, BrokenPipeError):
        raise
    except Exception as error:
        logging.getLogger(__name__).exception("the command failed")
        words = f"{type(error).__name__}: {error}"
        fail(
            HubError(f"命令出错（{words}），详情见错误输出。", f"The command broke ({words}); stderr has the details."),
            as_json=as_json,
        )


def readable(_context: click.Context, _parameter: click.Parameter, words: str) -> str:
    """An argument that can be shown again."""
    return shown(words)


def shown(words: str) -> str:
    """Words with the bytes of an argument that were no UTF-8 replaced."""
    return words.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


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
        click.echo(shown(f"{error.zh}\n{error.en}"), err=True)
        for fault in error.faults if isinstance(error, Invalid) else ():
            click.echo(f"  {fault.pointer}: {fault.zh} {fault.en}", err=True)
    sys.exit(1)


def problem_of(error: HubError) -> dict[str, Any]:
    """The error as RFC 9457 has it."""
    problem: dict[str, Any] = {
        "type": f"/problems/{error.code}",
        "title": error.code,
        "code": error.code,
        "detail": shown(error.zh),
        "detail_en": shown(error.en),
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
