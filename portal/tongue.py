"""The page's two languages: texts from Babel catalogues, and numbers, days, countries and languages by Babel's rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from importlib.resources import files
from io import BytesIO
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent
from markupsafe import Markup, escape

from matching.partners.phrases import quoted
from portal.hostile import visible
from warehouse import vocabulary
from warehouse.ordering import sort_keys

T = TypeVar("T")
_LOCALES = {"sv": Locale("sv", "SE"), "en": Locale("en", "GB")}
"""English as Europeans write it: 29 Nov 2026."""


_TENTH = Decimal("0.1")


class UnknownText(LookupError):  # noqa: N818  says what is the matter
    """A text that no catalogue has: a fault of ours."""


@cache
def catalogue(language: str) -> dict[str, tuple[str, ...]]:
    """Key -> the text, or of what is counted its forms for one and for many."""
    found: dict[str, tuple[str, ...]] = {}
    for path in sorted(files("portal").joinpath("locale", language, "LC_MESSAGES").iterdir(), key=lambda one: one.name):
        for message in read_po(BytesIO(path.read_bytes()), locale=language):
            if message.id:
                key = message.id if isinstance(message.id, str) else message.id[0]
                found[key] = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
    return found


@dataclass(frozen=True)
class Tongue:
    """One language.

    Arguments:
        code: ``sv`` or ``en``.
        timezone: in which moments are told.
    """

    code: str
    timezone: ZoneInfo

    def __call__(self, key: str, /, *, count: int | None = None, **values: object) -> Markup:
        """The text of a key, as ``filled``: ``t("search.count", count=3)``."""
        return self.filled(key, values, count)

    def filled(self, key: str, values: Mapping[str, object], count: int | None = None) -> Markup:
        """The text of a key, with values in it. Values are escaped and made visible, whatever they hold.

        Arguments:
            count: how many; it chooses the form, and stands in the text as ``%(count)s``.

        Raises UnknownText.
        """
        if count is None:
            text = _text(self.code, key, 0)
        elif not values:
            return _counted(self.code, key, count)
        else:
            text = _plural(self.code, key, count)
            values = {**values, "count": self.number(count)}
        if not values:
            return text
        return Markup(str(text) % {name: _harmless(value) for name, value in values.items()})  # noqa: S704  all is escaped

    def address(self, path: str) -> str:
        """Where a page stands in this language: ``/clusters`` is ``/en/clusters``."""
        return f"/{self.code}{path}"

    def has(self, key: str) -> bool:
        """Whether there is such a text."""
        return key in catalogue(self.code)

    @property
    def locale(self) -> Locale:
        """Babel's."""
        return _LOCALES[self.code]

    def number(self, value: float, form: str | None = None) -> str:
        """1,234 or 1 234."""
        return _decimal(self.code, value, form)

    def points(self, value: float) -> str:
        """1.5 or 0,5: one decimal."""
        return _decimal(self.code, _tenths(value), "0.0")

    def signed(self, value: float) -> str:
        """+1.5 or −0,5: one decimal, with its sign."""
        return _decimal(self.code, _tenths(value), "+0.0;−0.0")

    def percent(self, value: float) -> str:
        """0.25 as 25% or 25 %."""
        return format_percent(value, locale=self.locale)

    def quoted(self, text: str) -> str:
        """A text in this language's quotation marks: “packaging” or ”packaging”."""
        return quoted(text, self.code)

    def day(self, value: date | str | None) -> str:
        """29 Nov 2026; a day that is not known is empty. Days without month or day stay as they are.

        Of a moment it is the day in the page's time zone.
        """
        if value is None:
            return ""
        if isinstance(value, datetime):
            value = value.astimezone(self.timezone).date()
        if isinstance(value, str):
            if len(value) != len("2026-11-29"):
                return value
            value = date.fromisoformat(value)
        return _day(self.code, value)

    def moment(self, value: datetime) -> str:
        """29 Nov 2026, 04:15, in the page's time zone."""
        return format_datetime(value, format="medium", tzinfo=self.timezone, locale=self.locale).rsplit(":", 1)[0]

    def country(self, code: str | None) -> str:
        """The country's name; its code where it has none."""
        return str(self.locale.territories.get(code, code)) if code else str(self("country.unknown"))

    def language(self, code: str) -> str:
        """The language's name, as it stands in a list."""
        return str(self.locale.languages.get(code, code))

    def word(self, kind: str, value: str) -> str:
        """A word of a vocabulary in this language (``ecosystem``, ``Digital``); any other word stays as it is.

        Arguments:
            kind: a vocabulary of the warehouse, or a beginning of keys of the catalogue.
        """
        if kind in vocabulary.SCHEMES:
            return vocabulary.label(kind, value, self.code)
        key = f"{kind}.{value}"
        return str(self(key)) if self.has(key) else value

    def in_order(self, things: Iterable[T], name: Callable[[T], str]) -> list[T]:
        """Things in the order in which readers of this language look up their names; in Swedish å, ä and ö follow z."""
        known = list(things)
        keys = sort_keys([name(one) for one in known], self.code)
        return [known[place] for _, place in sorted(zip(keys, range(len(known)), strict=True))]

    def texts(self) -> dict[str, Any]:
        """What templates call: ``t`` for texts, and the ways to write values."""
        return {"t": self, "language": self.code}


def text_of(code: str, key: str) -> Markup | None:
    """The text of a key that is without values and counts nothing; None: there is no such text."""
    forms = catalogue(code).get(key)
    return _text(code, key, 0) if forms and all(forms) else None


# A page has a thousand texts, numbers and days, most of them again and again.
@lru_cache(maxsize=4_000)
def _text(code: str, key: str, form: int) -> Markup:
    forms = catalogue(code).get(key)
    if not forms or not all(forms):
        raise UnknownText(f"wanted a text {key!r} in {code}, found none")
    return escape(forms[form])


def _plural(code: str, key: str, count: int) -> Markup:
    return _text(code, key, 0 if _LOCALES[code].plural_form(count) == "one" else -1)


@lru_cache(maxsize=4_000)
def _counted(code: str, key: str, count: int) -> Markup:
    return Markup(str(_plural(code, key, count)) % {"count": escape(_decimal(code, count, None))})  # noqa: S704  all is escaped


@lru_cache(maxsize=8_000)
def _decimal(code: str, value: float | Decimal, form: str | None) -> str:
    return format_decimal(value, format=form, locale=_LOCALES[code])


def _tenths(value: float) -> Decimal:
    """As Babel rounds: there are few of these, and each is written once. What is nearly nothing keeps its sign."""
    exact = Decimal(str(value))
    return exact.quantize(_TENTH) or exact


@lru_cache(maxsize=4_000)
def _day(code: str, value: date) -> str:
    return format_date(value, format="medium", locale=_LOCALES[code])


def _harmless(value: object) -> Markup:
    return value if isinstance(value, Markup) else escape(visible(str(value)))


def best(accepted: str, languages: tuple[str, ...]) -> str:
    """The language that a browser's Accept-Language asks for, of those that there are; else the first."""
    asked: list[tuple[float, int, str]] = []
    for place, part in enumerate(accepted.split(",")[:20]):
        tag, _, weight = part.strip().partition(";q=")
        try:
            quality = float(weight) if weight else 1.0
        except ValueError:
            continue
        code = {"nb": "sv", "nn": "sv", "no": "sv", "da": "sv"}.get(tag[:2].lower(), tag[:2].lower())
        if quality > 0 and code in languages:
            asked.append((-quality, place, code))
    return min(asked)[2] if asked else languages[0]
