"""The shape of ``config.toml``: what the operator decides, with defaults and limits. ``sync/settings.py`` reads it."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, IPvAnyNetwork, StringConstraints, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from connectors.network import Expectations
from connectors.numbers import NoBooleanIsANumber
from sync.fetching.guards import is_loopback

if TYPE_CHECKING:
    from matching.sameness.weights import Weights

NEVER = date(2000, 1, 1)
"""The date that stands in config.toml until somebody has read the terms."""
NIGHTLY = "15 4 * * *"
"""When a network is due where nothing else is written: outside 02:00 to 03:00, which summer time moves."""
SLOWEST_LIVE_PACE = 1.0
"""Seconds between two requests that no configuration may go below, loopback apart."""


_MAIL = re.compile(r"(?:mailto:)?[\w.+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+", re.ASCII | re.IGNORECASE)
_PAGE = re.compile(r"https?://[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::\d+)?(?:/[^\s()<>\"]*)?", re.IGNORECASE)


def _timezone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (OSError, ValueError, LookupError) as error:
        raise ValueError(f"wanted a timezone's name such as 'Europe/Stockholm', found {name!r}") from error
    return name


def _contact(text: str) -> str:
    if not (text.isascii() and text.isprintable()):
        raise ValueError(f"wanted plain ASCII on one line (it is sent in an HTTP header), found {text!r}")
    if text and not (_MAIL.fullmatch(text) or _PAGE.fullmatch(text)):
        raise ValueError(
            "wanted a mail address such as 'clusters@example.org' or a page such as 'https://example.org/clusters', so that a "
            f"network can reach you, found {text!r}"
        )
    return text


def _base(address: str) -> str:
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.query or parts.fragment:
        raise ValueError(f"wanted an address such as 'https://www.example.org', found {address!r}")
    return address.rstrip("/")


def _cron(line: str) -> str:
    if line:
        from sync.schedule_cron import (
            CronLine,
        )  # here, because APScheduler takes long to import and most commands need none of it

        CronLine(line, ZoneInfo("UTC"))
    return line


class _Section(NoBooleanIsANumber, BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Operator(_Section):
    """Who runs this."""

    contact: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200), AfterValidator(_contact)] = ""
    timezone: Annotated[str, AfterValidator(_timezone)] = "Europe/Stockholm"


class Paths(_Section):
    """Where things lie; a relative path starts at the configuration file's folder."""

    var: Path = Path("var")


class Keep(_Section):
    """How long things are kept."""

    editions: Annotated[int, Field(ge=1)] = 7
    capture_bodies_days: Annotated[int, Field(ge=0)] = 90
    logs_days: Annotated[int, Field(ge=1)] = 90
    findings_runs: Annotated[int, Field(ge=1)] = 30


class Run(_Section):
    """When to doubt a run, and when a record is gone."""

    keeps_at_least: Annotated[float, Field(ge=0, le=1)] = 0.85
    gone_after_runs: Annotated[int, Field(ge=1)] = 2


class Permission(_Section):
    """Why a live network may be read, written down by a person."""

    basis: Annotated[str, StringConstraints(strip_whitespace=True)] = ""
    read_on: date = NEVER
    by: Annotated[str, StringConstraints(strip_whitespace=True)] = ""
    until: date | None = None
    republish: bool = False
    """Whether it also allows that its rows are handed on: what ``export --public`` keeps to."""

    def missing(self, today: date | None = None) -> list[str]:
        """The keys that are not filled in, in the file's order; empty: the permission is valid.

        Arguments:
            today: given, a permission that ended before it misses ``until``, and one that is yet to come ``read_on``.
        """
        gaps = {
            "basis": not self.basis,
            "read_on": self.read_on <= NEVER or self.is_to_come(today),
            "by": not self.by,
            "until": today is not None and self.until is not None and self.until < today,
        }
        return [key for key, is_missing in gaps.items() if is_missing]

    def is_to_come(self, today: date | None) -> bool:
        """Whether ``read_on`` is a day that nobody can have read anything on; None: no day is.

        Arguments:
            today: in UTC; east of it, where the operator may be, tomorrow has begun already.
        """
        return today is not None and self.read_on > today + timedelta(days=1)


