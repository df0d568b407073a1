"""All settings, frozen, from a TOML file and `HUB_*` environment variables; the environment wins.

`HUB_DATA/hub.toml` holds one table per section; `HUB_HTTP_PORT` is the field `port` of the section `http`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from hub.secret_files import with_password
from intake.channels.fetching import networks_of
from intake.errors import FieldFault, Invalid
from intake.http.proxies import Proxies

_CHECKOUT = Path(__file__).resolve().parent.parent
_TOP_LEVEL = {"HUB_DATA": "data", "HUB_CITY": "city"}


class Section(BaseModel):
    """Root of the sections: frozen, unknown names refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class HttpSettings(Section):
    """Where the web role listens and what it bears."""

    host: str = Field(default="127.0.0.1", description="address to listen on; loopback unless told otherwise")
    port: int = Field(default=8319, ge=1, le=65535, description="port of pages and API")
    secure_cookies: bool = Field(default=False, description="set to true behind HTTPS")
    trusted_proxies: str = Field(
        default="",
        pattern=r"^[0-9A-Fa-f.:/, ]*$",
        description="addresses or networks of reverse proxies, comma-separated, whose `X-Forwarded-For` is believed",
    )

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks(cls, words: str) -> str:
        """Raises ValueError naming the word that is no network."""
        Proxies.of(words)
        return words


class SipSettings(Section):
    """The telephone's port; the other telephone ports are chosen when free."""

    port: int = Field(default=5060, ge=1, le=65535, description="SIP port of the hotline (used once the phone joins)")


class DatabaseSettings(Section):
    """Where cases live."""

    url: str = Field(default="", description="SQLAlchemy URL; empty: SQLite file `hub.db` in the data folder")
    password_file: str = Field(default="", description="file with the password of that URL, so that the URL has none")


class BusSettings(Section):
    """What wakes people up."""

    url: str = Field(default="memory:", description="`memory:` for one machine; `redis://`, `rediss://`, `unix://`")
    password_file: str = Field(default="", description="file with the password of that URL, so that the URL has none")
    namespace: str = Field(
        default="", pattern=r"^[a-z0-9-]*$", max_length=40, description="a name for each of several hubs on one Redis"
    )


class WorkerSettings(Section):
    """How the normaliser takes its work."""

    batch_size: int = Field(default=50, ge=1, le=500, description="reports settled in one transaction")
    sweep_seconds: float = Field(default=0.4, gt=0, le=0.5, description="a lost wake-up costs at most this long")
    attempts_limit: int = Field(default=5, ge=1, description="tries before a report is parked")


class DecideSettings(Section):
    """Thresholds of the decision, 0-1."""

    place_confidence: float = Field(default=0.6, ge=0, le=1, description="below: the desk is asked for the place")
    category_confidence: float = Field(default=0.3, ge=0, le=1, description="below: the desk is asked for the category")
    attach: float = Field(
        default=0.95, ge=0, le=1, description="chance of sameness from which a report joins a known case"
    )
    ask: float = Field(default=0.75, ge=0, le=1, description="chance from which the desk is asked about sameness")
    window_days: int = Field(default=30, ge=1, description="age of open cases that are compared")


class HotSpotSettings(Section):
    """When many reports on one place raise an alarm."""

    reports: int = Field(default=10, ge=2, description="reports on one place that raise an alarm")
    minutes: float = Field(
        default=30, gt=0, le=1440, description="within so many minutes; ends when it is that long quiet"
    )
    metres: float = Field(default=200, gt=0, le=5000, description="how far from each other they count as one place")


