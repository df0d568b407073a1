"""Who may speak for the network: a gateway at an allowed address that knows the shared secret.

The secret comes as the password of HTTP Basic, which Kannel sends when its URL reads `http://hub:SECRET@host/...`: so
it stands in a header and in no address that anybody logs.
"""

from __future__ import annotations

import hmac
from base64 import b64decode
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from intake.errors import Forbidden, Unauthenticated


@dataclass(frozen=True, slots=True)
class GatewayAccess:
    """An empty secret lets nobody in."""

    secret: str
    networks: tuple[IPv4Network | IPv6Network, ...]

    @classmethod
    def of(cls, secret: str, addresses: str) -> GatewayAccess:
        """From `127.0.0.1, 10.0.0.0/8`. Raises ValueError for a word that is neither address nor network."""
        return cls(secret, tuple(ip_network(word.strip()) for word in addresses.split(",") if word.strip()))

    def check(self, address: str, authorization: str | None) -> None:
        """Raises Forbidden for another address, Unauthenticated for a wrong secret."""
        if not self._allows(address):
            raise Forbidden(
                "此地址不在 sms.allowed_addresses 中。", "This address is not among those of sms.allowed_addresses."
            )
        given = _password(authorization or "")
        if not self.secret or not hmac.compare_digest(given, self.secret.encode()):
            raise Unauthenticated(
                "短信网关的密码不对：应与 sms.secret 相同。", "The gateway's password is not that of sms.secret."
            )

    def _allows(self, address: str) -> bool:
        try:
            parsed = ip_address(address.partition("%")[0])
        except ValueError:
            return False
        mapped = getattr(parsed, "ipv4_mapped", None) or parsed
        return any(mapped in network for network in self.networks)


def _password(authorization: str) -> bytes:
    scheme, _, words = authorization.partition(" ")
    if scheme.lower() != "basic":
        return b""
    try:
        return b64decode(words, validate=True).partition(b":")[2]
    except ValueError:
        return b""
