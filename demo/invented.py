"""What the facts lack: numbers, dates and persons, drawn from a seed so that two builds are equal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from hashlib import sha256
from typing import TypeVar

from demo.facts import LANGUAGES, Members, Organisation, seen

T = TypeVar("T")

FIRST_NAMES = (
    "Testolina", "Dummyric", "Mockelia", "Fabricatus", "Sampletta", "Fiktiva", "Placebold", "Exempelina", "Unrealdo",
    "Pretendra", "Phantomir", "Notrealda",
)  # fmt: skip
LAST_NAMES = (
    "Replicason", "Platzhalterova", "Nullquist", "Madeupsen", "Specimenko", "Invensson", "Stubbington-Fake", "Ghostarelli",
    "Nemopoulos", "Beispielski", "Nobodyssen", "Fauxmontier",
)  # fmt: skip

EMERGING = {
    "Aerospace & defence": "Mobility Technologies",
    "Cultural and creative industries (CCI)": "Creative Industries",
    "Digital": "Digital Industries",
    "Electronics": "Digital Industries",
    "Energy-renewables": "Environmental Industries",
    "Mobility-Transport-Automotive": "Mobility Technologies",
    "Tourism": "Experience Industries",
    "Environmental Services": "Environmental Industries",
    "Biopharmaceuticals": "Biopharmaceuticals",
    "Medical Devices": "Medical Devices",
    "Fishing and Fishing Products": "Blue Growth Industries",
    "Paper and Packaging": "Advanced Packaging",
    "Transportation and Logistics": "Logistical Services",
}
"""Ecosystem or sector -> emerging industry. Ours, for the replica only."""

S3_PRIORITIES = {
    "Energy-renewables": "Sustainable energy & renewables",
    "Digital": "Computer programming, consultancy & related activities",
    "Forestry": "Wood & paper (except furniture)",
    "Wood Products": "Wood & paper (except furniture)",
    "Paper and Packaging": "Wood & paper (except furniture)",
    "Electric Power Generation and Transmission": "Bio fuels & energy efficiency",
}
"""Ecosystem or sector -> one of the four S3 priorities that were seen on pages. Ours, for the replica only."""


class Draw:
    """A stream of choices that depends on its keys alone.

    ``random.Random`` promises the same numbers on every Python, but not the same choices; Python's ``hash`` promises neither.
    """

    def __init__(self, *keys: object) -> None:
        self._key = "\x1f".join(map(str, keys)).encode()
        self._drawn = 0

    def share(self) -> float:
        """The next number from 0 to below 1."""
        digest = sha256(self._key + self._drawn.to_bytes(4, "big")).digest()
        self._drawn += 1
        return int.from_bytes(digest[:6], "big") / 2**48

    def chance(self, probability: float) -> bool:
        """Whether something of this probability happens."""
        return self.share() < probability

    def between(self, low: int, high: int) -> int:
        """A whole number, both ends included."""
        return low + int(self.share() * (high - low + 1))

    def one(self, values: Sequence[T]) -> T:
        """One of the values."""
        return values[self.between(0, len(values) - 1)]

    def some(self, values: Sequence[T], count: int) -> tuple[T, ...]:
        """``count`` different values, in the order drawn."""
        left = list(values)
        return tuple(left.pop(self.between(0, len(left) - 1)) for _ in range(min(count, len(left))))


def contact_names() -> frozenset[str]:
    """Every person's name that a replica can print; none is a real person's."""
    return frozenset(f"{first} {last}" for first in FIRST_NAMES for last in LAST_NAMES)


def contact_words() -> frozenset[str]:
    """The single words of those names, lower case: none occurs in a fact, so a search of the disk for them proves something."""
    return frozenset(name.casefold() for name in FIRST_NAMES + LAST_NAMES)


def person(draw: Draw) -> str:
    """An invented person's name."""
    return f"{draw.one(FIRST_NAMES)} {draw.one(LAST_NAMES)}"


