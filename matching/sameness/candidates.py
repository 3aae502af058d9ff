"""The pairs worth comparing: records that share a key, found by joins in DuckDB; never all pairs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import pyarrow as pa

from matching.sameness.comparable import initials
from matching.sameness.records import Facts, Population
from matching.sameness.weights import CandidateLimits
from warehouse.connection import Connection

_LONG_ENOUGH = 5
"""Letters from which a name is a key by itself; a shorter one only together with the country."""
_GRAM = 4


def pairs(con: Connection, records: Sequence[Facts], population: Population, limits: CandidateLimits) -> list[tuple[int, int]]:
    """Pairs of record numbers that share at least one key that few share, smaller number first, in order.

    Arguments:
        con: where the joins run; one temporary table is made and dropped.
        limits: a key of more than ``limits.crowd`` records brings nobody together (the name "Cluster", a provider's address):
            this keeps the work near-linear.
    """
    grams = Counter(gram for record in records for gram in {gram for one in record.names for gram in _grams(one.compact)})
    keys = [(record.record_id, key) for record in records for key in sorted(set(_keys(record, population, grams, limits)))]
    table = pa.table({"record_id": pa.array([number for number, _ in keys], pa.int64()), "key": [key for _, key in keys]})
    con.register("sameness_keys_arrow", table)
    try:
        con.execute("CREATE OR REPLACE TEMP TABLE sameness_keys AS SELECT record_id, key FROM sameness_keys_arrow")
        found = con.execute(
            """
            WITH few AS (
                SELECT key FROM sameness_keys GROUP BY key HAVING count(*) BETWEEN 2 AND $crowd
            ), kept AS (
                SELECT k.record_id, k.key FROM sameness_keys AS k JOIN few AS f ON f.key = k.key
            )
            SELECT DISTINCT l.record_id AS left_id, r.record_id AS right_id
            FROM kept AS l
            JOIN kept AS r ON r.key = l.key AND l.record_id < r.record_id
            ORDER BY left_id, right_id
            """,
            {"crowd": limits.crowd},
        ).fetchall()
        con.execute("DROP TABLE sameness_keys")
    finally:
        con.unregister("sameness_keys_arrow")
    return [(left, right) for left, right in found]


def _keys(record: Facts, population: Population, grams: Counter[str], limits: CandidateLimits) -> Iterator[str]:
    """Everything by which another record of the same organisation may be found."""
    country = record.country or ""
    for host in (record.host, record.domain, record.mail_domain):
        if host:
            yield f"host {host}"
    if record.domain_label:
        yield f"label {record.domain_label}"
    if record.role_email:
        yield f"mail {record.role_email}"
    if record.phone:
        yield f"phone {record.phone}"
    if record.founded_on and (record.founded_on.month, record.founded_on.day) != (1, 1):
        yield f"founded {record.founded_on} {country}"
    built = (letters for one in record.whole_names for letters in initials(one.printed))
    for spelling in {*built, *(text for one in record.names for text in (one.compact, one.joined, "".join(sorted(one.core))))}:
        yield f"name {spelling} {country}"
        if len(spelling) >= _LONG_ENOUGH:
            yield f"name {spelling}"
    yield from _rare(record, country, population, grams, limits)


def _rare(record: Facts, country: str, population: Population, grams: Counter[str], limits: CandidateLimits) -> Iterator[str]:
    """The rarest words and the rarest four-letter pieces of each name, together with the country."""
    for one in record.names:
        words = sorted(set(one.core) - record.place_words, key=lambda word: (population.frequency(word), word))
        for word in words[: limits.rare_tokens]:
            if len(word) > 1 and population.frequency(word) <= limits.rare_in_at_most:
                yield f"word {word} {country}"
        rare_grams = sorted(set(_grams(one.compact)), key=lambda gram: (grams[gram], gram))
        # A misprint spoils up to four neighbouring pieces, and those are new and so the rarest: the ones that recur count.
        for gram in [gram for gram in rare_grams if grams[gram] > 1][: limits.grams]:
            if grams[gram] <= limits.rare_in_at_most:
                yield f"gram {gram} {country}"


def _grams(text: str) -> Iterable[str]:
    return (text[at : at + _GRAM] for at in range(len(text) - _GRAM + 1))
