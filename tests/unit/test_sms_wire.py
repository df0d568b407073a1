"""Kannel's parameters as messages, whatever their bytes are."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.channels.sms.wire import CUT, decode, from_post, from_query, inbound, own_number, readable
from intake.inbox import TEXT_LIMIT_CHARACTERS, faults_of
from intake.model import Contact, Origin, Report
from tests.fakes.clock import START

TEXT = "青新社区井盖不见了😀"
ID = "5b4cacf3-1189-4a40-a032-b26d95b955ec"


@pytest.mark.parametrize(
    ("payload", "coding", "charset"),
    [
        (TEXT.encode("utf-16-be"), "2", "UTF-16BE"),
        (TEXT.encode("utf-16-be"), "2", ""),
        (TEXT.encode("utf-16-be"), "1", "8-BIT"),
        (TEXT.encode("utf-16-be"), "2", "UTF-8"),
        (TEXT.encode("utf-16-be"), "2", "hex"),
        (TEXT.encode(), "0", "UTF-8"),
        (TEXT.encode(), "1", "8-BIT"),
        (TEXT.encode(), "", ""),
        (TEXT.encode("gb18030"), "0", "GB2312"),
        (TEXT.encode("gb18030"), "0", "GBK"),
    ],
)
def test_a_chinese_text_is_read_in_every_encoding_that_gateways_send(payload: bytes, coding: str, charset: str) -> None:
    assert decode(payload, coding, charset) == TEXT


def test_what_cannot_be_read_stays_visible_instead_of_being_lost() -> None:
    assert decode("井盖".encode("utf-16-be") + b"\x4e", "2", "UTF-16BE") == "井盖\ufffd"


def test_a_get_with_raw_utf16_in_its_query_is_read() -> None:
    query = (
        f"id={ID}&from=%2B8613800000002&to=%2B8612319&coding=2&charset=UTF-16BE&time=2026-11-25+18:11:06"
        f"&text={quote(TEXT.encode('utf-16-be')).replace('%20', '+')}"
    )
    told = from_query(query)
    message = inbound(told, START)
    assert (told.key, told.time) == (ID, "2026-11-25 18:11:06")
    assert (message.sender, message.receiver, message.text) == ("13800000002", "12319", TEXT)


def test_a_post_has_its_numbers_in_headers_and_its_text_as_body() -> None:
    headers = {
        "X-Kannel-From": "+8613800000001",
        "X-Kannel-To": "10657012319",
        "Content-Type": 'text/plain; charset="UTF-16BE"',
        "X-Kannel-Coding": "2",
    }
    message = inbound(from_post(f"id={ID}", headers, TEXT.encode("utf-16-be")), START)
    assert (message.key, message.sender, message.receiver) == (ID, "13800000001", "10657012319")
    assert message.text == TEXT


@pytest.mark.parametrize(
    "spelling", ["+8613812345678", "008613812345678", "8613812345678", "13812345678", "138-1234-5678"]
)
def test_a_sender_is_one_number_in_every_spelling(spelling: str) -> None:
    assert inbound(from_query(f"id=a&from={quote(spelling)}&to=12319&text=x"), START).sender == "13812345678"


def test_a_sender_that_is_a_name_is_kept_and_not_answered() -> None:
    message = inbound(from_query("id=a&from=CMCC&to=12319&text=x"), START)
    assert (message.sender, message.answerable) == ("CMCC", False)


@pytest.mark.parametrize(
    ("spelling", "number"),
    [
        ("12319", "12319"),
        ("+12319", "12319"),
        ("8612319", "12319"),
        ("+8612319", "12319"),
        ("008612319", "12319"),
        ("10657012319", "10657012319"),
        ("8610657012319", "10657012319"),
        ("059512319", "059512319"),
    ],
)
def test_a_number_of_ours_is_one_number_in_every_spelling(spelling: str, number: str) -> None:
    assert own_number(spelling) == number


def test_without_an_id_a_message_is_known_by_its_number_second_and_text() -> None:
    first = from_query("id=&from=1380000&time=1&text=a")
    assert first.key == from_query("from=1380000&time=1&text=a&charset=UTF-8").key
    others = [
        from_query(f"from={number}&time={time}&text={text}").key
        for number, time, text in [("1380001", "1", "a"), ("1380000", "2", "a"), ("1380000", "1", "b")]
    ]
    assert len({first.key, *others}) == 4


def test_a_text_that_is_too_long_is_cut_and_says_so() -> None:
    cut = readable("长" * 3000)
    assert (len(cut), cut[-len(CUT) :]) == (TEXT_LIMIT_CHARACTERS, CUT)


@given(st.binary(max_size=400), st.sampled_from(["", "0", "1", "2", "x"]), st.text(max_size=12))
def test_hostile_bytes_become_a_text_that_the_inbox_takes(payload: bytes, coding: str, charset: str) -> None:
    text = readable(decode(payload, coding, charset)) or "-"
    assert faults_of(Report("r", Origin("sms", "k", START), Contact(), text)) == []


@given(st.text(alphabet=st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=300))
def test_any_query_is_a_message_with_a_key_that_can_be_stored(query: str) -> None:
    message = inbound(from_query(query), START)
    assert message.key.isprintable()
    assert 0 < len(message.key) <= 100
    assert len(message.sender) <= 40


@given(st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=600))
def test_what_was_written_in_ucs2_is_what_is_read(text: str) -> None:
    told = from_query(f"id=a&from=1380000&to=1&coding=2&charset=UTF-16BE&text={quote(text.encode('utf-16-be'))}")
    assert inbound(told, START).text == readable(text)
