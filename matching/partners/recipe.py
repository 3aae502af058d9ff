"""How features become a score: the weights of a mode, read from ``matching/weights/partners-*.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from matching.partners.features import Feature

SHIPPED = "learned"
"""The file whose weights are used; ``hand``: the one without learning, a baseline."""


class Origin(StrEnum):
    """Where weights come from: funded consortia, somebody's judgement, or half from each."""

    LEARNED = "learned"
    HAND = "hand"
    HALF_LEARNED = "half-learned"


class Mode(StrEnum):
    """Whom a cluster wants to meet: its like, what completes it, or both."""

    SIMILAR = "similar"
    COMPLEMENT = "complement"
    BALANCED = "balanced"


@dataclass(frozen=True)
class Recipe:
    """Named weights, in points, all positive, 100 in all. A feature that is not named has no part in the score."""

    name: str
    """Origin, mode and version: ``half-learned-balanced-2``."""
    weights: MappingProxyType[Feature, float]
    origin: Origin | None = None
    """None: made up on the way, to measure or to try."""


@cache
def recipe(mode: Mode, *, file: str = SHIPPED) -> Recipe:
    """The weights of a mode.

    Errors:
        ValueError: a feature or an origin that does not exist, a weight that is not positive, or weights that do not sum to 100.
    """
    stored = tomllib.loads(files("matching").joinpath("weights", f"partners-{file}.toml").read_text(encoding="utf-8"))
    origin = Origin(stored["origins"][mode])
    return checked(f"{origin}-{mode}-{stored['version']}", stored[mode], origin)


def checked(name: str, weights: dict[str, float], origin: Origin | None = None) -> Recipe:
    """A recipe whose weights are sound; errors as ``recipe``."""
    unknown = sorted(set(weights) - set(Feature))
    if unknown:
        raise ValueError(f"weights {name}: wanted features among {', '.join(Feature)}, found {', '.join(unknown)}")
    if any(weight <= 0 for weight in weights.values()) or abs(sum(weights.values()) - 100) > 1e-6:
        raise ValueError(f"weights {name}: wanted positive weights that sum to 100, found {weights}")
    return Recipe(name, MappingProxyType({Feature(feature): float(weight) for feature, weight in weights.items()}), origin)
