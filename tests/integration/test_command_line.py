"""The commands without a running hub: one JSON value on stdout, problems told, usage exits 2, files for the owner."""

from __future__ import annotations

import json
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from hub.checkup.scanner import UNSCANNED
from tests.e2e.outsider import Outsider

pytestmark = [pytest.mark.integration, pytest.mark.timeout(240)]
TEXT = "青阳街道青新社区门口井盖不见了，很危险"


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Outsider:
    """One report with its case, in a data folder that was made beforehand with a wide mode."""
    data = tmp_path_factory.mktemp("filled") / "data"
    data.mkdir(mode=0o755)
    outsider = Outsider(data)
    assert outsider.hub("report", "submit", TEXT, "--phone", "138 1234 5678").code == 0
    return outsider


@pytest.fixture
def fresh(tmp_path: Path) -> Outsider:
    return Outsider(tmp_path / "data")


@pytest.mark.parametrize(
    "arguments",
    [
        ("nothing",),
        ("report", "submit"),
        ("report", "list", "--status", "gone"),
        ("report", "replay", "x", "--correct", "colour=red"),
        ("report", "replay", "x", "--correct", "text"),
        ("case", "list", "--limit", "0"),
        ("case", "show"),
        ("geocode", "reverse", "118.57", "24.81"),
        ("geocode", "reverse", "east", "24.81", "--datum", "wgs84"),
        ("geocode", "batch", "/nowhere/lines.txt"),
        ("user", "add", "li.ming", "--role", "emperor"),
        ("migrate", "--yaml"),
    ],
)
def test_wrong_usage_exits_2_with_the_words_on_stderr(fresh: Outsider, arguments: tuple[str, ...]) -> None:
    told = fresh.hub(*arguments)
    assert (told.code, told.out, told.err[:6]) == (2, b"", "Usage:")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("report", "submit", "  "), "invalid"),
        (("report", "submit", TEXT, "--phone", "abc"), "invalid"),
        (("report", "submit", b"\xff"), "invalid"),
        (("report", "replay", "x"), "not-found"),
        (("report", "replay", "x", "--correct", "point=here"), "invalid"),
        (("report", "replay", "x", "--correct", "category=0"), "invalid"),
        (("case", "show", "26112400001"), "not-found"),
        (("case", "show", b"\xff"), "not-found"),
        (("trace", "26112400001"), "not-found"),
        (("geocode", "reverse", "0", "0", "--datum", "wgs84"), "not-found"),
        (("geocode", "reverse", "500", "nan", "--datum", "wgs84"), "invalid"),
        (("user", "add", "Li", "--role", "admin"), "invalid"),
    ],
)
def test_a_failure_is_a_problem_object_on_stdout_and_exit_1(
    filled: Outsider, arguments: tuple[str | bytes, ...], code: str
) -> None:
    told = filled.hub(*arguments, "--json")
    assert (told.code, told.json["code"], told.err) == (1, code, "")


@pytest.mark.parametrize(
    "environment",
    [
        {"HUB_DATA": "/proc/nowhere"},
        {"HUB_HTTP_PORT": "web"},
        {"HUB_DATABASE_URL": "nonsense"},
        {"HUB_DATABASE_URL": "sqlite:////nowhere/hub.db"},
    ],
)
def test_settings_that_cannot_be_used_are_a_problem_too(fresh: Outsider, environment: dict[str, str]) -> None:
    told = fresh.hub("migrate", "--json", environment=environment)
    assert (told.code, told.json["type"].partition("/problems/")[0], told.err) == (1, "", "")


def test_what_no_command_foresaw_is_a_problem_and_stderr_has_the_details(fresh: Outsider) -> None:
    assert fresh.hub("report", "submit", TEXT).code == 0
    with closing(sqlite3.connect(fresh.data / "hub.db")) as connection, connection:
        connection.execute("UPDATE case_file SET proposed = '{'")
        (number,) = connection.execute("SELECT number FROM case_file").fetchone()
    told = fresh.hub("case", "show", number, "--json")
    assert (told.code, told.json["code"], "Traceback" in told.err) == (1, "hub-error", True)


def test_a_file_that_is_no_database_is_named_by_check(fresh: Outsider) -> None:
    fresh.data.mkdir()
    (fresh.data / "hub.db").write_bytes(b"not a database at all" * 50)
    told = fresh.hub("check", "--json")
    assert (told.code, told.json["ok"], [fault.partition(":")[0] for fault in told.json["faults"]]) == (
        1,
        False,
        ["database"],
    )


def test_lists_are_arrays_with_chinese_unescaped_and_times_of_china(filled: Outsider) -> None:
    cases, reports = filled.hub("case", "list", "--json"), filled.hub("report", "list", "--json")
    assert (cases.code, reports.code, cases.err, reports.err) == (0, 0, "", "")
    assert (TEXT.encode() in cases.out, TEXT.encode() in reports.out) == (True, True)
    (case,), (report,) = cases.json, reports.json
    times = [case["opened_at"], case["due_at"], report["received_at"]]
    assert [time[-6:] for time in times] == ["+08:00"] * 3
    assert (report["contact_masked"], report["unreadable"], report["case_number"]) == (
        "138****5678",
        None,
        case["number"],
    )