class NetworkSettings(_Section):
    """One network; None means what its ``network.toml`` says."""

    enabled: bool = False
    base: Annotated[str, AfterValidator(_base)] | None = None
    pace_seconds: Annotated[float, Field(ge=0, le=3600)] | None = None
    cron: Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(_cron)] = NIGHTLY
    """When ``clusterbridge schedule`` reads it; empty: never, only ``clusterbridge sync`` does."""
    permission: Permission = Permission()
    page_budget: Annotated[int, Field(ge=1)] | None = None
    allow_private: bool = False
    expect: Expectations | None = None

    @model_validator(mode="after")
    def _only_loopback_is_hurried(self) -> NetworkSettings:
        is_here = self.base is not None and is_loopback(self.base)
        if self.allow_private and not is_here:
            raise ValueError("allow_private is for a base on this machine (http://127.0.0.1:…); remove it")
        if self.pace_seconds is not None and self.pace_seconds < SLOWEST_LIVE_PACE and not is_here:
            raise ValueError(f"wanted pace_seconds of {SLOWEST_LIVE_PACE} or more for a live network, found {self.pace_seconds}")
        return self

    def expectations(self, of_network: Expectations) -> Expectations:
        """The network's own expectations, with what is written here in their place."""
        if self.expect is None:
            return of_network
        return of_network.model_copy(update={key: getattr(self.expect, key) for key in self.expect.model_fields_set})


class Merge(_Section):
    """Whose word an organisation shows where networks say different things.

    Arguments:
        default: networks, best first. Of those that are left out the one that spoke last is shown.
        fields: field of an organisation -> networks, best first, where a field has an order of its own; ``default`` follows.
    """

    default: tuple[str, ...] = ("clusters_of_sweden", "eca", "eccp", "tci")
    fields: dict[str, tuple[str, ...]] = {}


class Sameness(_Section):
    """From which probability on two records are one organisation, and from which on a person is asked.

    Arguments:
        same_from, unsure_from: None: what ``matching/weights/sameness.toml`` says.
    """

    same_from: Annotated[float, Field(ge=0.5, le=1)] | None = None
    unsure_from: Annotated[float, Field(ge=0, le=1)] | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.same_from is not None or self.unsure_from is not None:
            self.weights()
        return self

    def weights(self) -> Weights:
        """The shipped weights with these thresholds. Raises ValueError where they are not in order."""
        from matching.sameness.weights import shipped  # here, because most commands judge nothing

        return shipped().with_thresholds(self.same_from, self.unsure_from)


class Embeddings(_Section):
    """The sentence model, where it is installed."""

    enabled: bool = True
    seconds_a_night: Annotated[float, Field(ge=0, le=86_400)] = 900.0
    """How long new texts may be embedded in one run; what is left follows in the next."""

    @property
    def most_seconds(self) -> float:
        """How long to embed in a run; 0: not at all."""
        return self.seconds_a_night if self.enabled else 0.0


class Portal(_Section):
    """The staff web page."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 8000
    languages: Annotated[tuple[Literal["sv", "en"], ...], Field(min_length=1)] = ("sv", "en")
    names: tuple[Annotated[str, StringConstraints(to_lower=True, pattern=r"^[A-Za-z0-9.\-]+$")], ...] = ()
    """Host names under which others than this machine reach it, through a proxy; whoever does has to sign in."""
    https: bool = False
    """Whether they do so by HTTPS alone."""
    proxies: tuple[IPvAnyNetwork, ...] = ()
    user_header: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9\-]*$")] = ""
    """In which a proxy says who somebody is."""

    @model_validator(mode="after")
    def _only_a_known_proxy_signs_people_in(self) -> Self:
        if self.user_header and not self.proxies:
            raise ValueError(
                "wanted the proxy's address in proxies beside user_header, found none: anybody could send the header"
            )
        return self


class Notify(_Section):
    """Whom to tell when something is not right, and when it is well again: Apprise addresses."""

    urls: tuple[str, ...] = ()


class Lake(_Section):
    """A DuckLake that several machines push their editions into; without a catalogue: none."""

    catalog: str = ""
    data: str = ""
    machine: Annotated[str, StringConstraints(pattern=r"^([a-z0-9][a-z0-9_-]*)?$", max_length=40)] = ""
    """What this machine is called there; its rows bear it."""
    python: str = ""
    """Of the environment with DuckDB's extensions; empty: ``.venv-lake`` beside the environment that the program runs in."""
    keep_days: Annotated[int, Field(ge=1)] = 30
    """How long an edition that was replaced can still be read."""


class Settings(BaseSettings):
    """All that the operator decides. Made by ``sync.settings.load_settings``."""

    model_config = SettingsConfigDict(
        frozen=True, extra="forbid", env_prefix="CLUSTERBRIDGE_", env_nested_delimiter="__", allow_inf_nan=False
    )

    operator: Operator = Operator()
    paths: Paths = Paths()
    keep: Keep = Keep()
    run: Run = Run()
    networks: dict[str, NetworkSettings] = {}
    merge: Merge = Merge()
    sameness: Sameness = Sameness()
    embeddings: Embeddings = Embeddings()
    portal: Portal = Portal()
    notify: Notify = Notify()
    lake: Lake = Lake()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what it is given: ``load_settings`` has merged the sources, so that it can say where a bad value stands."""
        return (init_settings,)
