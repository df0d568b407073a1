"""Topics as Redis Streams: names of keys, limits, and the commands that add to a stream or take from its pending list.

A topic is one stream; what nobody could handle goes to `<topic>.dead`. A message is one field of JSON.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.client import Pipeline
from redis.exceptions import ResponseError

_FIELD = "message"
# With a consumer go its pending entries. One that is merely idle (before Redis 7.2 it looks like one that is gone) may
# get a message at any moment, so that looking and striking off must be one step.
_STRIKE_OFF = """
if #redis.call('XPENDING', KEYS[1], ARGV[1], '-', '+', 1, ARGV[2]) == 0 then
  redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], ARGV[2])
end
"""
Fields = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamRules:
    """How much is kept, and when a message counts as abandoned.

    A stream keeps about `length` messages, its dead letters about `dead_length`. A delivery that nobody acknowledged
    for `stale_seconds` is made anew, `deliveries_limit` times in all; then the message is a dead letter. A consumer
    that has nothing pending and was not heard of for `forget_seconds` is struck off its group.
    """

    namespace: str = ""
    length: int = 10_000
    dead_length: int = 1_000
    block_seconds: float = 5.0
    stale_seconds: float = 30.0
    deliveries_limit: int = 5
    forget_seconds: float = 3600.0

    @property
    def prefix(self) -> str:
        """What every key of this installation begins with."""
        return f"hub12319:{self.namespace}:" if self.namespace else "hub12319:"

    def key(self, topic: str) -> str:
        """The stream of a topic."""
        return self.prefix + topic

    def dead_key(self, topic: str) -> str:
        """The stream of its dead letters."""
        return f"{self.prefix}{topic}.dead"

    @property
    def dead_topics_key(self) -> str:
        """The set of topics that ever had a dead letter: nobody has to search through a shared Redis."""
        return self.prefix + "dead-topics"


@dataclass(frozen=True, slots=True)
class Announcement:
    """A message on its way to the stream of its topic."""

    topic: str
    text: str

    def onto(self, pipe: Pipeline, rules: StreamRules) -> None:
        """Add the command."""
        pipe.xadd(rules.key(self.topic), {_FIELD: self.text}, maxlen=rules.length, approximate=True)


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """Word that a group has handled a message."""

    topic: str
    group: str
    entry_id: str

    def onto(self, pipe: Pipeline, rules: StreamRules) -> None:
        """Add the command."""
        pipe.xack(rules.key(self.topic), self.group, self.entry_id)


def encoded(message: Mapping[str, str]) -> str:
    """A message as it is kept."""
    return json.dumps(dict(message), ensure_ascii=False)


def decoded(fields: Fields) -> dict[str, str] | None:
    """The message of an entry; None for one that is not ours."""
    try:
        message = json.loads(fields[_FIELD])
    except (KeyError, ValueError):
        return None
    return message if isinstance(message, dict) else None


def order(entry_id: str) -> tuple[int, int]:
    """The place of an entry in its stream: milliseconds and number."""
    milliseconds, _, number = entry_id.partition("-")
    return int(milliseconds), int(number or 0)


async def newest(client: Redis, key: str) -> str:
    """The id of the last entry; `0-0` for a stream without one."""
    entries: Any = await client.xrevrange(key, count=1)
    return str(entries[0][0]) if entries else "0-0"


async def make_group(client: Redis, key: str, group: str, start: str) -> None:
    """Make the group, and the stream if need be; a group that exists keeps its place."""
    try:
        await client.xgroup_create(key, group, start, mkstream=True)
    except ResponseError as error:
        if not str(error).startswith("BUSYGROUP"):
            raise


async def strike_off(client: Redis, key: str, group: str, consumer: str) -> None:
    """Take a consumer without pending entries off its group; should it live after all, reading puts it back."""
    answer: Any = client.eval(_STRIKE_OFF, 1, key, group, consumer)
    await answer
