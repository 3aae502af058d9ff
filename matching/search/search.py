"""Finds organisations by what staff type: misspelt, unaccented, Swedish or English, with filters and counts in the same call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

from matching.search.matched import what_matched
from matching.search.query import Question, Variant, understand
from matching.search.text import fold
from warehouse import vocabulary
from warehouse.connection import Connection


@dataclass(frozen=True)
class Hit:
    """One organisation that answers a query.

    Arguments:
        score: sum of BM25 parts, higher is better; comparable within one query only. 0 for an empty query.
        matched: which values of which fields the query met, strongest first ("technologies: Biorefinery").
    """

    id: int
    name: str
    country: str | None
    score: float
    ecosystems: tuple[str, ...]
    matched: tuple[str, ...]


@dataclass(frozen=True)
class SearchResult:
    """The best hits, and counts over *all* hits by country, ecosystem, label and network, each the most frequent first."""

    total: int
    results: tuple[Hit, ...]
    facets: dict[str, dict[str, int]]
    did_you_mean: str | None


@dataclass(frozen=True)
class Filters:
    """Values to keep: any of them within one field ("or"), all fields together ("and"). An empty field keeps everything."""

    countries: tuple[str, ...] = ()
    ecosystems: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()


MATCHED_SHARE = 0.3
"""Share of a query's rarity that a hit must cover: one of three equally rare words; not only "cluster" of "hydrogen cluster"."""

_SCORED = """
wanted AS MATERIALIZED (
    SELECT unnest($terms::INTEGER[]) AS term_id, unnest($term_variants::INTEGER[]) AS variant,
           unnest($weights::DOUBLE[]) AS weight, unnest($shares::DOUBLE[]) AS share
), variants AS MATERIALIZED (
    SELECT unnest($variants::INTEGER[]) AS variant, unnest($variant_words::INTEGER[]) AS word,
           unnest($needed::DOUBLE[]) AS needed, unnest($importances::DOUBLE[]) AS importance
), by_variant AS (
    SELECT p.organisation_id, w.variant, sum(p.impact * w.weight) AS score, sum(w.share) AS coverage
    FROM search_postings AS p JOIN wanted AS w ON w.term_id = p.term_id
    GROUP BY p.organisation_id, w.variant
), by_word AS (
    SELECT b.organisation_id, v.word, max(b.score) AS score, any_value(v.importance) AS importance
    FROM by_variant AS b JOIN variants AS v ON v.variant = b.variant
    WHERE b.coverage >= v.needed - 1e-9
    GROUP BY b.organisation_id, v.word
), worded AS (
    SELECT organisation_id, sum(score) AS score
    FROM by_word GROUP BY organisation_id HAVING sum(importance) >= $matched_share
), called AS (
    SELECT DISTINCT organisation_id FROM search_fields WHERE is_name AND folded = $folded
), scored AS (
    -- Whoever bears the very name that was typed stands before everyone else.
    SELECT coalesce(w.organisation_id, n.organisation_id) AS organisation_id,
           coalesce(w.score, 0)
               + CASE WHEN n.organisation_id IS NULL THEN 0 ELSE 1 + coalesce(max(w.score) OVER (), 0) END AS score
    FROM worded AS w FULL JOIN called AS n ON n.organisation_id = w.organisation_id
)"""

_EVERYONE = """
scored AS (SELECT organisation_id, 0.0::DOUBLE AS score FROM clusters)"""

_ANSWER = """
, standing AS (
    SELECT DISTINCT organisation_id, coalesce(CAST(level AS VARCHAR), issuer) AS label
    FROM labels
    WHERE coalesce(CAST(level AS VARCHAR), issuer) IS NOT NULL
      AND ($today::DATE IS NULL OR valid_until IS NULL OR valid_until >= $today::DATE)
), hits AS MATERIALIZED (
    SELECT c.organisation_id AS id, c.name, c.country, s.score, c.ecosystems, c.networks
    FROM scored AS s JOIN clusters AS c ON c.organisation_id = s.organisation_id
    WHERE NOT c.is_gone
      AND (len($countries::VARCHAR[]) = 0 OR list_contains($countries::VARCHAR[], c.country))
      AND (len($ecosystems::VARCHAR[]) = 0 OR list_has_any(c.ecosystems, $ecosystems::VARCHAR[]))
      AND (len($networks::VARCHAR[]) = 0 OR list_has_any(c.networks, $networks::VARCHAR[]))
      AND (len($labels::VARCHAR[]) = 0
           OR c.organisation_id IN (SELECT organisation_id FROM standing WHERE list_contains($labels::VARCHAR[], lower(label))))
), counted AS (
    SELECT 'country' AS facet, country AS value FROM hits
    UNION ALL SELECT 'ecosystem' AS facet, unnest(ecosystems) AS value FROM hits
    UNION ALL SELECT 'network' AS facet, unnest(networks) AS value FROM hits
    UNION ALL SELECT 'label' AS facet, t.label AS value FROM hits JOIN standing AS t ON t.organisation_id = hits.id
), counts AS (
    SELECT facet, value, count(*) AS n FROM counted WHERE value IS NOT NULL GROUP BY facet, value
), best AS (
    SELECT id, name, country, score, ecosystems FROM hits ORDER BY score DESC, lower(name), id LIMIT $limit
)
SELECT (SELECT count(*) FROM hits),
       (SELECT list(row(id, name, country, score, ecosystems) ORDER BY score DESC, lower(name), id) FROM best),
       (SELECT list(row(facet, value, n) ORDER BY n DESC, value) FROM counts)
"""


