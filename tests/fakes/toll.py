"""The real toll on counts in memory, with the time of a clock that stands: there is nothing to pretend."""

from __future__ import annotations

from intake.limits import LimitRules, MemoryQuotas, Passes, Proofs, Senders, Tally, Turnstile
from tests.fakes.clock import FakeClock

KEY = b"a key of the tests"


def a_turnstile(clock: FakeClock, rules: LimitRules | None = None, passes: Passes | None = None) -> Turnstile:
    """Implements `intake.http.Toll`; what it noted is in its `tally`."""
    return Turnstile(
        quotas=MemoryQuotas(lambda: clock.now().timestamp()),
        rules=rules or LimitRules(),
        proofs=Proofs(KEY),
        senders=Senders(KEY),
        tally=Tally(clock.now),
        passes=passes or Passes(),
        clock=clock,
    )
