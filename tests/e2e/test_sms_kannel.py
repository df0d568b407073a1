"""Short messages through a real Kannel: bearerbox, smsbox and the fake SMSC, and a whole hub behind them."""

from __future__ import annotations

import itertools
import json
import re
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import pytest

from bench.hub_process import HubProcess
from bench.texts import far_apart
from hub.settings import Settings
from tests.e2e.office import Office
from tests.services.kannel import MISSING, Kannel, chinese, in_parts, kannel_in, kannel_is_installed, wait_until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]
_HALF = 250
_SEED = 12319
# `max-pending-requests` of the example configuration: what smsbox has in hand, and bearerbox no more.
_IN_HAND = 8
_TRACKING_NUMBER = re.compile(r"查询号(\d{12})")
_PATIENCE_SECONDS = 90.0


@dataclass(slots=True)
class Town:
    """A hub and the Kannel before it."""

    hub: HubProcess
    office: Office
    kannel: Kannel

    def rows(self, query: str, *values: str) -> list[tuple[Any, ...]]:
        """What the database says."""
        with closing(sqlite3.connect(self.hub.data / "hub.db", timeout=10)) as connection:
            return connection.execute(query, values).fetchall()

    def taken(self) -> set[str]:
        """Keys of the messages that the hub has."""
        return {row[0] for row in self.rows("SELECT key FROM sms_inbound")}

    def delivered_ids(self) -> set[str]:
        """Messages that the network says were delivered."""
        return {row[0] for row in self.rows("SELECT id FROM sms_outbound WHERE state = 'delivered'")}

    def outcome(self, report_id: str) -> list[str]:
        """Kind and case number of what became of a report; empty while it waits."""
        found = self.rows("SELECT kind, case_number FROM outcome WHERE report_id = ?", report_id)
        return list(found[0]) if found else []

    def texts_to(self, number: str) -> list[str]:
        """What a telephone got, in order."""
        return [told.text for told in self.kannel.delivered() if told.receiver.endswith(number)]

    def answers(self) -> list[str]:
        """Tracking numbers of all receipts that were sent, in order, repetitions included."""
        found = (_TRACKING_NUMBER.search(told.text) for told in self.kannel.delivered())
        return [one.group(1) for one in found if one]

    def wait_for_text(self, number: str, words: str) -> str:
        """The first message to a telephone with these words. Raises TimeoutError."""
        wait_until(lambda: any(words in text for text in self.texts_to(number)), f"{words} for {number}")
        return next(text for text in self.texts_to(number) if words in text)

    def check(self) -> list[str]:
        """Faults of `hub check`."""
        done = subprocess.run(
            [sys.executable, "-m", "hub", "check", "--json"],
            env=self.hub.environment(),
            capture_output=True,
            check=False,
            timeout=120,
        )
        return [str(fault) for fault in json.loads(done.stdout)["faults"]]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A hub that sends and receives through Kannel. Without Kannel this stays untested, which must not go unnoticed."""
    if not kannel_is_installed():
        pytest.skip(MISSING)
    folder = tmp_path_factory.mktemp("sms")
    hub = HubProcess(folder / "data")
    hub.data.mkdir()
    (folder / "kannel").mkdir()
    with kannel_in(folder / "kannel", f"127.0.0.1:{hub.port}") as kannel:
        (hub.data / "hub.toml").write_text(
            f'[sms]\ngateway = "kannel:{kannel.sendsms_url}"\n'
            f'password = "{kannel.password}"\nsecret = "{kannel.secret}"\n',
            encoding="utf-8",
        )
        office = Office(hub)
        try:
            office.open()
            yield Town(hub, office, kannel)
        finally:
            hub.stop()


def texts() -> list[str]:
    """As many different problems as a half of the drill needs."""
    return list(itertools.islice(far_apart(Settings().city, _SEED), _HALF))


def senders(first: int, spellings: tuple[str, ...] = ("+86", "0086", "86", "")) -> Iterator[str]:
    """Numbers, each in another spelling than the one before."""
    for n, spelling in zip(itertools.count(first), itertools.cycle(spellings), strict=False):
        yield f"{spelling}{n}"


def test_five_hundred_messages_become_five_hundred_reports_and_answers_though_kannel_is_killed(town: Town) -> None:
    kannel = town.kannel
    kannel.kill(kannel.smsbox)
    kannel.carrier([chinese(sender, text) for sender, text in zip(senders(13_600_000_000), texts(), strict=False)])
    wait_until(lambda: len(kannel.spooled()) == _HALF, "bearerbox keeps the first half")
    first = kannel.spooled()
    kannel.kill(kannel.bearerbox)
    assert kannel.spooled() == first

    _start_again(kannel)
    wait_until(lambda: len(town.taken()) >= _HALF // 5, "a part of the first half arrived")
    kannel.kill(kannel.bearerbox)
    kannel.kill(kannel.smsbox)
    assert [fault for fault in town.check() if fault.startswith("sms:")] != []

    _start_again(kannel)
    wait_until(lambda: not first & kannel.spooled(), "all of the first half was handed on", _PATIENCE_SECONDS)
    wait_until(lambda: _quiet(town), "everything that arrived was answered", _PATIENCE_SECONDS)
    lost = first - town.taken()
    assert town.taken() <= first
    assert len(lost) <= _IN_HAND

    kannel.kill(kannel.smsbox)
    second = _HALF + len(lost)
    again = [chinese(sender, text) for sender, text in zip(senders(13_700_000_000), texts(), strict=False)]
    kannel.carrier(again, second)
    wait_until(lambda: len(kannel.spooled()) >= second, "bearerbox keeps the second half")
    kannel.start_smsbox()
    wait_until(lambda: len(town.taken()) == 2 * _HALF, "the second half arrived", _PATIENCE_SECONDS)
    wait_until(lambda: _quiet(town), "everything was answered", _PATIENCE_SECONDS)
    wait_until(lambda: len(set(town.answers())) == 2 * _HALF, "the carrier got every answer", _PATIENCE_SECONDS)

    numbers = {row[0] for row in town.rows("SELECT tracking_number FROM report")}
    assert set(town.answers()) == numbers
    assert len(numbers) == 2 * _HALF
    settled = "SELECT count(*) FROM report r JOIN outcome o ON o.report_id = r.id"
    wait_until(lambda: town.rows(settled)[0][0] == 2 * _HALF, "every report has its outcome", _PATIENCE_SECONDS)
    assert town.rows("SELECT count(*) FROM parked")[0][0] == 0
    assert {row[0] for row in town.rows("SELECT kind FROM sms_inbound")} == {"report"}
    # Kannel keeps delivery reports in memory: those of the first half may be gone with it.
    answers = {f"answer:{key}" for key in town.taken() - first}
    wait_until(lambda: answers <= town.delivered_ids(), "the network's word on the second half")
    assert [part["fault"] for part in town.office.ask("admin", "/readyz")["parts"]] == [None] * 5
    repeated = sum(times - 1 for times in Counter(town.answers()).values())
    sys.stdout.write(f"SMS drill: {2 * _HALF} reports, lost by smsbox {len(lost)}, answers sent again {repeated}\n")


def test_a_place_that_is_missing_is_asked_for_once_and_its_answer_opens_the_case(town: Town) -> None:
    town.kannel.carrier([chinese("+8613812345678", "路灯不亮了，晚上看不见")])
    number = _TRACKING_NUMBER.search(town.wait_for_text("13812345678", "已收到"))
    assert number is not None
    assert number.group(1) in town.wait_for_text("13812345678", "还缺地点")

    town.kannel.carrier([chinese("008613812345678", "青新社区大门口")])
    town.wait_for_text("13812345678", "已补充地点")
    report_id = town.rows("SELECT id FROM report WHERE tracking_number = ?", number.group(1))[0][0]
    wait_until(lambda: town.outcome(report_id)[:1] in (["open"], ["attach"]), "the report has its case")
    assert town.rows("SELECT count(*) FROM desk_item WHERE report_id = ?", report_id) == [(0,)]

    town.kannel.carrier([chinese("13812345678", "查询")])
    assert number.group(1) in town.wait_for_text("13812345678", "已立案")
    town.kannel.carrier([chinese("13812345678", "催单")])
    town.wait_for_text("13812345678", "催办。目前")
    case_number = town.outcome(report_id)[1]
    chased = "SELECT count(*) FROM case_event WHERE kind = 'chased_up' AND case_number = ?"
    wait_until(lambda: town.rows(chased, case_number) == [(1,)], "the case was chased up")
    town.office.dispatch(case_number)
    assert number.group(1) in town.wait_for_text("13812345678", "已派遣给")
    assert sum("还缺地点" in text for text in town.texts_to("13812345678")) == 1


def test_messages_that_come_while_the_hub_is_dead_are_brought_when_it_lives_again(town: Town) -> None:
    before = town.taken()
    town.hub.kill()
    sent = [chinese(sender, text) for sender, text in zip(senders(13_900_000_000), texts()[:3], strict=False)]
    town.kannel.carrier(sent, len(sent))
    wait_until(lambda: "Couldn't fetch" in town.kannel.smsbox_log(), "smsbox found nobody")
    town.hub.start()
    wait_until(lambda: len(town.taken() - before) == len(sent), "all of them arrived", _PATIENCE_SECONDS)
    wait_until(lambda: _quiet(town), "everything was answered", _PATIENCE_SECONDS)


def test_a_long_message_in_parts_is_one_report(town: Town) -> None:
    parts = ["安海镇鸿塔社区菜市场后面垃圾堆了好几天没人清，臭味很大，", "苍蝇到处都是，旁边就是幼儿园，请尽快来处理。"]
    town.kannel.carrier()
    before = town.rows("SELECT count(*) FROM report")[0][0]
    for part in in_parts("13887654321", parts):
        town.kannel.carrier([part])
        wait_until(lambda: bool(town.kannel.carriers[-1].out.read_text().count("sent message")), "a part was sent")
    town.wait_for_text("13887654321", "已收到")
    assert town.rows("SELECT count(*) FROM report")[0][0] == before + 1
    newest = "SELECT text FROM report ORDER BY id DESC LIMIT 1"
    assert town.rows(newest) == [("".join(parts),)]


def test_no_number_and_no_password_is_in_the_logs_of_the_hub(town: Town) -> None:
    logs = (town.hub.data / "hub.out").read_text(encoding="utf-8")
    numbers = {told.receiver[-11:] for told in town.kannel.delivered()}
    assert [number for number in numbers if number in logs] == []
    assert len(numbers) > 2
    assert [word for word in (town.kannel.secret, town.kannel.password) if word in logs] == []


def _start_again(kannel: Kannel) -> None:
    kannel.start_bearerbox()
    kannel.start_smsbox()
    kannel.carrier()


def _quiet(town: Town) -> bool:
    """Nothing waits to be sent."""
    queued = town.rows("SELECT count(*) FROM sms_outbound WHERE state = 'queued'")
    taken = town.rows(
        "SELECT count(*) FROM sms_inbound i LEFT JOIN sms_outbound o ON o.id = 'answer:' || i.key "
        "WHERE o.id IS NULL AND i.kind = 'report'"
    )
    return queued == [(0,)] and taken == [(0,)]
