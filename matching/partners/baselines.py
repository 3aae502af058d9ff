"""The simple rankings that ours has to beat, each computed for some homes towards everyone."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from matching.partners.features import Feature, Homes, measure
from matching.partners.gate import candidates
from matching.partners.ground import Ground
from matching.partners.recipe import Mode, recipe
from matching.partners.scoring import score
from matching.partners.sets import Floats
from matching.search.bm25 import likeness, postings

Baseline = Callable[[Ground, Homes], Floats]


def _random(ground: Ground, homes: Homes) -> Floats:
    return np.stack([np.random.default_rng([8, int(home)]).random(ground.size) for home in homes])


def _popularity(ground: Ground, homes: Homes) -> Floats:
    """ln(1 + past partnerships), the same for every home."""
    return np.broadcast_to(np.log1p(ground.graph.counts), (len(homes), ground.size))


def _sector_and_distance(ground: Ground, homes: Homes) -> Floats:
    return measure(ground, Feature.SECTORS, homes).value + measure(ground, Feature.GEOGRAPHY, homes).value


def _bm25(ground: Ground, homes: Homes) -> Floats:
    """Words and 4-grams of all that the home says, over all that the other says."""
    index = postings([[(text, 1.0) for text in (*one.own, *one.subjects)] for one in ground.population.organisations])
    return likeness(index, homes)


def _hand_set(ground: Ground, homes: Homes) -> Floats:
    places = [int(home) for home in homes]
    return score(ground, places, candidates(ground.population, places), recipe(Mode.SIMILAR, file="hand")).score


BASELINES: Mapping[str, Baseline] = {
    "random": _random,
    "popularity": _popularity,
    "same_ecosystem": lambda ground, homes: measure(ground, Feature.ECOSYSTEMS, homes).value,
    "sector_and_distance": _sector_and_distance,
    "bm25": _bm25,
    "embeddings": lambda ground, homes: measure(ground, Feature.MEANING, homes).value,
    "hand_set": _hand_set,
}
"""The single baselines and, last, the weights that were set by hand."""
SINGLE = tuple(name for name in BASELINES if name != "hand_set")
