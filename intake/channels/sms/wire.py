"""What Kannel says of an incoming message, as a value. No I/O: bytes in, `InboundSms` out, whatever the bytes are.

The gateway may call by GET (`get-url`, everything in the query) or by POST (`post-url`: the text as body, the numbers
in `X-Kannel-*` headers, so that no number stands in an address). Its `charset` names the encoding of a text, except
that 8-bit messages come with `8-BIT` and may hold anything.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote_to_bytes

import orjson

from intake.inbox import TEXT_LIMIT_CHARACTERS
from intake.model.contact import normalise_phone
from intake.model.sms import InboundSms

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufeff]")
_OWN_COUNTRY = re.compile(r"^(?:\+|00)?(?:86(?=1\d{2,19}$))?(?=\d{3,20}$)")
_KEY = re.compile(r"[\x21-\x7e]{1,100}")
_SENDER_LETTERS = 40
# What gateways call the encodings of China's networks. Other codecs of Python are no encodings of short messages.
_CODECS = {
    **dict.fromkeys(("utf-8", "utf8"), "utf-8"),
    **dict.fromkeys(("utf-16be", "utf-16-be", "ucs-2", "ucs2", "ucs-2be"), "utf-16-be"),
    **dict.fromkeys(("utf-16le", "utf-16-le"), "utf-16-le"),
    **dict.fromkeys(("gbk", "gb2312", "gb18030", "cp936"), "gb18030"),
    **dict.fromkeys(("iso-8859-1", "latin1", "windows-1252", "cp1252"), "cp1252"),
    **dict.fromkeys(("us-ascii", "ascii"), "ascii"),
    "utf-16": "utf-16",
}
_GUESSES = ("utf-8", "utf-16-be", "gb18030")
_UCS2 = "2"
CUT = "……（后文从略）"


@dataclass(frozen=True, slots=True)
class KannelMessage:
    """An MO as the gateway told it: `message_id` is `%I`, `payload` the text in `charset` (or raw, by `coding`)."""

    message_id: str
    sender: str
    receiver: str
    payload: bytes
    coding: str = ""
    charset: str = ""
    time: str = ""
    smsc: str = ""

    @property
    def raw(self) -> bytes:
        """Everything that was said, as canonical JSON; the payload in hex. It holds a number: to be sealed."""
        told = {name: getattr(self, name) for name in ("message_id", "sender", "receiver", "coding", "charset")}
        whole = {**told, "time": self.time, "smsc": self.smsc, "payload": self.payload.hex()}
        return orjson.dumps(whole, option=orjson.OPT_SORT_KEYS)

    @property
    def key(self) -> str:
        """What the gateway's repetition is known by. Without an id: a hash of number, second and text."""
        if _KEY.fullmatch(self.message_id):
            return self.message_id
        told = b"\x00".join((self.sender.encode("utf-8", "replace"), self.time.encode(), self.payload))
        return f"hash-{hashlib.sha256(told).hexdigest()[:32]}"


def from_query(query: str) -> KannelMessage:
    """From the query as it was sent: values are percent-encoded bytes of any encoding, the text above all."""
    fields: dict[str, bytes] = {}
    for pair in query.split("&"):
        name, _, value = pair.partition("=")
        fields.setdefault(name, unquote_to_bytes(value.replace("+", " ")))
    words = {name: value.decode("utf-8", "replace").strip() for name, value in fields.items() if name != "text"}
    return KannelMessage(
        message_id=words.get("id", ""),
        sender=words.get("from", ""),
        receiver=words.get("to", ""),
        payload=fields.get("text", b""),
        coding=words.get("coding", ""),
        charset=words.get("charset", ""),
        time=words.get("time", ""),
        smsc=words.get("smsc", ""),
    )


def from_post(query: str, headers: Mapping[str, str], body: bytes) -> KannelMessage:
    """From a POST: what the query does not say, the headers do."""
    asked = from_query(query)
    return KannelMessage(
        message_id=asked.message_id,
        sender=asked.sender or headers.get("X-Kannel-From", "").strip(),
        receiver=asked.receiver or headers.get("X-Kannel-To", "").strip(),
        payload=body,
        coding=asked.coding or headers.get("X-Kannel-Coding", ""),
        charset=asked.charset or _charset_of(headers.get("Content-Type", "")),
        time=asked.time or headers.get("X-Kannel-Time", ""),
        smsc=asked.smsc or headers.get("X-Kannel-SMSC", ""),
    )


def inbound(told: KannelMessage, received_at: datetime) -> InboundSms:
    """The message as the rest of the hub knows it."""
    digits = normalise_phone(told.sender)
    return InboundSms(
        key=told.key,
        sender=digits or _UNPRINTABLE.sub("", told.sender)[:_SENDER_LETTERS],
        receiver=own_number(told.receiver),
        text=readable(decode(told.payload, told.coding, told.charset)),
        received_at=received_at,
        answerable=digits is not None,
    )


def own_number(spelling: str) -> str:
    """A number of ours in one spelling: `+8612319`, `008612319` and `12319` are 12319; `106...` stays as it is."""
    digits = re.sub(r"[\s\-().]+", "", spelling)
    return _OWN_COUNTRY.sub("", digits)[:_SENDER_LETTERS]


def decode(payload: bytes, coding: str, charset: str) -> str:
    """The text. Without a known charset, or with a wrong one, it is guessed; what cannot be read stays as `\ufffd`."""
    codec = _CODECS.get(charset.strip().strip('"').lower())
    if codec is None and coding == _UCS2:
        codec = "utf-16-be"
    named = [codec] if codec else []
    # What is half a letter too long is still UTF-16, though GB 18030 would read something in it.
    guesses = ("utf-8",) if codec == "utf-16-be" else _GUESSES
    for name in (*named, *guesses):
        try:
            text = payload.decode(name)
        except UnicodeError:
            continue
        if name == codec or not _UNPRINTABLE.search(text):
            return text
    return payload.decode(codec or "utf-8", "replace")


def readable(text: str) -> str:
    """A text that the inbox takes: without control characters, cut where it is too long (the raw form has all)."""
    clean = _UNPRINTABLE.sub("", text).strip()
    if len(clean) <= TEXT_LIMIT_CHARACTERS:
        return clean
    return clean[: TEXT_LIMIT_CHARACTERS - len(CUT)] + CUT


def _charset_of(content_type: str) -> str:
    found = re.search(r"charset=\"?([^\";\s]+)", content_type, re.IGNORECASE)
    return found.group(1) if found else ""