class Open311Settings(Section):
    """Open311 GeoReport v2 for other programs."""

    key_required: bool = Field(default=True, description="whether filing a request needs an `api_key`")
    jurisdiction_id: str = Field(
        default="", max_length=100, description="name of the city beside its code, such as its web domain"
    )
    public_url: str = Field(
        default="",
        pattern=r"^(https?://[^/?#\s]+/?)?$",
        description="address in the discovery documents; empty: the one that was asked",
    )
    contact: str = Field(default="", max_length=200, description="whom developers turn to; empty: the hotline")
    key_service: str = Field(default="", max_length=200, description="how to get a key; empty: from the administrator")
    media_networks: str = Field(
        default="",
        pattern=r"^[0-9A-Fa-f.:/, ]*$",
        description="networks that photos may be fetched from, comma-separated, beside the public internet",
    )

    @field_validator("media_networks")
    @classmethod
    def _are_networks(cls, words: str) -> str:
        """Raises ValueError naming the word that is no network."""
        networks_of(words)
        return words


class HealthSettings(Section):
    """Where a role without pages of its own (worker, sms) tells how it is."""

    host: str = Field(
        default="127.0.0.1",
        description="address of `/healthz`, `/readyz`, `/metrics` of roles without pages (worker, sms)",
    )
    port: int = Field(default=0, ge=0, le=65535, description="port of these addresses; 0: none")


class LimitsSettings(Section):
    """What the public doors take from one sender in an hour, and what they ask for beyond."""

    enabled: bool = Field(default=True, description="whether senders are counted at all")
    reports_per_hour: int = Field(default=120, ge=1, description="reports of one address, forms and programs alike")
    reports_per_hour_number: int = Field(default=20, ge=1, description="reports that name one telephone number")
    reports_per_hour_account: int = Field(default=100_000, ge=1, description="reports of one account or its tokens")
    megabytes_per_hour: int = Field(default=600, ge=1, description="MB of photos of one address")
    lookups_per_hour: int = Field(default=30, ge=1, description="failed look-ups of one address on the tracking page")
    final_factor: int = Field(
        default=10, ge=1, description="beyond this many times a quota nothing is taken; 1: no proof is offered"
    )
    proof_bits: int = Field(default=11, ge=1, le=24, description="zero bits of each of 8 puzzles, just past a quota")
    proof_bits_most: int = Field(default=15, ge=1, le=24, description="the same, just before the end")
    exempt: str = Field(
        default="127.0.0.0/8, ::1",
        pattern=r"^[0-9A-Fa-f.:/, ]*$",
        description="addresses or networks that are not counted, comma-separated",
    )
    keep_days: int = Field(default=30, ge=1, description="days after which addresses and masked numbers are deleted")

    @field_validator("exempt")
    @classmethod
    def _are_networks(cls, words: str) -> str:
        """Raises ValueError naming the word that is no network."""
        Proxies.of(words)
        return words


class ScannerSettings(Section):
    """Who looks into uploaded photos."""

    url: str = Field(
        default="",
        pattern=r"^$|^tcp://\S+:\d+$|^unix:/\S+$",
        description="clamd, as `tcp://host:port` or `unix:/path`; empty: nobody looks",
    )
    timeout_seconds: float = Field(default=10.0, gt=0, description="longest wait for its word on one photo")
    when_away: str = Field(
        default="keep",
        pattern="^(keep|refuse)$",
        description="`keep`: photos are kept, flagged and scanned later; `refuse`: the sender tries again later",
    )


class SmsSettings(Section):
    """The gateway for short messages, and what one number may ask of it."""

    gateway: str = Field(
        default="",
        pattern=r"^$|^console:$|^kannel:https?://\S+$",
        description="`kannel:` and the URL of its `sendsms`, `console:` to see messages only; empty: no SMS",
    )
    user: str = Field(default="hub", description="user name of Kannel's `sendsms-user`")
    password: str = Field(default="", description="its password")
    password_file: str = Field(default="", description="file with that password")
    secret: str = Field(default="", description="password that Kannel sends with messages; without one none are taken")
    secret_file: str = Field(default="", description="file with that secret")
    allowed_addresses: str = Field(
        default="127.0.0.1, ::1",
        pattern=r"^[0-9A-Fa-f.:/, ]*$",
        description="addresses or networks from which Kannel may call, comma-separated",
    )
    callback_url: str = Field(
        default="",
        pattern=r"^$|^https?://[^@/\s]+$",
        description="where Kannel reaches this hub, such as `http://10.0.0.5:8319`; empty: the hub's own address",
    )
    number: str = Field(
        default="", pattern=r"^\d{0,20}$", description="number that answers come from; empty: the one written to"
    )
    signature: str = Field(default="【12319】", max_length=20, description="stands in front of every message")
    allowance: int = Field(default=10, ge=1, description="messages of a number in ten minutes that are served at once")
    step_seconds: float = Field(default=30.0, ge=0, le=600, description="each further one waits longer by this")

    @field_validator("allowed_addresses")
    @classmethod
    def _are_networks(cls, words: str) -> str:
        """Raises ValueError naming the word that is no network."""
        Proxies.of(words)
        return words