@dataclass(frozen=True)
class Invented:
    """What is generated about one organisation; the same on every page of it."""

    organisation: Organisation
    seed: int

    def draw(self, *purpose: object) -> Draw:
        """The choices for one purpose: adding another purpose does not change these."""
        return Draw(self.seed, self.organisation.id, *purpose)

    @cached_property
    def founded(self) -> date:
        """A day in the known founding year, or in a year that no source contradicts."""
        draw = self.draw("founded")
        org = self.organisation
        year = org.founded_year or min(draw.between(1993, 2014), (org.first_mention or 9999) - 3)
        return date(year, draw.between(1, 12), draw.between(1, 28))

    @cached_property
    def members(self) -> Members:
        """Member counts; most organisations have fewer than 200, a few have thousands. A count that was seen stands."""
        known = seen(self.organisation).members
        if known is not None:
            return known
        draw = self.draw("members")
        scale = draw.one((20, 40, 40, 80, 80, 160, 160, 300, 600, 3_000))
        sme = draw.between(scale // 3, scale)
        large, research = draw.between(0, scale // 6), draw.between(0, 8)
        return Members(total=sme + large + research, sme=sme, startup=draw.between(0, sme // 4), large=large, research=research)

    def members_then(self) -> Members:
        """Member counts of the older era: somewhat fewer companies, and the other actors, who were counted then."""
        now, draw = self.members, self.draw("members then")
        if seen(self.organisation).members is not None:
            return now
        sme = max(1, int(now.sme * (0.7 + 0.3 * draw.share())))
        other = draw.between(0, 12)
        return now.model_copy(update={"sme": sme, "startup": min(now.startup, sme), "other": other,
                                      "total": sme + now.large + now.research + other})  # fmt: skip

    def members_later(self) -> Members:
        """Member counts one night later, where the profile was edited in between."""
        now, more = self.members, self.draw("members later").between(1, 9)
        return now.model_copy(update={"sme": now.sme + more, "total": now.total + more})

    @cached_property
    def staff(self) -> int:
        """Persons in the management team."""
        known = seen(self.organisation).staff
        return int(known.split("-")[1]) if known else self.draw("staff").one((1, 2, 3, 3, 4, 5, 6, 8, 12, 20, 34))

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """ISO 639-1 codes: English and the country's own."""
        draw = self.draw("languages")
        extra = draw.some(("de", "fr", "es", "it", "ru"), draw.between(0, 1))
        return tuple(dict.fromkeys(("en", *LANGUAGES[self.organisation.country], *extra)))

    @cached_property
    def emerging_industries(self) -> tuple[str, ...]:
        """Emerging industries that follow from its ecosystems and sectors."""
        return self._following(EMERGING)

    @cached_property
    def s3_priorities(self) -> tuple[str, ...]:
        """S3 priority areas that follow from its ecosystems and sectors."""
        return self._following(S3_PRIORITIES)

    @cached_property
    def partnership(self) -> str:
        """An unmistakably invented partnership, its own, so that it ties no two organisations together."""
        kind = self.draw("partnership").one(("ESCP-4i", "ESCP-S3", "ESCP-4x"))
        return f"Replica Partnership {self.organisation.id[-4:]} ({kind})"

    @cached_property
    def membership(self) -> str:
        """An unmistakably invented network, its own."""
        return f"Replica Network {self.organisation.id[-4:]}, National & Regional Chapter"

    @cached_property
    def target_countries(self) -> tuple[str, ...]:
        """Three foreign countries, ISO 3166-1."""
        return self.draw("targets").some(sorted(set(LANGUAGES) - {self.organisation.country}), 3)

    @cached_property
    def email(self) -> str:
        """A role mailbox in a domain that cannot exist (RFC 2606)."""
        return f"{self.draw('email').one(('info', 'office', 'contact'))}@{self.organisation.id}.example"

    @cached_property
    def phone(self) -> str | None:
        """A number that the regulator reserves for fiction (Sweden: PTS, United Kingdom: Ofcom); elsewhere none."""
        draw = self.draw("phone")
        if self.organisation.country == "SE":
            return f"+46 8 465 004 {draw.between(0, 99):02}"
        if self.organisation.country == "GB":
            return f"+44 20 7946 0{draw.between(0, 999):03}"
        return None

    def _following(self, table: dict[str, str]) -> tuple[str, ...]:
        org = self.organisation
        return tuple(dict.fromkeys(table[word] for word in org.ecosystems + org.sectoral_industries if word in table))
