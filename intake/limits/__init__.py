"""Limits of the public doors: quotas by address, number and account, a proof of work beyond them, and the books."""

from __future__ import annotations

from intake.limits.books import Books, LimitLedger, Passes
from intake.limits.incidents import Incidents
from intake.limits.memory import MemoryQuotas
from intake.limits.proof import Proofs
from intake.limits.quotas import Allowance, Charge, Quotas
from intake.limits.redis_quotas import RedisQuotas
from intake.limits.rules import LimitRules
from intake.limits.senders import Sender, Senders
from intake.limits.steady import SteadyQuotas
from intake.limits.tally import Counted, Kind, Mark, Tally
from intake.limits.turnstile import Turnstile

__all__ = [
    "Allowance",
    "Books",
    "Charge",
    "Counted",
    "Incidents",
    "Kind",
    "LimitLedger",
    "LimitRules",
    "Mark",
    "MemoryQuotas",
    "Passes",
    "Proofs",
    "Quotas",
    "RedisQuotas",
    "Sender",
    "Senders",
    "SteadyQuotas",
    "Tally",
    "Turnstile",
]
