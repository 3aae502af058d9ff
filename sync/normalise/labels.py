"""Quality labels: the levels of the excellence label, other labels, and the dates that stand beside them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from sync.normalise.readings import Doubt, Kind, Read, shown, unread
from sync.normalise.texts import fold
from warehouse.profile import Label
from warehouse.vocabulary import LabelLevel

# Words that may stand around a level without changing what it says; "former" or "striving for" would change it.
_AROUND = frozenset({
    "label", "labels", "labelled", "cluster", "clusters", "management", "organisation", "organization", "excellence",
    "excellent", "of", "the", "for", "european", "initiative", "eci", "quality", "certified", "certification", "awarded",
    "renewed", "level", "in", "by",
})  # fmt: skip
_ISSUERS = {"esca": "ESCA", "eucles": "EUCLES"}


@dataclass(frozen=True)
class Level:
    """A level of the excellence label and, where it is named beside it, who gave it."""

    level: LabelLevel
    issuer: str | None = None


def read_level(printed: str) -> Read[Level]:
    """The level in ``Gold Label``, ``ESCA Bronze``, ``Gold (2020, renewed)``; a year is doubted, as a label's date has a day."""
    tokens = re.findall(r"\w+", fold(printed))
    levels = {LabelLevel(token) for token in tokens if token in tuple(LabelLevel)}
    issuers = {_ISSUERS[token] for token in tokens if token in _ISSUERS}
    years = {token for token in tokens if re.fullmatch(r"(?:19|20)[0-9]{2}", token)}
    others = set(tokens) - set(LabelLevel) - _AROUND - set(_ISSUERS) - years
    if len(levels) != 1 or len(issuers) > 1 or others:
        wanted = ", ".join(LabelLevel)
        return unread(Kind.UNKNOWN_WORD, f"wanted a level of the excellence label ({wanted}), found {shown(printed)}")
    doubts = tuple(
        Doubt(Kind.IMPRECISE_DATE, f"wanted the day of the label, found only the year {year}") for year in sorted(years)
    )
    return Read(Level(levels.pop(), next(iter(issuers), None)), doubts)


def one_date_each(name: str, levels: int, dates: int) -> Doubt:
    """Why dates are not given to labels of another number: which belongs to which is not known."""
    return Doubt(Kind.CONTRADICTION, f"wanted one date of {name} for each of {levels} excellence labels, found {dates}")


def dated(levels: list[Level], awarded: list[date | None], valid_until: list[date | None]) -> Read[tuple[Label, ...]]:
    """The labels with their dates, first to first (the lists are equally long); an end before the beginning is doubted."""
    rows = zip(levels, awarded, valid_until, strict=True)
    labels = tuple(Label(level=row.level, issuer=row.issuer, awarded=since, valid_until=until) for row, since, until in rows)
    doubts = tuple(
        Doubt(Kind.CONTRADICTION, f"a label is awarded on {label.awarded} but valid until {label.valid_until}")
        for label in labels
        if label.awarded and label.valid_until and label.awarded > label.valid_until
    )
    return Read(labels, doubts)
