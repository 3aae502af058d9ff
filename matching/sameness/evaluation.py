"""How good sameness is on labelled pairs: precision, recall, F1, area under the curve, each with an interval."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from matching.sameness import naming
from matching.sameness.judging import judge, logistic
from matching.sameness.population import Population
from matching.sameness.records import Facts, registrable
from matching.sameness.weights import Weights
from matching.sameness.weights import shipped as shipped_weights
from warehouse.rows import Verdict

COLUMNS = (
    "left_name", "left_country", "left_website", "left_city",
    "right_name", "right_country", "right_website", "right_city", "label",
)  # fmt: skip
_TRUE = frozenset({"1", "true"})
_FALSE = frozenset({"0", "false"})
_DRAWS, _AUC_DRAWS, _SEED = 1000, 200, 20
_MOST, _LONGEST = 20, 60
"""Of a file's own columns so many are named, and so many characters of each, or of a label that is none."""
_BELOW = 1e-6
"""By so much a pair that may not be joined, whatever its probability, stays below the threshold."""

Known = tuple[str, str | None, str | None, str | None]
"""Name, country, website, city."""
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


class NotLabelledPairs(ValueError):  # noqa: N818  says what is the matter
    """The file is not one of labelled pairs, or nothing can be measured on it."""


@dataclass(frozen=True)
class LabelledPair:
    left: Known
    right: Known
    is_same: bool

    @property
    def has_names_only(self) -> bool:
        """Whether nothing but names is known of both sides."""
        return not any(one and other for one, other in zip(self.left[1:], self.right[1:], strict=True))


@dataclass(frozen=True)
class Figures:
    """What was measured.

    Arguments:
        pairs, true: rows, and those of one organisation.
        precision, recall, f1: at ``threshold``: from which sameness joins, or the comparator's own where only names are known.
        auc: that a pair of one organisation scores higher than one of two.
        best_f1, best_threshold: where F1 is highest on these very pairs; known only afterwards, so never a promise.
        intervals: of 95 %, by drawing organisations anew.
    """

    pairs: int
    true: int
    precision: float
    recall: float
    f1: float
    threshold: float
    auc: float
    best_f1: float
    best_threshold: float
    intervals: Mapping[str, tuple[float, float]]


def labelled(reader: csv.DictReader[str], country_of: Callable[[str], str | None] = str.upper) -> list[LabelledPair]:
    """The pairs of a file.

    Arguments:
        country_of: the code of a country as it is printed; None: it cannot be read, and what is printed stands for it.

    Raises NotLabelledPairs where a column is missing or a label is none.
    """
    check_columns(reader.fieldnames or ())
    return [pair_of(row, reader.line_num, country_of) for row in reader]


def pair_of(row: Mapping[str, str | None], line: int, country_of: Callable[[str], str | None] = str.upper) -> LabelledPair:
    """The pair of a row of ``COLUMNS``; an address that cannot be read counts as none.

    Arguments:
        line: of the file, which is named where the label is none: NotLabelledPairs.
        country_of: as ``labelled``.
    """
    left, right = (
        _known([row[f"{side}_{field}"] for field in ("name", "country", "website", "city")], country_of)
        for side in ("left", "right")
    )
    return LabelledPair(left, right, label_of(row["label"], "label", line))


def label_of(printed: str | None, column: str, line: int) -> bool:
    """What a label says: 1 or true, 0 or false, in any case. Raises NotLabelledPairs where it is none, naming column and line."""
    label = (printed or "").strip().lower()
    if label not in _TRUE | _FALSE:
        raise NotLabelledPairs(f"wanted 1 or 0 as {column} in line {line}, found {_short(label)!r}")
    return label in _TRUE


def check_columns(columns: Sequence[str], wanted: Sequence[str] = COLUMNS) -> None:
    """Raises NotLabelledPairs where a file has a column twice, or lacks one: naming those that are missing and those it has."""
    missing = [column for column in wanted if column not in columns]
    twice = [column for column in wanted if list(columns).count(column) > 1]
    if twice:
        raise NotLabelledPairs(f"wanted each column once, found several that are called {', '.join(twice)}")
    if not missing:
        return
    if not columns or len(missing) == len(wanted):
        has = f"; the file has none of them but: {shown(columns)}{_advice(columns)}" if columns else ", found an empty file"
        raise NotLabelledPairs(f"wanted the columns {', '.join(wanted)}{has}")
    noun = "the column" if len(missing) == 1 else "the columns"
    raise NotLabelledPairs(f"wanted {noun} {', '.join(missing)} too, found only: {shown(columns)}{_advice(columns)}")


