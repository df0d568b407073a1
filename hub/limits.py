"""The limits and the scanner of this installation, put together from its settings."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from case_api.store.database import Database
from case_api.store.file_scans import SqlScanFlags
from case_api.store.limits import SqlLimitLedger
from case_api.store.sealing import Sealer
from hub.settings import Settings
from intake.errors import Temporary
from intake.http import NoToll, Proxies, Toll
from intake.limits import (
    Books,
    Incidents,
    LimitRules,
    MemoryQuotas,
    Passes,
    Proofs,
    RedisQuotas,
    Senders,
    SteadyQuotas,
    Tally,
    Turnstile,
)
from intake.ports import Clock, EvidenceStore
from intake.scanning import Clamd, PhotoIntake, Rescan, Scanner, Screening

_BOOKS_SECONDS = 2.0
_RESCAN_SECONDS = 30.0
_REDIS = ("redis://", "rediss://", "unix://")


@dataclass
class Limits:
    """Each part is made on first use."""

    settings: Settings
    database: Database
    sealer: Sealer
    clock: Clock
    evidence: EvidenceStore

    @cached_property
    def tally(self) -> Tally:
        """What happened in this process."""
        return Tally(self.clock.now)

    @cached_property
    def ledger(self) -> SqlLimitLedger:
        """What happened, for staff."""
        return SqlLimitLedger(self.database)

    @cached_property
    def flags(self) -> SqlScanFlags:
        """Photos that staff must know about."""
        return SqlScanFlags(self.database, self.clock)

    @cached_property
    def passes(self) -> Passes:
        """Whom staff let pass."""
        return Passes()

    @cached_property
    def senders(self) -> Senders:
        """Names for senders, hashed with a key that only this purpose has."""
        return Senders(self._key)

    @cached_property
    def shared(self) -> RedisQuotas | None:
        """Counts that all web processes share, where the bus is a Redis."""
        url = self.settings.bus_url
        return RedisQuotas(url) if url.startswith(_REDIS) else None

    @cached_property
    def quotas(self) -> SteadyQuotas | MemoryQuotas:
        """Shared counts with our own to fall back on, or our own."""
        return SteadyQuotas(self.shared, MemoryQuotas()) if self.shared is not None else MemoryQuotas()

    @cached_property
    def toll(self) -> Toll:
        """What stands at the public doors."""
        told = self.settings.limits
        if not told.enabled:
            return NoToll()
        rules = LimitRules(
            reports=told.reports_per_hour,
            reports_of_number=told.reports_per_hour_number,
            reports_of_account=told.reports_per_hour_account,
            megabytes=told.megabytes_per_hour,
            lookups=told.lookups_per_hour,
            final_factor=told.final_factor,
            least_bits=told.proof_bits,
            most_bits=told.proof_bits_most,
            exempt=Proxies.of(told.exempt),
        )
        return Turnstile(
            quotas=self.quotas,
            rules=rules,
            proofs=Proofs(self._key),
            senders=self.senders,
            tally=self.tally,
            passes=self.passes,
            clock=self.clock,
        )

    @cached_property
    def scanner(self) -> Scanner | None:
        """Who looks into uploaded photos; None when nobody does."""
        return scanner_of(self.settings)

    @cached_property
    def photos(self) -> PhotoIntake:
        """The way of photos into the evidence store."""
        keep = self.settings.scanner.when_away == "keep"
        return PhotoIntake(
            self.evidence, Screening(self.scanner, self.flags, Incidents(self.tally, self.senders), keep_when_away=keep)
        )

    async def keep_books(self, stop: asyncio.Event) -> None:
        """Write down what happened, learn who may pass, until asked to stop; then once more."""
        books = Books(self.tally, self.passes, self.ledger, self.clock, timedelta(days=self.settings.limits.keep_days))
        await books.turn()
        while await _rest(stop, _BOOKS_SECONDS):
            await books.turn()
        await books.turn()
        if self.shared is not None:
            await self.shared.close()

    async def rescan(self, stop: asyncio.Event) -> None:
        """Look into photos that came while the scanner was away, until asked to stop."""
        if self.scanner is None:
            return
        later = Rescan(self.scanner, self.flags, self.evidence, self.tally)
        while await _rest(stop, _RESCAN_SECONDS):
            try:
                await later.turn()
            except Temporary as error:
                logging.getLogger(__name__).warning("photos wait for the scanner: %s", error.en)

    @property
    def _key(self) -> bytes:
        """The same for all processes of an installation; derived, so that it says nothing about the others."""
        return self.sealer.lookup("12319 hub limits").encode()


async def _rest(stop: asyncio.Event, seconds: float) -> bool:
    """Wait so long or until asked to stop; whether to go on."""
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return True
    return False


def scanner_of(settings: Settings) -> Scanner | None:
    """The scanner that the settings name; None for none."""
    told = settings.scanner
    return Clamd(told.url, told.timeout_seconds) if told.url else None
