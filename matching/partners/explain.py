"""Turns each feature's part in a score into a sentence with what it rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from types import MappingProxyType
from typing import Any, cast

from matching.partners import sentences_en, sentences_sv
from matching.partners.evidence import Pair, evidence
from matching.partners.features import Feature
from matching.partners.phrases import MOST_NAMED
from matching.partners.scoring import Scores
from warehouse.rows import MatchReason

_ORDER = {feature: number for number, feature in enumerate(Feature)}
_LANGUAGES = {"en": sentences_en.sentence, "sv": sentences_sv.sentence}
LANGUAGES = tuple(_LANGUAGES)
NO_NAMES: Mapping[str, str] = MappingProxyType({})

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


def sentence(
    reason: MatchReason,
    home: str,
    partner: str,
    language: str,
    most: int = MOST_NAMED,
    networks: Mapping[str, str] = NO_NAMES,
) -> str:
    """A reason's sentence in a language, made from its evidence alone: an edition tells it in every language.

    Arguments:
        home, partner: names of the two.
        language: ``en`` or ``sv``.
        most: values that it names before it counts the rest.
        networks: short name -> what a network calls itself. The evidence knows the short names only; no reader does.
    Errors:
        ValueError: another language.
    """
    if language not in _LANGUAGES:
        raise ValueError(f"wanted a language among {', '.join(LANGUAGES)}, found {language!r}")
    said = {**reason.evidence, "most": most, "against": _is_against(reason.contribution)}
    if reason.feature == Feature.NETWORKS and not reason.evidence.get("unknown"):
        said["shared"] = [networks.get(name, name) for name in cast("Sequence[str]", reason.evidence["shared"])]
    return _LANGUAGES[language](Feature(reason.feature), said, home, partner)


def as_data(reason: MatchReason, home: str, partner: str, networks: Mapping[str, str]) -> dict[str, Any]:
    """A reason for programs, with its sentences in English and Swedish; the evidence keeps the short names of networks.

    Arguments:
        home, partner, networks: as ``sentence`` has them.
    """
    en, sv = (sentence(reason, home, partner, language, networks=networks) for language in ("en", "sv"))
    return {**asdict(reason), "text": en, "text_sv": sv}


def _is_against(contribution: float) -> bool:
    return contribution <= -LEAST_AGAINST