def _advice(columns: Sequence[str]) -> str:
    """What to do where it can be seen what is the matter."""
    if len(columns) == 1 and any(separator in columns[0] for separator in ";\t|"):
        return "; separate the columns by commas"
    if any(column != column.strip().lower() for column in columns):
        return "; write their names in lower case, without spaces around them"
    return ""


def shown(columns: Sequence[str]) -> str:
    """A file's own columns in one line that can be read, however many and long they are."""
    more = f" and {len(columns) - _MOST} more" if len(columns) > _MOST else ""
    return ", ".join(_short(" ".join(column.split())) for column in columns[:_MOST]) + more


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _known(cells: Sequence[str | None], country_of: Callable[[str], str | None]) -> Known:
    name, country, website, city = ((cell or "").strip() for cell in cells)
    return name, country_of(country) or country.upper() or None, website if _host(website) else None, city or None


def _host(website: str | None) -> str | None:
    """None where there is no address, or one that cannot be read."""
    try:
        return urlsplit(website if "//" in website else f"//{website}").hostname if website else None
    except ValueError:  # as of http://[bad, which looks like the beginning of an IPv6 address
        return None


def measure(pairs: Sequence[LabelledPair], weights: Weights | None = None) -> Figures:
    """Scores the pairs and compares with their labels.

    A pair of which only names are known is scored by the comparator of names and counts as found from that comparator's own
    threshold; any other one is judged as records are, and counts as found where sameness would join it. In a file with both sorts
    the comparator's scores are moved in log-odds so that the two thresholds meet.

    Arguments:
        weights: with the thresholds to judge by; None: the shipped ones.

    Raises:
        NotLabelledPairs: all pairs have the same label.
    """
    weights = weights or shipped_weights()
    labels = np.array([pair.is_same for pair in pairs], dtype=bool)
    if not labels.any() or labels.all():
        raise NotLabelledPairs(
            f"wanted pairs of one organisation and of two, found {int(labels.sum())} of one among {len(labels)}"
        )
    by_name = np.array([pair.has_names_only for pair in pairs], dtype=bool)
    threshold = naming.shipped().threshold if by_name.all() else weights.verdict.same_from
    scores = np.empty(len(pairs))
    judged = _judged([pair for pair in pairs if not pair.has_names_only], weights)
    for at, pair in enumerate(pairs):
        if pair.has_names_only:
            scores[at] = _moved(naming.score(pair.left[0], pair.right[0]), threshold)
    scores[~by_name] = judged
    return _figures(scores, labels, threshold, *_organisations(pairs))


def _moved(score: float, threshold: float) -> float:
    """A score of the comparator of names, moved so that its own threshold comes to lie at another."""
    own = naming.shipped().threshold
    if score == 0 or threshold == own:
        return score
    moved = logistic(_log_odds(score) + _log_odds(threshold) - _log_odds(own))
    # A threshold of 1 has no log-odds: what is found by its own must be found there too.
    return max(moved, threshold) if score >= own else moved


def _log_odds(probability: float) -> float:
    inside = min(max(probability, 1e-12), 1 - 1e-12)
    return math.log(inside / (1 - inside))


def _judged(pairs: Sequence[LabelledPair], weights: Weights) -> list[float]:
    """Probabilities of records; below the threshold wherever sameness would not join them."""
    numbers: dict[tuple[str, Known], Facts] = {}
    for pair in pairs:
        for side, known in (("left", pair.left), ("right", pair.right)):
            numbers.setdefault((side, known), as_facts(len(numbers), side, known))
    population = Population.of(tuple(numbers.values()), weights)
    scores = []
    for pair in pairs:
        opinion = judge(numbers["left", pair.left], numbers["right", pair.right], population, weights)
        is_joined = opinion.verdict is Verdict.SAME
        scores.append(opinion.probability if is_joined else min(opinion.probability, weights.verdict.same_from - _BELOW))
    return scores


def as_facts(number: int, side: str, known: Known) -> Facts:
    """One side of a labelled pair as a record; the side is its network."""
    name, country, website, city = known
    host = _host(website)
    return Facts(
        number, side, name or None, country=country, city=city, website=website, domain=registrable(host) if host else None
    )


