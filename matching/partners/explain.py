"""Turns each feature's part in a score into a sentence with what it rests on."""

from __future__ import annotations

from collections.abc import Mapping

from matching.partners import sentences_en, sentences_sv
from matching.partners.evidence import Pair, evidence
from matching.partners.features import Feature
from matching.partners.phrases import MOST_NAMED
from matching.partners.scoring import Scores
from warehouse.rows import MatchReason

_ORDER = {feature: number for number, feature in enumerate(Feature)}
_LANGUAGES = {"en": sentences_en.sentence, "sv": sentences_sv.sentence}
LANGUAGES = tuple(_LANGUAGES)

LEAST_AGAINST = 0.05
"""Points that a feature takes at least to be told as a reason against: what is less is told as 0.0."""


def explain(scores: Scores, row: int, place: int, contributions: Mapping[Feature, float]) -> tuple[MatchReason, ...]:
    """One reason for each feature of the recipe, in English: what helps most first, what is not known last.

    Arguments:
        row: of the home in ``scores``; place: of the other in the population.
        contributions: what each feature adds to the score, in points.
    """
    pair = Pair(scores, row, place)
    known = {feature: pair.known(feature) for feature in contributions}
    order = sorted(contributions, key=lambda feature: (not known[feature], -contributions[feature], _ORDER[feature]))
    reasons = []
    for feature in order:
        found = evidence(pair, feature)
        said = {**found, "against": _is_against(contributions[feature])}
        text = sentences_en.sentence(feature, said, pair.home.name, pair.other.name)
        reasons.append(MatchReason(feature.value, contributions[feature], text, found))
    return tuple(reasons)


def sentence(reason: MatchReason, home: str, partner: str, language: str, most: int = MOST_NAMED) -> str:
    """A reason's sentence in a language, made from its evidence alone: an edition tells it in every language.

    Arguments:
        home, partner: names of the two.
        language: ``en`` or ``sv``.
        most: values that it names before it counts the rest.
    Errors:
        ValueError: another language.
    """
    if language not in _LANGUAGES:
        raise ValueError(f"wanted a language among {', '.join(LANGUAGES)}, found {language!r}")
    said = {**reason.evidence, "most": most, "against": _is_against(reason.contribution)}
    return _LANGUAGES[language](Feature(reason.feature), said, home, partner)


def _is_against(contribution: float) -> bool:
    return contribution <= -LEAST_AGAINST
