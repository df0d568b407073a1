"""The frame of an archive: a tar file for everybody, in which not a byte can change or be missing unnoticed."""

from __future__ import annotations

import io
import random
import tarfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from case_api.store.archive.faults import DamagedArchive
from case_api.store.archive.tar import TarReader, TarWriter
from intake.errors import Permanent

_MEMBERS = {"head.json": b"{}", "tables/a/000001.jsonl": b"[1]\n" * 700, "empty": b""}
Contents = dict[str, bytes]


def written(members: Contents) -> bytes:
    out = io.BytesIO()
    tar = TarWriter(out)
    for name, content in members.items():
        tar.add(name, content)
    tar.finish()
    return out.getvalue()


def read(archive: bytes) -> Contents:
    return {member.name: member.content() for member in TarReader(io.BytesIO(archive)).members()}


@given(st.dictionaries(st.from_regex(r"[a-z]{1,20}", fullmatch=True), st.binary(max_size=2000), max_size=5))
def test_what_was_written_is_read_again(members: Contents) -> None:
    assert read(written(members)) == members


def test_other_programs_read_it_as_a_tar_file() -> None:
    with tarfile.open(fileobj=io.BytesIO(written(_MEMBERS))) as tar:
        found = {member.name: (tar.extractfile(member) or io.BytesIO()).read() for member in tar}
    seal = found.pop("SHA256")
    assert (found, len(seal)) == (_MEMBERS, 65)


def test_members_that_nobody_reads_are_skipped() -> None:
    reader = TarReader(io.BytesIO(written(_MEMBERS)))
    assert [member.name for member in reader.members()] == list(_MEMBERS)


def test_a_flipped_bit_is_noticed_wherever_it_is() -> None:
    archive = written(_MEMBERS)
    chance = random.Random(12319)
    unnoticed = []
    for at in chance.sample(range(len(archive)), 400):
        flipped = bytearray(archive)
        flipped[at] ^= 1 << chance.randrange(8)
        try:
            read(bytes(flipped))
        except Permanent:
            continue
        unnoticed.append(at)
    assert unnoticed == []


def test_an_archive_that_is_cut_off_is_noticed_wherever_it_is() -> None:
    archive = written(_MEMBERS)
    whole = archive.rstrip(b"\0")
    for length in range(1, len(whole), 101):
        with pytest.raises(Permanent):
            read(archive[:length])


def test_a_missing_member_is_noticed() -> None:
    archive = written({"first": b"1" * 512, "second": b"2" * 512, "third": b"3" * 512})
    with pytest.raises(DamagedArchive):
        read(archive[:1024] + archive[2048:])


def test_words_behind_the_end_are_noticed() -> None:
    with pytest.raises(DamagedArchive):
        read(written(_MEMBERS) + b"more")


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\0" * 64, b"x" * 100])
def test_another_kind_of_file_is_refused(content: bytes) -> None:
    with pytest.raises(Permanent):
        read(content)


def test_a_member_that_changed_its_size_while_it_was_read_is_refused() -> None:
    with pytest.raises(ValueError, match="changed its size"):
        TarWriter(io.BytesIO()).add_pieces("growing", 3, (b"12", b"34"))
