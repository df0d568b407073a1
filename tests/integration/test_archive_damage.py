"""What cannot be restored is refused, and the target is as empty afterwards as it was before."""

from __future__ import annotations

import asyncio
import gzip
import io
import json
import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, MetaData, create_engine, inspect, text

from case_api.store.anchors import Anchors
from case_api.store.archive import ArchiveWriter, Contents, Restored, Target, restore_archive
from case_api.store.archive.faults import DamagedArchive
from case_api.store.archive.rows import RowSum, shape_of
from case_api.store.archive.tar import TarReader, TarWriter
from case_api.store.evidence import EvidenceDirectory
from case_api.store.installation_key import installation_sealer
from case_api.store.migrate import newest_revision, upgrade
from intake.errors import HubError, NotAllowedNow, Permanent
from intake.model import EvidenceKind
from tests.fakes.clock import START, FakeClock
from tests.fakes.samples import a_report, open_or_attach, understood
from tests.fakes.stores import KEY, sql_stores

pytestmark = pytest.mark.integration
Members = dict[str, bytes]
_PHOTO = b"a photo " * 40_000


def unheard(_words: str) -> None:
    """Progress that nobody looks at."""


async def fill(data: Path) -> None:
    """A photo, three reports in one case, its history under anchors."""
    stores = sql_stores(data / "hub.db", FakeClock())
    installation_sealer(stores.database, data / "secret.key")
    await EvidenceDirectory(data / "evidence").put(EvidenceKind.PHOTO, _PHOTO, "image/jpeg")
    anchors = Anchors(stores.database, stores.clock, data / "anchors.log")
    for number in range(3):
        report = a_report(f"r{number}")
        await stores.reports.add(report, b"raw")
        await stores.cases.settle([understood(report)], open_or_attach)
        await anchors.anchor_new()
    stores.database.close()


@pytest.fixture
def city(tmp_path: Path) -> Path:
    data = tmp_path / "city"
    data.mkdir()
    (data / "secret.key").write_bytes(KEY)
    asyncio.run(fill(data))
    return data


@pytest.fixture
def archive(city: Path) -> bytes:
    return archive_of(city)


def archive_of(data: Path, contents: Contents | None = None) -> bytes:
    out = io.BytesIO()
    stores = sql_stores(data / "hub.db", FakeClock())
    try:
        writer = ArchiveWriter(out, data, START, unheard, contents or Contents())
        stores.database.submit_read(writer.tables).result()
        writer.finish()
    finally:
        stores.database.close()
    return out.getvalue()


def members_of(archive: bytes) -> Members:
    return {member.name: member.content() for member in TarReader(io.BytesIO(archive)).members()}


def sealed(members: Members) -> bytes:
    """An archive whose seal fits whatever is in it."""
    out = io.BytesIO()
    tar = TarWriter(out)
    for name, content in members.items():
        tar.add(name, content)
    tar.finish()
    return out.getvalue()


def restored(archive: bytes, data: Path, url: str = "") -> Restored:
    data.mkdir(exist_ok=True)
    target = Target(url or f"sqlite:///{data / 'hub.db'}", data, START, unheard)
    return restore_archive(io.BytesIO(archive), target)


def tables_in(data: Path) -> list[str]:
    with closing(sqlite3.connect(data / "hub.db")) as connection:
        return [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]


def left_behind(data: Path) -> tuple[list[str], list[str]]:
    """Tables, and files but for those of an empty database and for evidence."""
    files = sorted(path.name for path in data.iterdir() if not path.name.startswith("hub.db") and path.is_file())
    return tables_in(data) if (data / "hub.db").exists() else [], files


def test_whatever_bit_is_flipped_the_target_stays_empty(archive: bytes, tmp_path: Path) -> None:
    chance = random.Random(12319)
    taken = []
    for number, at in enumerate(chance.sample(range(len(archive)), 60)):
        flipped = bytearray(archive)
        flipped[at] ^= 1 << chance.randrange(8)
        data = tmp_path / f"target{number}"
        try:
            restored(bytes(flipped), data)
        except HubError:
            assert left_behind(data) == ([], [])
        else:
            taken.append(at)
    assert taken == []


