"""Proof of work: what opens the door, and everything that does not."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.http import Challenge
from intake.limits.proof import Proofs, Proven, solve

NOW = 1_800_000_000.0
PROOFS = Proofs(b"key of the tests", life_seconds=600)
CHALLENGE = PROOFS.challenge("report", "who", 3, NOW)
ANSWER = solve(CHALLENGE)


def mac_of(challenge: Challenge) -> str:
    return challenge.token.rpartition(".")[2]


def test_a_solved_challenge_proves_its_difficulty_and_how_long_it_is_good() -> None:
    assert (CHALLENGE.bits, CHALLENGE.answers, CHALLENGE.seconds) == (3, 8, 600)
    assert PROOFS.check(ANSWER, "report", "who", NOW + 10) == Proven(mac_of(CHALLENGE), 3, 590)


def test_the_work_is_what_the_documents_say_so_that_others_can_write_it() -> None:
    token, _, numbers = ANSWER.partition(":")
    seed = hashlib.sha256(token.encode()).digest()
    found = [
        hashlib.sha256(seed + index.to_bytes(4, "big") + int(number).to_bytes(4, "big")).digest()[0] >> 5
        for index, number in enumerate(numbers.split(","))
    ]
    assert found == [0] * 8


def test_two_challenges_are_never_the_same() -> None:
    assert PROOFS.challenge("report", "who", 3, NOW).token != CHALLENGE.token


@pytest.mark.parametrize(
    ("door", "who", "seconds"),
    [("tracking", "who", 0.0), ("report", "another", 0.0), ("report", "who", 600.0), ("report", "who", 9000.0)],
)
def test_a_proof_is_good_for_its_door_its_sender_and_its_time_only(door: str, who: str, seconds: float) -> None:
    assert PROOFS.check(ANSWER, door, who, NOW + seconds) is None


def test_another_installation_takes_no_proof_of_ours() -> None:
    assert replace(PROOFS, key=b"another key").check(ANSWER, "report", "who", NOW) is None


def test_an_easier_challenge_cannot_be_made_up() -> None:
    forged = CHALLENGE.token.replace(".3.", ".0.", 1)
    assert PROOFS.check(solve(replace(CHALLENGE, token=forged, bits=0)), "report", "who", NOW) is None


@pytest.mark.parametrize(
    "numbers",
    [
        "",
        "1",
        "0,0,0,0,0,0,0",
        "0,0,0,0,0,0,0,0,0",
        "a,b,c,d,e,f,g,h",
        "-1,0,0,0,0,0,0,0",
        "4294967296,0,0,0,0,0,0,0",
        "٣,0,0,0,0,0,0,0",
    ],
)
def test_answers_that_are_no_answers_prove_nothing(numbers: str) -> None:
    assert PROOFS.check(f"{CHALLENGE.token}:{numbers}", "report", "who", NOW) is None


def test_a_number_that_does_not_fit_proves_nothing() -> None:
    first, *others = ANSWER.partition(":")[2].split(",")
    wrong = next(n for n in range(100) if n != int(first) and not _fits(0, n))
    assert PROOFS.check(f"{CHALLENGE.token}:{','.join([str(wrong), *others])}", "report", "who", NOW) is None


def _fits(index: int, number: int) -> bool:
    seed = hashlib.sha256(CHALLENGE.token.encode()).digest()
    return hashlib.sha256(seed + index.to_bytes(4, "big") + number.to_bytes(4, "big")).digest()[0] >> 5 == 0


@given(st.text(max_size=500))
def test_no_header_whatsoever_breaks_the_check(header: str) -> None:
    assert PROOFS.check(header, "report", "who", NOW) is None


@given(st.integers(0, len(ANSWER) - 1), st.characters())
def test_a_changed_token_proves_nothing(at: int, letter: str) -> None:
    changed = ANSWER[:at] + letter + ANSWER[at + 1 :]
    token = changed.partition(":")[0]
    proven = PROOFS.check(changed, "report", "who", NOW)
    assert proven is None or token == CHALLENGE.token