def search(
    con: Connection,
    text: str,
    *,
    countries: Sequence[str] = (),
    ecosystems: Sequence[str] = (),
    labels: Sequence[str] = (),
    networks: Sequence[str] = (),
    limit: int = 20,
    today: date | None = None,
) -> SearchResult:
    """Search the organisations that are not gone.

    Arguments:
        con: a connection to a state or edition in which ``search_index.build`` has run.
        text: words in Swedish or English, names, misspelt or not; empty lists everyone by name.
        countries, ecosystems, labels, networks: keep any of these values within a field, and all fields together. Capitals do not
            matter. A label is a level (``gold``) or another label's text.
        limit: how many hits to return; the total and the facets count all.
        today: if given, labels that ended before it do not count.
    Errors:
        ValueError: an ecosystem that is not one of the 14, or a limit below 0.
    """
    if limit < 0:
        raise ValueError(f"wanted a limit of 0 or more, found {limit}")
    filters = Filters(
        tuple(country.upper() for country in countries),
        tuple(map(_ecosystem, ecosystems)),
        tuple(label.lower() for label in labels),
        tuple(network.lower() for network in networks),
    )
    question = understand(con, text)
    if not question.words and text.strip():
        return SearchResult(0, (), {facet: {} for facet in ("country", "ecosystem", "label", "network")}, None)
    total, best, counts = _answer(con, question, filters, limit, today)
    matched = what_matched(con, [row[0] for row in best], question)
    hits = tuple(
        Hit(number, name, country, round(score, 6), tuple(ecosystems or ()), matched.get(number, ()))
        for number, name, country, score, ecosystems in best
    )
    facets: dict[str, dict[str, int]] = {"country": {}, "ecosystem": {}, "label": {}, "network": {}}
    for facet, value, n in counts:
        facets[facet][value] = n
    return SearchResult(total, hits, facets, question.did_you_mean)


_Best = tuple[int, str, str | None, float, list[str] | None]


def _answer(
    con: Connection, question: Question, filters: Filters, limit: int, today: date | None
) -> tuple[int, list[_Best], list[tuple[str, str, int]]]:
    parameters: dict[str, object] = {
        "countries": list(filters.countries),
        "ecosystems": list(filters.ecosystems),
        "labels": list(filters.labels),
        "networks": list(filters.networks),
        "limit": limit,
        "today": today,
    }
    scored = _EVERYONE
    if question.words:
        scored = _SCORED
        parameters |= _wanted(question.variants)
        parameters |= {"folded": " ".join(question.words), "matched_share": MATCHED_SHARE}
    # Only this module's own texts are joined; everything that was typed is a parameter.
    row = con.execute("WITH " + scored + _ANSWER, parameters).fetchone()
    if row is None:
        raise RuntimeError("wanted one row from a query of three scalars, found none")
    return int(row[0]), [_unpacked(hit) for hit in row[1] or ()], [_unpacked(count) for count in row[2] or ()]


def _unpacked(value: object) -> tuple:  # type: ignore[type-arg]
    """A DuckDB row value: a tuple, or in older versions a mapping in the order of its fields."""
    return tuple(value.values()) if isinstance(value, dict) else tuple(value)  # type: ignore[arg-type]


def _wanted(variants: Sequence[Variant]) -> dict[str, object]:
    terms = [(number, term) for number, variant in enumerate(variants) for term in variant.terms]
    return {
        "terms": [term.term_id for _, term in terms],
        "term_variants": [number for number, _ in terms],
        "weights": [term.weight for _, term in terms],
        "shares": [term.share for _, term in terms],
        "variants": list(range(len(variants))),
        "variant_words": [variant.word for variant in variants],
        "needed": [variant.needed for variant in variants],
        "importances": [variant.importance for variant in variants],
    }


def _ecosystem(printed: str) -> str:
    known = {fold(value): value for value in vocabulary.ecosystems()}
    if fold(printed) in known:
        return known[fold(printed)]
    starting = [value for folded, value in known.items() if folded.startswith(fold(printed)) and fold(printed)]
    if len(starting) == 1:
        return starting[0]
    nearest = starting or [known[name] for name in get_close_matches(fold(printed), known, n=3, cutoff=0.4)]
    raise ValueError(
        f"wanted one of the {len(known)} ecosystems, found {printed!r}; did you mean {' or '.join(nearest or known.values())}?"
    )
