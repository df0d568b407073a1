"""A file from an address that a stranger gave: from the public internet only, small, and soon, or not at all."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout, TCPConnector
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from intake.errors import Invalid, TooLarge

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_PORTS = frozenset({80, 443})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
# These carry an IPv4 address inside, which a gateway may reach for.
_WRAPPING = tuple(map(ipaddress.ip_network, ("64:ff9b::/96", "64:ff9b:1::/48", "2001::/32", "2002::/16", "::/96")))


class Fetcher(Protocol):
    """Fetches what an address holds."""

    async def fetch(self, url: str) -> bytes:
        """The bytes. Raises Invalid for an address that may not be asked or does not give a file, TooLarge."""
        ...


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """How much, how long in all, and how many redirects. `networks` may be asked though they are not public, and on
    any port."""

    file_bytes: int = 12 * 1024 * 1024
    seconds: float = 10.0
    redirects: int = 3
    networks: tuple[Network, ...] = ()


@dataclass(frozen=True, slots=True)
class GuardedFetcher:
    """Implements `Fetcher`: the name is looked up once, every address of it is checked, and one of these very
    addresses is connected to; a redirect leads to the same host only and is checked like the first address."""

    limits: FetchLimits = field(default_factory=FetchLimits)
    resolver: Callable[[], AbstractResolver] | None = None

    async def fetch(self, url: str) -> bytes:
        """See the port."""
        try:
            async with asyncio.timeout(self.limits.seconds):
                return await self._follow(_checked_url(url))
        except (TimeoutError, ClientError, OSError, ValueError) as error:
            raise _refused("没有取到", f"it could not be fetched ({type(error).__name__})") from error

    async def _follow(self, url: URL) -> bytes:
        for _ in range(self.limits.redirects + 1):
            addresses = await self._addresses(url)
            connector = TCPConnector(resolver=_Pinned(addresses), use_dns_cache=False, force_close=True)
            async with (
                ClientSession(connector=connector, auto_decompress=False, timeout=ClientTimeout(None)) as session,
                session.get(url, allow_redirects=False, headers={"Accept": "image/*"}) as response,
            ):
                if response.status not in _REDIRECTS:
                    return await self._read(response)
                url = _next_url(url, response.headers.get("Location", ""))
        raise _refused("跳转过多", "it redirects too often")

    async def _read(self, response: ClientResponse) -> bytes:
        if response.status != 200:
            raise _refused(f"对方回答 {response.status}", f"its answer was {response.status}")
        body = bytearray()
        async for chunk in response.content.iter_chunked(65536):
            body.extend(chunk)
            if len(body) > self.limits.file_bytes:
                raise TooLarge("文件过大。", "The file is too large.")
        return bytes(body)

    async def _addresses(self, url: URL) -> Sequence[ResolveResult]:
        host, port = url.raw_host or "", url.port or 0
        found = [_literal(host, port)] if _is_literal(host) else await self._resolve(host, port)
        for one in found:
            address = ipaddress.ip_address(one["host"].partition("%")[0])
            if any(address in network for network in self.limits.networks):
                continue
            if not is_public(address) or port not in _PORTS or "%" in one["host"]:
                raise _refused("地址不是公网地址", "the address is not a public one")
        if not found:
            raise _refused("没有这个主机", "there is no such host")
        return found

    async def _resolve(self, host: str, port: int) -> Sequence[ResolveResult]:
        if self.resolver is not None:
            return await self.resolver().resolve(host, port)
        loop = asyncio.get_running_loop()
        infos = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        return [_literal(str(info[4][0]), port) for info in infos]


class _Pinned(AbstractResolver):
    """Answers with the addresses that were checked, whatever it is asked."""

    def __init__(self, addresses: Sequence[ResolveResult]) -> None:
        self._addresses = list(addresses)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [{**one, "hostname": host} for one in self._addresses]

    async def close(self) -> None:
        """Nothing is held."""


def networks_of(words: str) -> tuple[Network, ...]:
    """`10.0.0.0/8, fd00::/8` as networks. Raises ValueError naming the word that is none."""
    return tuple(ipaddress.ip_network(word.strip(), strict=False) for word in words.split(",") if word.strip())


def is_public(address: Address) -> bool:
    """False for private, loopback, link-local, shared, reserved and multicast addresses, mapped ones included."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if any(address in network for network in _WRAPPING) or address.is_site_local:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def _checked_url(words: str) -> URL:
    url = URL(words.strip())
    if url.scheme not in ("http", "https") or not url.host:
        raise _refused("只能是 http 或 https 地址", "only http and https are fetched")
    if url.user or url.password:
        raise _refused("地址中不得带账号", "an address with credentials is not fetched")
    return url


def _next_url(url: URL, location: str) -> URL:
    following = _checked_url(str(url.join(URL(location)))) if location else None
    if following is None or following.raw_host != url.raw_host:
        raise _refused("跳转到了别的主机", "it redirects to another host")
    return following


def _is_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


def _literal(host: str, port: int) -> ResolveResult:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return {"hostname": host, "host": host, "port": port, "family": family, "proto": 0, "flags": socket.AI_NUMERICHOST}


def _refused(zh: str, en: str) -> Invalid:
    return Invalid(f"照片地址无法使用：{zh}。", f"The address of the photo cannot be used: {en}.")