def test_everything_else_is_one_object(filled: Outsider) -> None:
    number = filled.hub("case", "list", "--json").json[0]["number"]
    commands = (
        ("case", "show", number),
        ("trace", number),
        ("check",),
        ("migrate",),
        ("history", "verify"),
        ("geocode", "explain", TEXT),
        ("geocode", "reverse", "118.5725", "24.8184", "--datum", "cgcs2000"),
        ("city", "check", "tests/data/tiny_city"),
    )
    told = {command[:2]: filled.hub(*command, "--json") for command in commands}
    assert {command: (one.code, type(one.json), one.err) for command, one in told.items()} == dict.fromkeys(
        told, (0, dict, "")
    )


def test_a_case_is_shown_with_its_history_and_traced_through_every_report_chase_ups_too(fresh: Outsider) -> None:
    def submit(words: str) -> str:
        told = fresh.hub("report", "submit", words, "--phone", "13812345678", "--json")
        assert told.code == 0
        return str(told.json["report_id"])

    ids = [submit(TEXT), submit("催一下青阳街道青新社区门口井盖不见了，怎么还没处理"), submit(TEXT)]
    (case,) = fresh.hub("case", "list", "--json").json
    shown, traced = (fresh.hub(*words, case["number"], "--json").json for words in (("case", "show"), ("trace",)))
    events = [(event["kind"], event["payload"]["report_id"], event["at"][-6:]) for event in shown["history"]]
    kinds = ["opened", "chased_up", "report_attached"]
    assert events == [(kind, report_id, "+08:00") for kind, report_id in zip(kinds, ids, strict=True)]
    assert shown["report_ids"] == [ids[0], ids[2]]
    assert [(one["report_id"], one["outcome"]) for one in traced["reports"]] == list(
        zip(ids, ["open", "chase_up", "attach"], strict=True)
    )
    assert (traced["report_id"], traced["case_number"]) == (ids[0], case["number"])
    alone = fresh.hub("trace", ids[1], "--json").json
    assert (alone["report_id"], alone["reports"][0]["steps"], len(alone["reports"])) == (ids[1], alone["steps"], 1)
    words = fresh.hub("case", "show", case["number"]).out.decode()
    assert [line.split()[2] for line in words.partition("  历史\n")[2].splitlines()] == ["立案", "催单", "诉求并入"]


def test_a_batch_answers_once_for_every_line_whatever_is_in_it(fresh: Outsider) -> None:
    lines = "青阳街道青新社区".encode() + b"\n\na\rb\n\xff\r\n\xe2\x80\xa8\x0b\x0c\x1c\n\r\nlast"
    told = fresh.hub("geocode", "batch", stdin=lines)
    answers = [json.loads(line) for line in told.out.removesuffix(b"\n").split(b"\n")]
    assert [one["text"] for one in answers] == [
        "青阳街道青新社区",
        "",
        "a\rb",
        "\ufffd",
        "\u2028\x0b\x0c\x1c",
        "",
        "last",
    ]
    assert (told.code, told.err, answers[0]["candidates"][0]["code12"]) == (0, "", "350582001004")
    assert fresh.hub("geocode", "batch").out == b""


def modes(folder: Path) -> dict[str, int]:
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}


def test_files_are_the_owners_alone_even_in_a_folder_that_is_open_to_others(filled: Outsider) -> None:
    with closing(sqlite3.connect(filled.data / "hub.db")) as reader:
        reader.execute("SELECT count(*) FROM report").fetchone()
        assert filled.hub("user", "demo").code == 0
        found = modes(filled.data)
    assert found.keys() >= {"hub.db", "hub.db-wal", "hub.db-shm", "anchors.log", "demo-accounts.json", "secret.key"}
    assert found == dict.fromkeys(found, 0o600)


def test_check_warns_of_folders_and_files_that_others_may_read(filled: Outsider, fresh: Outsider) -> None:
    path = filled.data
    (path / "hub.db").chmod(0o644)
    told = filled.hub("check", "--json").json
    (path / "hub.db").chmod(0o600)
    others = "他人可读，请运行 chmod {0} / readable by others: chmod {0}"
    assert told["warnings"] == [
        f"data: {others.format(f'700 {path}')}",
        *(f"{name}: {others.format(f'600 {path}/{name}')}" for name in ("hub.db", "hub.db-wal", "hub.db-shm")),
        f"scanner: {UNSCANNED}",
    ]
    assert (told["ok"], told["faults"]) == (True, [])
    whole = fresh.hub("check", "--json").json
    assert (whole["ok"], whole["faults"], whole["warnings"]) == (True, [], [f"scanner: {UNSCANNED}"])


def test_check_and_every_command_name_a_lost_key(fresh: Outsider, tmp_path: Path) -> None:
    assert fresh.hub("report", "submit", TEXT).code == 0
    key = fresh.data / "secret.key"
    key.rename(tmp_path / "kept.key")
    check, submit = fresh.hub("check", "--json"), fresh.hub("report", "submit", TEXT, "--json")
    assert [fault.partition(str(key))[0] for fault in check.json["faults"]] == ["secret.key: 缺少密钥 "]
    assert (submit.code, submit.json["code"], key.exists()) == (1, "refused", False)
    (tmp_path / "kept.key").rename(key)
    assert fresh.hub("check", "--json").json["ok"] is True
