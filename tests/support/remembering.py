"""Sameness from night to night, as tests look at it: few records, whose crowds are small."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from matching.sameness.labour import Labour
from matching.sameness.memory import Memory
from matching.sameness.resolution import Resolution, resolve
from matching.sameness.weights import CandidateLimits, shipped
from support.records import know
from warehouse.state import State

CROWDS = {"crowd": 6, "acronym_crowd": 3, "word_crowd": 3, "gram_crowd": 3, "place_crowd": 4, "country_crowd": 5}
WEIGHTS = replace(shipped(), candidates=CandidateLimits(**CROWDS))
"""With crowds so small that a record more or less makes one."""
NOW = datetime(2026, 11, 23, 4, 15, tzinfo=UTC)
Record = dict[str, Any]


def resolved(state: State) -> Resolution:
    return resolve(state.con, now=NOW, previous=(), weights=WEIGHTS)


def anew(records: list[Record], people: list[tuple[Any, ...]] = []) -> Resolution:  # noqa: B006  never changed
    """What a state that remembers nothing comes to."""
    with State.memory() as fresh:
        know(fresh.con, records)
        judged(fresh, people)
        return resolved(fresh)


def judged(state: State, people: list[tuple[Any, ...]]) -> None:
    state.con.execute("DELETE FROM judgements")
    for left, right, verdict in people:
        row = (left, right, verdict, 1.0, "Astrid", "rang them", datetime(2026, 11, 20), None)  # noqa: DTZ001  stored as UTC
        state.con.execute("INSERT INTO judgements VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)


def looked_at(state: State) -> int:
    """How many pairs a night would look at; it is not carried out."""
    state.con.begin()
    begun = Memory(state.con, WEIGHTS, Labour())
    begun.begin(set())
    count = begun.find_pairs()
    state.con.rollback()
    return count


def population(count: int, seed: int) -> list[Record]:
    """Records of few words and addresses, so that nearly everything touches something."""
    rng = random.Random(seed)
    return [record(rng, number) for number in range(1, count + 1)]


def record(rng: random.Random, number: int) -> Record:
    own = ["Zephyr", "Quokka", "Larkspur", "Tundra", "Obsidian", "Marzipan"]
    common = ["Food", "Wood", "ICT", "Cluster", "Valley", "Skåne", "möbelklustret", "Furniture"]
    words = rng.sample(own, rng.choice([0, 1, 1, 2])) + rng.sample(common, rng.choice([1, 2]))
    domain = rng.choice([None, None, "zephyr.se", "tundra.com", "tundra.se", "shared.org"])
    return {
        "record_id": number,
        "network": rng.choice(["eccp", "tci"]),
        "name": " ".join(words),
        "acronym": rng.choice([None, None, "ZFC", "TWV"]),
        "country": rng.choice(["SE", "DK", None]),
        "city": rng.choice([None, "Lund", "Aarhus"]),
        "domain": domain,
        "website": domain and f"https://{domain}/",
        "phone": rng.choice([None, None, "+46701", "+46702"]),
        "role_email": rng.choice([None, None, "info@tundra.se"]),
    }


def alike(count: int, **said: Any) -> list[Record]:
    """So many records that say the same, numbered from 1, by turns of two networks."""
    return [
        {"record_id": number, "network": ("tci", "eccp")[number % 2], "country": "SE", **said} for number in range(1, count + 1)
    ]


def strangers(*names: str, **said: Any) -> list[Record]:
    """Records of another country, numbered from 11."""
    return [{"record_id": number, "name": name, "country": "FR", **said} for number, name in enumerate(names, 11)]
