"""Every failure the hub names, with a stable code and words in both languages.

`Temporary` means: try again, nothing is wrong with what was sent. `Permanent` means: tell the sender, keep the raw.
Adapters translate the errors of their libraries into these at their own edge.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class FieldFault:
    """One field that cannot be taken: where (a JSON pointer such as `/point/datum`) and what to do, zh and en."""

    pointer: str
    zh: str
    en: str


class HubError(Exception):
    """Root of all errors of the hub. `zh` and `en` say what happened and what to do about it."""

    code: ClassVar[str] = "hub-error"

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} / {en}")
        self.zh = zh
        self.en = en


class Temporary(HubError):
    """A part is away or busy; the same request will do later."""

    code = "temporarily-unavailable"


class Permanent(HubError):
    """Repeating will not help: what was sent, or the state it met, must change first."""

    code = "refused"


class Invalid(Permanent):
    """What was sent cannot be taken. `faults` names each field."""

    code = "invalid"

    def __init__(self, zh: str, en: str, faults: Sequence[FieldFault] = ()) -> None:
        super().__init__(zh, en)
        self.faults = tuple(faults)


class TooLarge(Permanent):
    """More bytes, pixels or characters than the limit the message names."""

    code = "too-large"


class IdempotencyConflict(Permanent):
    """The same (channel, external_id) came before with another content."""

    code = "idempotency-conflict"


class NotFound(Permanent):
    """Nothing has that number, or the asker may not know that it exists."""

    code = "not-found"


class Unauthenticated(Permanent):
    """Nobody is signed in, or the token or password is wrong."""

    code = "unauthenticated"


class Forbidden(Permanent):
    """The signed-in person lacks the permission the message names."""

    code = "forbidden"


class StaleVersion(Permanent):
    """Somebody changed it since it was read: read again, then decide again."""

    code = "stale-version"


class NotAllowedNow(Permanent):
    """The case is in a state that does not know this action; the message says what is allowed."""

    code = "not-allowed-now"
