"""Who is counted: an account, an address or a telephone number, hashed for the counts and masked for people."""

from __future__ import annotations

import hashlib
import ipaddress
from dataclasses import dataclass, field
from functools import lru_cache

from intake.http import Principal
from intake.model.contact import mask_phone

_KEY_BYTES = 12
_REMEMBERED = 4096


@dataclass(frozen=True, slots=True)
class Sender:
    """`key` is a keyed hash and tells nothing without the key; `shown` is what staff may read."""

    key: str
    shown: str


@dataclass(frozen=True, slots=True)
class Senders:
    """Names senders with the installation's key (at most 64 bytes)."""

    key: bytes = field(repr=False)

    def of_address(self, address: str) -> Sender:
        """A host, or the network of one customer."""
        return _of_address(self.key, address)

    def of_number(self, digits: str) -> Sender:
        """A telephone number in normal form."""
        return Sender(_hash(self.key, "number", digits), mask_phone(digits))

    def of_account(self, principal: Principal) -> Sender:
        """A person or program that is signed in."""
        return Sender(_hash(self.key, "account", principal.user), principal.user)

    def of(self, principal: Principal | None, address: str) -> Sender:
        """The account when there is one, else the address."""
        return self.of_account(principal) if principal is not None else self.of_address(address)


# Every request asks, and most come from addresses that were here a moment ago.
@lru_cache(maxsize=_REMEMBERED)
def _of_address(key: bytes, address: str) -> Sender:
    network = network_of(address)
    return Sender(_hash(key, "address", network), network)


def _hash(key: bytes, kind: str, name: str) -> str:
    return hashlib.blake2b(f"{kind} {name}".encode(), key=key, digest_size=_KEY_BYTES).hexdigest()


def network_of(address: str) -> str:
    """What counts as one sender: an IPv4 address, or the /64 network that one IPv6 customer holds."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv4Address):
        return address
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, 64), strict=False))
