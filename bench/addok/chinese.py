"""What addok needs to read Chinese: tokens, door numbers and a score by characters. Runs inside addok's environment.

As it comes, addok splits at spaces and turns Chinese characters to Latin letters one by one: it finds nothing here.
"""

from __future__ import annotations

import importlib
import os
import re
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

_DOOR = re.compile(
    r"(?P<section>[东西南北中](?:[东西南北])?区)?(?P<number>\d{1,5})(?:[-之](?P<dash>\d{1,3}))?"
    r"(?:号楼|号院|号|幢)(?:[附之](?P<annex>\d{1,3})号?)?"
)
_PARTS = re.compile(r"[\u4e00-\u9fff]+|[0-9a-z]+")
_SHORTEST = 2


def tokenize(pipe: Iterable[str]) -> Iterator[Any]:
    """Tokens of each text: its door number as one, then words (jieba with the names of the city as its dictionary,
    short words inside long ones too), and with ADDOK_CHINESE=both every character beside them."""
    token_type = importlib.import_module("addok.helpers.text").Token
    cut = {"words": _words, "both": _both}[os.environ["ADDOK_CHINESE"]]
    for text in pipe:
        # A query of addok is Latin letters that turn back to what was typed only by `str`.
        folded = unicodedata.normalize("NFKC", str(text)).lower()
        position = 0
        door = _DOOR.search(folded)
        if door:
            yield token_type(door_key(door), position=position, kind="housenumber")
            folded = folded[: door.start()] + " " + folded[door.end() :]
        for part in _PARTS.findall(folded):
            for word in cut(part):
                position += 1
                yield token_type(word, position=position)


def door_key(door: re.Match[str]) -> str:
    """西区171-2 for every way of writing it."""
    suffix = door["dash"] or door["annex"]
    return f"{door['section'] or ''}{int(door['number'])}" + (f"-{suffix}" if suffix else "")


def _words(part: str) -> list[str]:
    jieba = importlib.import_module("jieba")
    if not jieba.dt.initialized:
        jieba.setLogLevel(60)
        jieba.load_userdict(str(Path(os.environ["ADDOK_WORDS"])))
    words = [word for word in jieba.cut_for_search(part) if len(word) >= _SHORTEST]
    return words or list(part)


def _both(part: str) -> list[str]:
    words = _words(part)
    return words + [char for char in part if char not in words]


def label_score(helper: Any, result: Any) -> None:
    """How much of a label the query has, in characters and pairs of them: a long label nearly whole goes before a short
    one that is. The town and a known number count a little."""
    query = unicodedata.normalize("NFKC", str(helper.query)).lower()
    pairs = {query[at : at + 2] for at in range(len(query) - 1)}
    best = 0.0
    known = set(query)
    for label in result.spellings.split("|"):
        wanted = [label[at : at + 2] for at in range(len(label) - 1)]
        met = sum(pair in pairs for pair in wanted)
        if met:
            chars = sum(char in known for char in label)
            best = max(best, (met + chars) ** 2 / (2 * len(label) - 1) / 20)
    town = any(one and one in query for one in result.towns.split("|"))
    number = bool(result.housenumber)
    result.add_score("str_distance", min(best, 1.0) * 0.8 + 0.1 * town + 0.1 * number, ceiling=1.0)