def _organisations(pairs: Sequence[LabelledPair]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For each side of each pair the organisation it is of: what pairs of one organisation hang together."""
    leads: dict[Known, Known] = {}

    def end(known: Known) -> Known:
        while (following := leads.setdefault(known, known)) != known:
            leads[known] = leads[following]
            known = leads[known]
        return known

    for pair in pairs:
        one, other = end(pair.left), end(pair.right)
        if pair.is_same:
            leads[one] = other
    numbers: dict[Known, int] = {}
    sides = [
        [numbers.setdefault(end(known), len(numbers)) for known in side]
        for side in zip(*((p.left, p.right) for p in pairs), strict=True)
    ]
    return np.array(sides[0], dtype=np.int64), np.array(sides[1], dtype=np.int64)


def _figures(scores: Floats, labels: Flags, threshold: float, left: NDArray[np.int64], right: NDArray[np.int64]) -> Figures:
    ones = np.ones(len(scores))
    precision, recall, f1 = _rates(scores >= threshold, labels, ones)
    order = np.argsort(-scores, kind="stable")
    best_f1, best_threshold = _best(scores[order], labels[order])
    return Figures(
        len(scores), int(labels.sum()), precision, recall, f1, threshold, _auc(scores[order], labels[order], ones), best_f1,
        best_threshold, _intervals(scores, labels, threshold, order, left, right),
    )  # fmt: skip


def _rates(found: Flags, labels: Flags, counts: Floats) -> tuple[float, float, float]:
    """Precision, recall and F1 where each pair counts so much; precision is 1 where nothing was found."""
    right = float(counts[found & labels].sum())
    claimed, true = float(counts[found].sum()), float(counts[labels].sum())
    precision = right / claimed if claimed else 1.0
    recall = right / true if true else 1.0
    return precision, recall, 2 * right / (claimed + true) if claimed + true else 1.0


def _best(scores: Floats, labels: Flags) -> tuple[float, float]:
    """The highest F1 and its threshold; scores come highest first."""
    right = np.cumsum(labels)
    f1 = 2 * right / (np.arange(1, len(scores) + 1) + labels.sum())
    f1[:-1][scores[:-1] == scores[1:]] = 0  # no threshold parts equal scores
    at = int(f1.argmax())
    return float(f1[at]), float(scores[at])


def _auc(scores: Floats, labels: Flags, counts: Floats) -> float:
    """The area under the ROC curve, equal scores counted half; scores come highest first."""
    starts = np.flatnonzero(np.r_[True, scores[1:] != scores[:-1]])
    true = np.add.reduceat(counts * labels, starts)
    false = np.add.reduceat(counts * ~labels, starts)
    above = np.cumsum(true) - true
    return float((false * (above + true / 2)).sum() / (true.sum() * false.sum()))


def _intervals(
    scores: Floats, labels: Flags, threshold: float, order: NDArray[np.int64], left: NDArray[np.int64], right: NDArray[np.int64]
) -> dict[str, tuple[float, float]]:
    """By bootstrap over organisations: pairs of one organisation come and go together."""
    rng = np.random.default_rng(_SEED)
    organisations = int(max(left.max(), right.max())) + 1
    concerned = np.flatnonzero(labels | (scores >= threshold))
    rates, areas = [], []
    for draw in range(_DRAWS):
        drawn = rng.multinomial(organisations, np.full(organisations, 1 / organisations)).astype(float)
        counts = _counts(drawn, left[concerned], right[concerned])
        if counts[labels[concerned]].sum():
            rates.append(_rates(scores[concerned] >= threshold, labels[concerned], counts))
        if draw < _AUC_DRAWS:
            counts = _counts(drawn, left[order], right[order])
            if counts[labels[order]].sum() and counts[~labels[order]].sum():
                areas.append(_auc(scores[order], labels[order], counts))
    found = {name: _middle([one[at] for one in rates]) for at, name in enumerate(("precision", "recall", "f1"))}
    return found | {"auc": _middle(areas)}


def _middle(drawn: Sequence[float]) -> tuple[float, float]:
    """Where 95 % of the draws lie; anywhere, where too few pairs were there to draw any."""
    if not drawn:
        return 0.0, 1.0
    low, high = np.percentile(np.array(drawn), [2.5, 97.5])
    return float(low), float(high)


def _counts(drawn: Floats, left: NDArray[np.int64], right: NDArray[np.int64]) -> Floats:
    """How often each pair was drawn, where its organisations were drawn so often."""
    counts: Floats = np.where(left == right, drawn[left], drawn[left] * drawn[right])
    return counts