class LogSettings(Section):
    """What is written about the work."""

    level: str = Field(default="INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="least level written")
    format: str = Field(default="text", pattern="^(text|json)$", description="`text` for people, `json` for collectors")


class Settings(Section):
    """Everything one installation may set."""

    data: Path = Field(default=_CHECKOUT / "var", description="folder of database, evidence, keys and logs")
    city: Path = Field(default=_CHECKOUT / "cities" / "jinjiang", description="folder of the city pack")
    http: HttpSettings = HttpSettings()
    sip: SipSettings = SipSettings()
    database: DatabaseSettings = DatabaseSettings()
    bus: BusSettings = BusSettings()
    worker: WorkerSettings = WorkerSettings()
    decide: DecideSettings = DecideSettings()
    hot_spot: HotSpotSettings = HotSpotSettings()
    health: HealthSettings = HealthSettings()
    open311: Open311Settings = Open311Settings()
    limits: LimitsSettings = LimitsSettings()
    scanner: ScannerSettings = ScannerSettings()
    sms: SmsSettings = SmsSettings()
    log: LogSettings = LogSettings()

    @property
    def database_url(self) -> str:
        """The URL, default and password filled in: never to be shown. Raises Invalid for an unusable password file."""
        url = self.database.url or f"sqlite:///{self.data / 'hub.db'}"
        return with_password(url, self.database.password_file, "HUB_DATABASE_PASSWORD_FILE")

    @property
    def bus_url(self) -> str:
        """The URL, the password filled in: never to be shown. Raises Invalid for an unusable password file."""
        return with_password(self.bus.url, self.bus.password_file, "HUB_BUS_PASSWORD_FILE")


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Settings of an installation. Raises Invalid naming each setting that cannot be used."""
    data = Path(environment.get("HUB_DATA") or Settings().data).expanduser().resolve()
    values = _read_file(data / "hub.toml")
    values["data"] = data
    for name, value in environment.items():
        if value:
            _place(values, name, value)
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        faults = [
            FieldFault("/" + "/".join(str(part) for part in one["loc"]), one["msg"], one["msg"])
            for one in error.errors()
        ]
        names = "；".join(f"{fault.pointer}: {fault.en}" for fault in faults)
        raise Invalid(f"设置有误：{names}", f"Settings cannot be used: {names}", faults) from error


def environment_name(section: str, field: str) -> str:
    """`HUB_HTTP_PORT` for the field `port` of the section `http`."""
    return f"HUB_{section}_{field}".upper()


def _place(values: dict[str, Any], name: str, value: str) -> None:
    if name in _TOP_LEVEL:
        values[_TOP_LEVEL[name]] = Path(value).expanduser().resolve()
        return
    for section, info in Settings.model_fields.items():
        kind = info.annotation
        if not (isinstance(kind, type) and issubclass(kind, Section)):
            continue
        for field in kind.model_fields:
            if name == environment_name(section, field):
                known = values.setdefault(section, {})
                if isinstance(known, dict):
                    known[field] = value


def _read_file(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Invalid(f"设置文件{path.name}无法读取：{error}", f"{path.name} cannot be read: {error}") from error
