"""Who sends a request when a proxy stands in front: only what a trusted proxy says is believed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from aiohttp import web

UNKNOWN = "-"
_MOST_HOPS = 20


@dataclass(frozen=True, slots=True)
class Proxies:
    """Networks whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed; none by default."""

    networks: tuple[IPv4Network | IPv6Network, ...] = ()

    @classmethod
    def of(cls, words: str) -> Proxies:
        """From `127.0.0.1, 10.0.0.0/8`. Raises ValueError for a word that is neither address nor network."""
        return cls(tuple(ip_network(word.strip()) for word in words.split(",") if word.strip()))

    def address(self, request: web.BaseRequest) -> str:
        """The sender's address: the last one that no trusted proxy has; the peer's own when it is not trusted.

        `X-Forwarded-For` grows to the right, so what stands left of the first stranger may be invented.
        """
        sender = request.remote or UNKNOWN
        if not self.trusts(sender):
            return sender
        for hop in reversed(_listed(request, "X-Forwarded-For")):
            address = _bare(hop)
            if _parsed(address) is None:
                return sender
            sender = address
            if not self.trusts(sender):
                return sender
        return sender

    def secure(self, request: web.BaseRequest) -> bool:
        """Whether the sender's own connection is encrypted, as far as we see it or a trusted proxy says so."""
        if request.secure or not self.trusts(request.remote or UNKNOWN):
            return request.secure
        return [word.lower() for word in _listed(request, "X-Forwarded-Proto")[-1:]] == ["https"]

    def trusts(self, address: str) -> bool:
        """Whether an address lies in one of the networks."""
        if not self.networks:
            return False
        parsed = _parsed(address)
        return parsed is not None and any(parsed in network for network in self.networks)


def _listed(request: web.BaseRequest, header: str) -> Sequence[str]:
    words = ",".join(request.headers.getall(header, ())).split(",")
    return [word.strip() for word in words if word.strip()][-_MOST_HOPS:]


def _bare(hop: str) -> str:
    """The address without brackets and port: some proxies add the port."""
    if hop.startswith("["):
        return hop[1:].partition("]")[0]
    return hop.partition(":")[0] if hop.count(":") == 1 else hop


def _parsed(address: str) -> IPv4Address | IPv6Address | None:
    """The address as one; an IPv4 address in IPv6 clothes counts as itself."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return None
    return (parsed.ipv4_mapped or parsed) if isinstance(parsed, IPv6Address) else parsed
