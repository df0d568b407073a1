"""The toll over a real server: free within the quota, a proof beyond it, an end far beyond; nobody else pays for it."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import ClientSession, FormData, web
from aiohttp.test_utils import TestServer
from pydantic import BaseModel

from intake.http import PUBLIC, Call, Challenge, Door, Proxies, Route, Upload, mount, no_content
from intake.limits import Kind, LimitRules, Passes, Turnstile
from intake.limits.proof import solve
from tests.fakes.authenticator import FakeAuthenticator
from tests.fakes.clock import START, FakeClock
from tests.fakes.toll import a_turnstile

RULES = LimitRules(
    reports=3,
    reports_of_number=2,
    reports_of_account=5,
    megabytes=1,
    lookups=2,
    final_factor=3,
    least_bits=1,
    most_bits=4,
)
HERE, THERE = "203.0.113.9", "203.0.113.10"


class Told(BaseModel):
    phone: str | None = None
    photo: list[Upload] = []


@dataclass
class Street:
    """A door with the toll in front."""

    toll: Turnstile
    clock: FakeClock
    client: ClientSession
    challenges: list[Challenge] = field(default_factory=list)

    async def knock(
        self,
        address: str = HERE,
        *,
        phone: str = "",
        photo: bytes = b"",
        who: str = "",
        proof: str = "",
        path: str = "/api/r",
    ) -> int:
        """The status of one request; what it was asked for is in `challenges`."""
        data = FormData(default_to_multipart=True)
        if phone:
            data.add_field("phone", phone)
        if photo:
            data.add_field("photo", io.BytesIO(photo), filename="a.jpg")
        if not phone and not photo:
            data.add_field("phone", "")
        headers = {"X-Forwarded-For": address, **({"Hub-Proof": proof} if proof else {})}
        if who:
            headers["Authorization"] = f"Bearer {who}"
        async with self.client.post(path, data=data, headers=headers) as answer:
            told: Mapping[str, Any] = await answer.json(content_type=None) if answer.status != 204 else {}
            if "challenge" in told:
                self.challenges.append(Challenge(**told["challenge"]))
                assert (answer.status, told["code"], told["type"]) == (429, "proof-wanted", "/problems/proof-wanted")
            if answer.status == 429:
                assert int(answer.headers["Retry-After"]) > 0
            return answer.status

    async def knocks(self, times: int, address: str = HERE, **told: Any) -> Sequence[int]:
        return [await self.knock(address, **told) for _ in range(times)]

    async def pay_by_work(self, address: str = HERE, **told: Any) -> int:
        """Solve what was asked last and knock again."""
        return await self.knock(address, proof=solve(self.challenges[-1]), **told)

    def noted(self) -> dict[tuple[str, Kind, str], int]:
        """The books so far."""
        return {(one.mark.door, one.mark.kind, one.mark.sender.shown): one.count for one in self.toll.tally.drain()}


@pytest.fixture
async def street() -> AsyncIterator[Street]:
    clock = FakeClock()
    toll = a_turnstile(clock, RULES)

    async def report(call: Call) -> web.StreamResponse:
        await toll.pay(call, Door.REPORT, number=call.form(Told).phone or None)
        return no_content()

    async def track(call: Call) -> web.StreamResponse:
        await toll.pay(call, Door.TRACKING)
        if call.form(Told).phone == "right":
            await toll.give_back(call, Door.TRACKING)
        return no_content()

    app = web.Application()
    routes = (
        Route("POST", "/api/r", report, PUBLIC, "report", form=Told),
        Route("POST", "/api/t", track, PUBLIC, "track", form=Told),
    )
    mount(app, routes, FakeAuthenticator(li=frozenset()), proxies=Proxies.of("127.0.0.1"))
    async with TestServer(app) as server, ClientSession(server.make_url("/")) as client:
        yield Street(toll, clock, client)


async def test_within_the_quota_everything_is_free_and_nothing_is_noted(street: Street) -> None:
    assert await street.knocks(3) == [204] * 3
    assert street.noted() == {}


async def test_beyond_the_quota_a_proof_opens_the_door(street: Street) -> None:
    assert await street.knocks(4) == [204, 204, 204, 429]
    assert await street.pay_by_work() == 204
    assert street.noted() == {("report", Kind.CHALLENGED, HERE): 1, ("report", Kind.SOLVED, HERE): 1}


async def test_a_proof_opens_the_door_once(street: Street) -> None:
    await street.knocks(4)
    assert [await street.pay_by_work(), await street.knock(proof=solve(street.challenges[0]))] == [204, 429]
    assert street.noted()["report", Kind.WRONG_PROOF, HERE] == 1


async def test_each_further_one_costs_more_until_not_even_a_proof_helps(street: Street) -> None:
    await street.knocks(4)
    statuses: list[int] = []
    while len(statuses) < 7:
        statuses.append(await street.pay_by_work())
        await street.knock()
    assert statuses == [204] * 6 + [429]
    bits = [challenge.bits for challenge in street.challenges]
    assert (bits == sorted(bits), bits[0], bits[-1]) == (True, RULES.least_bits, RULES.most_bits)
    assert street.noted()["report", Kind.REFUSED, HERE] == 3


async def test_a_hoard_of_easy_answers_does_not_help_when_work_has_become_hard(street: Street) -> None:
    await street.knocks(3 + 7)
    easy = [solve(challenge) for challenge in street.challenges]
    opened = [await street.knock(proof=answer) for answer in easy]
    assert (opened[0], opened[-1]) == (204, 429)
    assert street.noted()["report", Kind.WRONG_PROOF, HERE] > 0


async def test_a_proof_of_one_sender_opens_nothing_for_another(street: Street) -> None:
    await street.knocks(4)
    await street.knocks(4, THERE)
    assert await street.knock(THERE, proof=solve(street.challenges[0])) == 429


async def test_who_waits_needs_no_proof(street: Street) -> None:
    assert await street.knocks(5) == [204, 204, 204, 429, 429]
    street.clock.move(1200)
    assert await street.knocks(2) == [204, 429]


async def test_another_address_is_not_concerned(street: Street) -> None:
    await street.knocks(6)
    assert await street.knocks(3, THERE) == [204] * 3


async def test_one_number_is_counted_over_all_addresses_and_shown_masked(street: Street) -> None:
    statuses = [await street.knock(f"203.0.113.{n}", phone="13805957531") for n in range(3)]
    assert statuses == [204, 204, 429]
    assert street.noted() == {("report", Kind.CHALLENGED, "138****7531"): 1}
    assert await street.knock("203.0.113.50", phone="13805957532") == 204


async def test_bytes_count_too(street: Street) -> None:
    photo = b"x" * 600_000
    assert await street.knocks(2, photo=photo) == [204, 429]
    assert await street.knock() == 204


async def test_one_photo_larger_than_the_quota_is_taken_by_a_door_that_is_rested(street: Street) -> None:
    assert await street.knocks(2, photo=b"x" * 1_500_000) == [204, 429]


async def test_who_is_signed_in_has_a_quota_of_their_own_and_no_number_is_counted(street: Street) -> None:
    assert await street.knocks(6, who="li", phone="13805957531") == [204] * 5 + [429]
    assert await street.knocks(2, phone="13805957531") == [204] * 2
    assert street.noted() == {("report", Kind.CHALLENGED, "li"): 1}


async def test_only_failed_look_ups_use_up_the_quota(street: Street) -> None:
    assert await street.knocks(9, path="/api/t", phone="right") == [204] * 9
    assert await street.knocks(3, path="/api/t") == [204, 204, 429]
    assert await street.knock(path="/api/t", phone="right") == 429
    assert await street.pay_by_work(path="/api/t", phone="right") == 204


async def test_a_sender_with_a_pass_is_not_counted_until_it_ends(street: Street) -> None:
    await street.knocks(4)
    key = street.toll.senders.of_address(HERE).key
    street.toll.passes.until = {key: START + timedelta(hours=1)}
    assert await street.knocks(20) == [204] * 20
    street.toll.passes.until = {key: START}
    assert await street.knock() == 429


async def test_exempt_networks_are_not_counted() -> None:
    toll = a_turnstile(FakeClock(), LimitRules(reports=1, exempt=Proxies.of("10.0.0.0/8")), Passes())
    app = web.Application()

    async def report(call: Call) -> web.StreamResponse:
        await toll.pay(call, Door.REPORT)
        return no_content()

    mount(
        app,
        (Route("POST", "/api/r", report, PUBLIC, "report", form=Told),),
        FakeAuthenticator(),
        proxies=Proxies.of("127.0.0.1"),
    )
    async with TestServer(app) as server, ClientSession(server.make_url("/")) as client:
        street = Street(toll, FakeClock(), client)
        assert await street.knocks(3, "10.1.2.3") == [204] * 3
        assert await street.knocks(2) == [204, 429]