def test_wherever_it_is_cut_off_the_target_stays_empty(archive: bytes, tmp_path: Path) -> None:
    whole = len(archive.rstrip(b"\0"))
    for number, length in enumerate(range(0, whole, whole // 40)):
        data = tmp_path / f"target{number}"
        with pytest.raises(Permanent):
            restored(archive[:length], data)
        assert left_behind(data) == ([], [])


def without(name: str) -> Callable[[Members], Members]:
    return lambda members: {key: value for key, value in members.items() if not key.startswith(name)}


def renamed(old: str, new: str) -> Callable[[Members], Members]:
    return lambda members: {key.replace(old, new): value for key, value in members.items()}


def with_rows(table: str, change: Callable[[bytes], bytes]) -> Callable[[Members], Members]:
    def changed(members: Members) -> Members:
        name = f"tables/{table}/000001.jsonl.gz"
        return members | {name: gzip.compress(change(gzip.decompress(members[name])))}

    return changed


@pytest.mark.parametrize(
    "change",
    [
        without("manifest.json"),
        without("secret.key"),
        without("anchors.log"),
        without("evidence/"),
        without("tables/case_event/"),
        without("tables/case_file/"),
        renamed("000001", "000002"),
        renamed("tables/outcome/", "tables/elsewhere/"),
        renamed("evidence/", "evidence/../"),
        renamed("anchors.log", "hub.toml"),
        lambda members: members | {"evidence/" + "0" * 64: b"new"},
        lambda members: members | {"secret.key": bytes(32)},
        lambda members: members | {"anchors.log": b"1 x 1 " + b"0" * 64 + b"\n"},
        lambda members: members | {"head.json": members["head.json"].replace(b'"fingerprint"', b'"footprint"')},
        with_rows("report", lambda rows: rows.replace("井盖".encode(), "井口".encode(), 1)),
        with_rows("report", lambda rows: rows[: rows.index(b"\n") + 1]),
        with_rows("outcome", lambda rows: rows + rows),
        with_rows("report", lambda rows: b"[1,2]\n" + rows),
        with_rows("report", lambda rows: b"no json\n" + rows),
    ],
)
def test_an_archive_put_together_from_parts_is_refused(
    archive: bytes, tmp_path: Path, change: Callable[[Members], Members]
) -> None:
    assert sealed(members_of(archive)) != b""
    data = tmp_path / "target"
    with pytest.raises(Permanent):
        restored(sealed(change(members_of(archive))), data)
    assert left_behind(data) == ([], [])
    assert restored(archive, data).proof.faults == []


def test_a_later_format_or_revision_is_left_to_a_newer_program(archive: bytes, tmp_path: Path) -> None:
    for name, value in (("format", 2), ("revision", "9999")):
        members = members_of(archive)
        members["head.json"] = json.dumps(json.loads(members["head.json"]) | {name: value}).encode()
        with pytest.raises(Permanent, match="newer program"):
            restored(sealed(members), tmp_path / "target")


def test_a_key_that_is_not_the_one_of_the_archive_stops_it_before_anything_else(city: Path, tmp_path: Path) -> None:
    without_key = archive_of(city, Contents(key=False))
    data = tmp_path / "target"
    data.mkdir()
    (data / "secret.key").write_bytes(bytes(32))
    with pytest.raises(NotAllowedNow, match="is not the key of this archive"):
        restored(without_key, data)
    (data / "secret.key").write_bytes(KEY)
    assert (b"secret.key" in without_key, restored(without_key, data).key) == (False, True)


def test_without_its_key_an_archive_is_restored_and_says_so(city: Path, tmp_path: Path) -> None:
    told = restored(archive_of(city, Contents(key=False)), tmp_path / "target")
    assert (told.key, (tmp_path / "target" / "secret.key").exists()) == (False, False)


def test_a_database_without_its_key_is_not_backed_up_as_if_it_were_whole(city: Path) -> None:
    (city / "secret.key").unlink()
    with pytest.raises(Permanent, match="--without-key"):
        archive_of(city)
    (city / "secret.key").write_bytes(bytes(32))
    with pytest.raises(Permanent, match="is not the key"):
        archive_of(city)


def test_a_key_and_a_journal_that_were_there_are_kept_beside(archive: bytes, tmp_path: Path) -> None:
    data = tmp_path / "target"
    data.mkdir()
    (data / "secret.key").write_bytes(bytes(32))
    (data / "anchors.log").write_text("of another city\n")
    told = restored(archive, data)
    assert told.moved_away == ("secret.key.before-20261124T090000", "anchors.log.before-20261124T090000")
    assert (data / told.moved_away[0]).read_bytes() == bytes(32)
    assert (data / told.moved_away[1]).read_text() == "of another city\n"
    assert (data / "secret.key").read_bytes() == KEY


def test_evidence_that_was_damaged_before_is_named_and_comes_back_as_it_was(city: Path, tmp_path: Path) -> None:
    (photo,) = [path for path in (city / "evidence").rglob("*") if path.is_file()]
    photo.write_bytes(b"rotten")
    told = restored(archive_of(city), tmp_path / "target")
    found = tmp_path / "target" / photo.relative_to(city)
    assert (told.manifest.evidence.damaged, found.read_bytes()) == ((photo.name,), b"rotten")


def test_history_that_was_tampered_with_before_is_restored_and_named(city: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(city / "hub.db")) as connection:
        connection.execute("DROP TRIGGER case_event_no_update")
        connection.execute("UPDATE case_event SET actor = 'x' WHERE n = 2")
        connection.commit()
    told = restored(archive_of(city), tmp_path / "target")
    assert told.proof.faults == ["案卷26112400001的第2条历史被改动或缺失"]


def test_a_text_that_postgresql_cannot_hold_undoes_everything(city: Path, tmp_path: Path, postgres_url: str) -> None:
    with closing(sqlite3.connect(city / "hub.db")) as connection:
        connection.execute("UPDATE report SET text = 'a' || char(0) WHERE id = 'r1'")
        connection.commit()
    archive = archive_of(city)
    with pytest.raises(Permanent, match="nothing was changed"):
        restored(archive, tmp_path / "target", postgres_url)
    engine = create_engine(postgres_url)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM report")).scalar_one() == 0
    engine.dispose()
    assert restored(archive, tmp_path / "other").proof.faults == []


def _empty_at(revision: str, data: Path) -> Engine:
    engine = create_engine(f"sqlite:///{data / 'old.db'}")
    with engine.begin() as connection:
        upgrade(connection, revision)
    return engine


def as_of(revision: str, archive: bytes, tmp_path: Path) -> bytes:
    """The archive that the program of an earlier revision would have written of these rows."""
    engine = _empty_at(revision, tmp_path)
    metadata = MetaData()
    metadata.reflect(engine, only=lambda name, _: name != "alembic_version")
    engine.dispose()
    members, sums = members_of(archive), {}
    head, manifest = json.loads(members["head.json"]), json.loads(members["manifest.json"])
    newer = {shape["name"]: [column["name"] for column in shape["columns"]] for shape in head["tables"]}
    old = {table.name: shape_of(table) for table in metadata.sorted_tables}
    told = {name: value for name, value in members.items() if not name.startswith("tables/")}
    for name, shape in old.items():
        chunk = members.get(f"tables/{name}/000001.jsonl.gz", gzip.compress(b""))
        rows = [dict(zip(newer[name], json.loads(line), strict=True)) for line in gzip.decompress(chunk).splitlines()]
        lines = [
            json.dumps([row[column.name] for column in shape.columns], ensure_ascii=False, separators=(",", ":"))
            for row in rows
        ]
        sums[name] = RowSum()
        for line in lines:
            sums[name].add(line.encode())
        if lines:
            told[f"tables/{name}/000001.jsonl"] = "".join(f"{line}\n" for line in lines).encode()
    head |= {"revision": revision, "tables": [json.loads(shape.model_dump_json()) for shape in old.values()]}
    manifest["tables"] = {name: {"rows": one.rows, "sha256": one.hexdigest()} for name, one in sums.items()}
    end = {"manifest.json": json.dumps(manifest).encode()}
    return sealed({"head.json": json.dumps(head).encode()} | without("head.json")(told) | end)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_an_archive_of_an_earlier_revision_is_restored_and_brought_to_the_newest(
    archive: bytes, tmp_path: Path, request: pytest.FixtureRequest, kind: str
) -> None:
    url = "" if kind == "sqlite" else request.getfixturevalue("postgres_url")
    old = as_of("0003", archive, tmp_path)
    told = restored(old, tmp_path / "target", url)
    assert (told.head.revision, told.revision, told.proof.faults) == ("0003", newest_revision(), [])
    assert told.manifest.tables["report"].rows == 3
    engine = create_engine(url or f"sqlite:///{tmp_path / 'target' / 'hub.db'}")
    with engine.connect() as connection:
        assert "position" in {column["name"] for column in inspect(connection).get_columns("outbox")}
        assert _announced(connection) == 3
    engine.dispose()


def _announced(connection: Connection) -> int:
    return int(connection.execute(text("SELECT count(*) FROM outbox")).scalar_one())


def test_damage_is_its_own_kind_of_refusal(archive: bytes, tmp_path: Path) -> None:
    with pytest.raises(DamagedArchive, match="use another backup"):
        restored(archive[:-20_000], tmp_path / "target")
