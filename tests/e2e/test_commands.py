"""The doors as an outsider sees them: the start script, its commands and addresses, and its end."""

from __future__ import annotations

import contextlib
import json
import socket
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import pytest

from tests.e2e.outsider import Outsider, wait_until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]
TEXT = "青阳街道青新社区门口井盖不见了，很危险"
OTHER_WORDS = "青新社区门口的井盖丢了"
QINGXIN = "350582001004"
ROLES = ["operator", "shift_leader", "dispatcher", "inspector", "unit", "camera", "evaluator", "manager", "admin"]
RECEIPT_KEYS = [
    "report_id",
    "tracking_number",
    "tracking_secret",
    "channel",
    "external_id",
    "received_at",
    "replayed",
]
CASE_KEYS = {
    *("number", "state", "text", "category", "condition", "urgency", "location", "unit", "due_at", "opened_at"),
    "report_ids",
}
CATEGORY_KEYS = {"standard", "kind", "class_name", "code", "name"}
LOCATION_KEYS = {
    *("code12", "cell", "lon", "lat", "datum", "address", "precision", "accuracy_metres", "confidence"),
}


@dataclass(frozen=True, slots=True)
class Town:
    """A running hub with its first report, and what its accounts file says."""

    hub: Outsider
    receipt: dict[str, Any]
    accounts: dict[str, dict[str, str]]

    def cases(self) -> list[dict[str, Any]]:
        """Cases in 青新社区."""
        found = self.hub.hub("case", "list", "--json").json
        return [one for one in found if one["location"]["code12"] == QINGXIN]

    def report(self, report_id: str) -> dict[str, Any]:
        """A report as the command line lists it."""
        (found,) = [one for one in self.hub.hub("report", "list", "--json").json if one["id"] == report_id]
        return dict(found)

    def settled(self, report_id: str) -> dict[str, Any]:
        """The same, once it has an outcome."""
        wait_until(lambda: self.report(report_id)["status"] == "settled", 20, f"{report_id} is settled")
        return self.report(report_id)

    def conflict(self, external_id: str, text: str, other: str) -> str:
        """A gateway uses one key for two contents; the id of the second, which is parked."""
        first = self.hub.hub("report", "submit", text, "--channel", "gateway", "--external-id", external_id)
        second = self.hub.hub("report", "submit", other, "--channel", "gateway", "--external-id", external_id, "--json")
        assert (first.code, second.code, second.json["code"]) == (0, 1, "idempotency-conflict")
        parked = self.hub.hub("report", "list", "--status", "parked", "--json").json
        (report_id,) = [one["id"] for one in parked if one["text"] == other]
        return str(report_id)

    def raw(self, report_id: str) -> bytes:
        """The sealed form in which the report arrived, byte by byte."""
        with closing(sqlite3.connect(self.hub.data / "hub.db", timeout=10)) as connection:
            (sealed,) = connection.execute("SELECT raw_seal FROM report WHERE id = ?", (report_id,)).fetchone()
        return bytes(sealed)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Started as `make run` starts it; the first report was submitted and had its second."""
    outsider = Outsider(tmp_path_factory.mktemp("town") / "data")
    with outsider.running():
        assert outsider.hub("case", "list", "--json").json == []
        receipt = outsider.hub("report", "submit", TEXT, "--json").json
        accounts = json.loads((outsider.data / "demo-accounts.json").read_text(encoding="utf-8"))
        one = Town(outsider, receipt, accounts)
        one.settled(receipt["report_id"])
        yield one


def test_the_addresses_are_printed(town: Town) -> None:
    said = town.hub.said()
    missing = [path for path in ("/", "/track", "/dispatch", "/desk", "/docs") if town.hub.url + path not in said]
    assert missing == []


def test_each_role_has_an_account_in_a_file_for_the_owner_alone(town: Town) -> None:
    assert {role: sorted(entry) for role, entry in town.accounts.items()} == {
        role: ["password", "token", "user"] for role in ROLES
    }
    assert stat.S_IMODE((town.hub.data / "demo-accounts.json").stat().st_mode) == 0o600


def test_the_token_of_an_account_opens_its_own_doors(town: Town) -> None:
    def status(role: str) -> int:
        return town.hub.fetch("/api/v1/users", Authorization=f"Bearer {town.accounts[role]['token']}")[0]

    assert {role: status(role) for role in ROLES} == {**dict.fromkeys(ROLES, 403), "admin": 200}


def test_a_receipt_has_the_keys_of_the_doors_and_no_other(town: Town) -> None:
    receipt = town.receipt
    assert list(receipt) == RECEIPT_KEYS
    assert (receipt["channel"], receipt["external_id"], receipt["replayed"], receipt["received_at"][-6:]) == (
        "cli",
        receipt["report_id"],
        False,
        "+08:00",
    )


def test_the_report_became_one_case_in_the_community_it_named(town: Town) -> None:
    (case,) = town.cases()
    category, location = case["category"], case["location"]
    assert (CASE_KEYS - case.keys(), CATEGORY_KEYS - category.keys(), LOCATION_KEYS - location.keys()) == (
        set(),
        set(),
        set(),
    )
    assert [category[key] for key in ("kind", "class_name", "name", "code", "standard")] == [
        *("部件", "公用设施", "上水井盖", "0101", "CJ/T 214-2007")
    ]
    assert (case["state"], case["state_name"], case["text"]) == ("filed", "待派遣", TEXT)
    assert (location["code12"], location["address"], location["datum"]) == (QINGXIN, "青阳街道青新社区", "cgcs2000")
    assert (len(location["cell"]), location["cell"][:12], location["cell"].isdigit()) == (15, QINGXIN, True)
    assert (sorted(case["unit"]), bool(case["unit"]["code"] and case["unit"]["name"])) == (["code", "name"], True)
    assert (case["opened_at"][-6:], case["due_at"][-6:], case["due_at"] > case["opened_at"]) == (
        "+08:00",
        "+08:00",
        True,
    )
    assert case["report_ids"][0] == town.receipt["report_id"]


def test_the_same_thing_in_another_citizens_words_opens_no_second_case(town: Town) -> None:
    told = town.hub.hub("report", "submit", OTHER_WORDS, "--phone", "13900001111", "--json").json
    became = town.settled(told["report_id"])
    (case,) = town.cases()
    joined = (became["outcome"], became["case_number"])
    assert joined in {("attach", case["number"]), ("ask", None)}


def test_the_same_external_id_twice_is_one_report(town: Town) -> None:
    words = ("report", "submit", "罗山街道社店社区路灯不亮", "--external-id", "gw-1", "--channel", "gateway", "--json")
    first, second = town.hub.hub(*words).json, town.hub.hub(*words).json
    assert second == {**first, "replayed": True}
    assert (first["replayed"], first["channel"], first["external_id"]) == (False, "gateway", "gw-1")


def test_a_parked_report_is_replayed_from_the_command_line_and_keeps_its_raw_form(town: Town) -> None:
    other = "这里的护栏倒了"
    report_id = town.conflict("gw-cli", "金井镇围头村路灯杆倾斜", other)
    raw = town.raw(report_id)
    unusable = town.hub.hub("report", "replay", report_id, "--correct", "point=here", "--json")
    assert (unusable.code, unusable.json["faults"][0]["pointer"]) == (1, "/corrections/0/value")
    corrections = ("--correct", "place_words=西园街道赖厝社区", "--correct", "text=路口的交通护栏被撞倒了")
    assert town.hub.hub("report", "replay", report_id, *corrections, "--json").code == 0
    became = town.settled(report_id)
    case = town.hub.hub("case", "show", became["case_number"], "--json").json
    assert (became["outcome"], became["text"], case["location"]["address"]) == ("open", other, "西园街道赖厝社区")
    assert town.raw(report_id) == raw


def test_a_parked_report_is_replayed_over_the_api_and_keeps_its_raw_form(town: Town) -> None:
    other = "东西堆在路上没人管"
    report_id = town.conflict("gw-api", "东石镇第一社区大树枝断了", other)
    raw = town.raw(report_id)
    path, token = f"/api/v1/reports/{report_id}/replay", town.accounts["shift_leader"]["token"]
    assert town.hub.send(path, {"corrections": [{"field": "point", "value": "here"}]}, token)[0] == 422
    assert town.report(report_id)["status"] == "parked"
    fixes = {"place_words": "梅岭街道桂山社区", "text": "小区门口的路灯不亮"}
    body = {"corrections": [{"field": field, "value": value} for field, value in fixes.items()]}
    status, answer = town.hub.send(path, body, token)
    assert (status, answer["id"], answer["text"]) == (200, report_id, other)
    became = town.settled(report_id)
    case = town.hub.hub("case", "show", became["case_number"], "--json").json
    assert (became["outcome"], became["text"], case["location"]["address"]) == ("open", other, "梅岭街道桂山社区")
    assert town.raw(report_id) == raw
    assert town.hub.send(path, body, token)[0] == 404


def test_the_addresses_for_programs_answer(town: Town) -> None:
    paths = ("/healthz", "/readyz", "/openapi.json", "/docs", "/", "/track")
    assert {path: town.hub.fetch(path)[0] for path in paths} == dict.fromkeys(paths, 200)
    assert json.loads(town.hub.fetch("/openapi.json")[1])["openapi"][:4] == "3.1."


def test_history_of_the_running_hub_is_whole(town: Town) -> None:
    proof = town.hub.hub("history", "verify", "--json")
    assert (proof.code, proof.json["ok"], proof.json["faults"]) == (0, True, [])


def test_a_second_hub_runs_beside_it_and_term_ends_all_of_it_within_ten_seconds(
    town: Town, tmp_path_factory: pytest.TempPathFactory
) -> None:
    beside = Outsider(tmp_path_factory.mktemp("beside") / "data")
    with beside.running() as child:
        assert (beside.fetch("/readyz")[0], town.hub.fetch("/readyz")[0]) == (200, 200)
        assert beside.hub("case", "list", "--json").json == []
        seconds = beside.end(child)
    assert (seconds < 10, port_is_free(beside.port), child.returncode) == (True, True, 0)
    assert town.hub.fetch("/readyz")[0] == 200


def port_is_free(port: int) -> bool:
    with socket.socket() as probe, contextlib.suppress(OSError):
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))
        return True
    return False


def test_commands_work_with_no_hub_running(tmp_path_factory: pytest.TempPathFactory) -> None:
    alone = Outsider(tmp_path_factory.mktemp("alone") / "data")
    receipt = alone.hub("report", "submit", TEXT, "--json")
    (case,) = alone.hub("case", "list", "--json").json
    assert (receipt.code, receipt.err, list(receipt.json)) == (0, "", RECEIPT_KEYS)
    assert (case["report_ids"], case["location"]["code12"]) == ([receipt.json["report_id"]], QINGXIN)
