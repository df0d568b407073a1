"""XML from plain values: well-formed whatever the words, and the same values that JSON has."""

from __future__ import annotations

from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.channels.open311.xml_text import DECLARATION, write_xml
from tests.fakes.clock import START


def test_values_are_written_as_the_specification_spells_them() -> None:
    value = [{"a": "x & <y>", "b": None, "c": True, "d": 24.81, "e": 1e-7, "f": 3, "g": START, "h": ""}]
    assert write_xml("services", value) == (
        f"{DECLARATION}<services><service><a>x &amp; &lt;y&gt;</a><b/><c>true</c><d>24.81</d><e>0.0000001</e>"
        "<f>3</f><g>2026-11-24T09:00:00+08:00</g><h/></service></services>\n"
    )


def test_lists_within_values_have_items_of_their_own_name() -> None:
    value = {"attributes": [{"values": [{"key": "1"}]}], "formats": ["text/xml"], "endpoints": []}
    assert write_xml("x", value) == (
        f"{DECLARATION}<x><attributes><attribute><values><value><key>1</key></value></values></attribute></attributes>"
        "<formats><format>text/xml</format></formats><endpoints></endpoints></x>\n"
    )


@given(st.text())
def test_any_text_comes_back_but_for_what_xml_cannot_hold(text: str) -> None:
    root = ET.fromstring(write_xml("x", {"a": text}).encode("utf-8", "replace"))  # noqa: S314 - our own
    told = root.findtext("a") or ""
    allowed = "".join(one if one in "\t\n\r" or (one >= " " and not _beyond(one)) else "\ufffd" for one in text)
    assert told == allowed


def test_what_has_no_form_is_no_xml() -> None:
    with pytest.raises(TypeError):
        write_xml("x", {"a": timedelta(1)})


def _beyond(letter: str) -> bool:
    return "\ud800" <= letter <= "\udfff" or letter in "\ufffe\uffff"
