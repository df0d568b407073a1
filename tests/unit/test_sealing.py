"""Keys of one installation: what is sealed, what is found again, what is derived."""

from __future__ import annotations

import stat
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from case_api.store.sealing import Sealer, make_key, read_key
from intake.errors import Permanent
from tests.fakes.stores import KEY

SEALER = Sealer.from_key(KEY)
OTHER = Sealer.from_key(bytes(32))
PHONE = "13812345678"


@given(st.binary(max_size=300))
def test_what_was_sealed_is_opened(content: bytes) -> None:
    assert SEALER.open(SEALER.seal(content)) == content


@given(st.binary(min_size=1, max_size=60), st.data())
def test_any_changed_bit_is_noticed(content: bytes, data: st.DataObject) -> None:
    sealed = bytearray(SEALER.seal(content))
    sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(Permanent):
        SEALER.open(bytes(sealed))


@given(st.binary(max_size=27))
def test_bytes_too_short_for_a_seal_are_refused(sealed: bytes) -> None:
    with pytest.raises(Permanent):
        SEALER.open(sealed)


def test_another_installations_key_opens_nothing_and_finds_nothing() -> None:
    with pytest.raises(Permanent, match=r"secret\.key"):
        OTHER.open(SEALER.seal(PHONE.encode()))
    assert SEALER.lookup(PHONE) != OTHER.lookup(PHONE)


def test_one_content_is_sealed_differently_each_time_but_looked_up_alike() -> None:
    assert SEALER.seal(b"a") != SEALER.seal(b"a")
    assert SEALER.lookup(PHONE) == Sealer.from_key(KEY).lookup(PHONE)


def test_a_sealed_number_is_not_there_in_clear() -> None:
    traces = SEALER.seal(PHONE.encode()).find(PHONE.encode()), SEALER.lookup(PHONE).find(PHONE)
    assert traces == (-1, -1)


def test_a_tracking_secret_is_derived_and_easy_to_read_aloud() -> None:
    secret = SEALER.tracking_secret("01kxyz")
    assert secret == Sealer.from_key(KEY).tracking_secret("01kxyz")
    assert (len(secret), set(secret) & set("ilou")) == (8, set())
    assert len({SEALER.tracking_secret(str(n)) for n in range(1000)}) == 1000


def test_a_sealer_does_not_show_its_keys() -> None:
    shown = repr(SEALER)
    assert [shown.find(repr(key)) for key in (SEALER.lookup_key, SEALER.tracking_key, SEALER.check)] == [-1, -1, -1]


def test_the_check_value_tells_keys_apart_and_opens_nothing() -> None:
    assert (SEALER.check, SEALER.check != OTHER.check) == (Sealer.from_key(KEY).check, True)
    assert {KEY, SEALER.lookup_key, SEALER.tracking_key}.isdisjoint({bytes.fromhex(SEALER.check)})


def test_the_key_is_made_once_for_the_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "secret.key"
    make_key(path)
    key = read_key(path)
    make_key(path)
    assert (len(key), read_key(path)) == (32, key)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["secret.key"]


def test_processes_that_start_together_share_one_key(tmp_path: Path) -> None:
    keys: list[bytes] = []
    starts = threading.Barrier(8)

    def start() -> None:
        starts.wait()
        make_key(tmp_path / "secret.key")
        keys.append(read_key(tmp_path / "secret.key"))

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert keys == [(tmp_path / "secret.key").read_bytes()] * 8


@pytest.mark.parametrize("content", [b"", b"short", bytes(33)])
def test_a_file_that_is_no_key_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "secret.key"
    path.write_bytes(content)
    with pytest.raises(Permanent):
        read_key(path)
    assert path.read_bytes() == content


def test_a_key_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(Permanent, match=r"secret\.key"):
        read_key(tmp_path / "secret.key")
