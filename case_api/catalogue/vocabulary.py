"""Reading words.csv, intents.csv and the default kinds of city.toml into a classifier."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from case_api.catalogue.catalogue import Catalogue
from case_api.catalogue.classifier import KeywordClassifier
from case_api.catalogue.rows import IntentRow, WordRow
from intake.pack import Faults, read_rows

WORDS = "words.csv"
INTENTS = "intents.csv"


def read_classifier(
    folder: Path, catalogue: Catalogue, defaults: Mapping[str, str], faults: Faults
) -> KeywordClassifier:
    """The classifier of a pack. `defaults` turn a word without a kind into the category the city files it as."""
    known = {word: key for word, key in defaults.items() if catalogue.find(key) is not None}
    for word in defaults.keys() - known.keys():
        reason = f"defaults: {word} names {defaults[word]}, which the standard {catalogue.standard} does not list"
        faults.add("city.toml", 0, reason)
    return KeywordClassifier(catalogue, _read_words(folder, catalogue, faults), _read_intents(folder, faults), known)


def _read_words(folder: Path, catalogue: Catalogue, faults: Faults) -> list[WordRow]:
    lines: dict[tuple[str, str], int] = {}
    rows: list[WordRow] = []
    for line, row in read_rows(folder, WORDS, WordRow, faults):
        identity = (row.category_key, row.word)
        if catalogue.find(row.category_key) is None:
            faults.add(
                WORDS, line, f"category_key: {row.category_key} is not in categories.csv for {catalogue.standard}"
            )
        elif identity in lines:
            faults.add(WORDS, line, f"{row.word} for {row.category_key} is already on line {lines[identity]}")
        else:
            lines[identity] = line
            rows.append(row)
    return rows


def _read_intents(folder: Path, faults: Faults) -> list[IntentRow]:
    lines: dict[tuple[str, str], int] = {}
    rows: list[IntentRow] = []
    for line, row in read_rows(folder, INTENTS, IntentRow, faults):
        identity = (str(row.intent), row.word)
        if identity in lines:
            faults.add(INTENTS, line, f"{row.word} for {row.intent} is already on line {lines[identity]}")
            continue
        lines[identity] = line
        rows.append(row)
    return rows
