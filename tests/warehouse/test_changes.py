"""What became of organisations: every kind of change, told once, and enough to follow an organisation through its life."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.examples import examples
from warehouse import changes
from warehouse.edition_draft import checks
from warehouse.migrate import known_migrations, migrate
from warehouse.state import State

GOLD = {"level": "gold", "issuer": "ESCA", "awarded": None, "valid_until": None}
SILVER = {**GOLD, "level": "silver"}


def described(name: str, *labels: object) -> str:
    return json.dumps({"name": name, "labels": list(labels)}, separators=(",", ":"))


def text(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


def test_every_organisation_of_the_first_run_is_new_once_and_says_how_it_looked(nights) -> None:
    nights.load(nights.record("a", labels=[GOLD]), nights.record("b"))
    assert nights.tell() == [
        (1, "new", None, None, described("Cluster a", GOLD)),
        (2, "new", None, None, described("Cluster b")),
    ]


def test_the_same_night_again_tells_nothing(nights) -> None:
    nights.load(nights.record("a", city="Lund", labels=[GOLD]), nights.record("b"))
    nights.tell()
    nights.load(nights.record("a", city="Lund", labels=[GOLD]), nights.record("b"))
    assert nights.tell() == []


def test_each_column_that_changed_is_told_with_its_value_before_and_after(nights) -> None:
    nights.load(nights.record("a", city="Lund", members_total=0, keywords=("paper",), profile_updated_on="2026-01-01"))
    nights.tell()
    nights.load(nights.record("a", city="Malmö", phone="+46541234", keywords=("paper", "pulp"), profile_updated_on="2026-02-02"))
    assert nights.tell() == [
        (1, "changed", "city", '"Lund"', '"Malmö"'),
        (1, "changed", "keywords", '["paper"]', '["paper","pulp"]'),
        (1, "changed", "members_total", "0", None),
        (1, "changed", "phone", None, '"+46541234"'),
    ]


def test_a_new_name_is_a_renaming(nights) -> None:
    nights.load(nights.record("a"))
    nights.tell()
    nights.load(nights.record("a", name="Other name"))
    assert nights.tell() == [(1, "renamed", "name", '"Cluster a"', '"Other name"')]


def test_an_organisation_is_gone_after_two_complete_runs_and_returns(nights) -> None:
    nights.load(nights.record("a"), nights.record("b"))
    nights.tell()
    told = []
    for listed in ("a", "a", "a", "ab"):
        nights.load(*(nights.record(key) for key in listed))
        told.append(nights.tell())
    assert told == [[], [(2, "gone", None, None, None)], [], [(2, "returned", None, None, None)]]


def test_a_label_is_gained_and_lost(nights) -> None:
    nights.load(nights.record("a", labels=[SILVER]))
    nights.tell()
    nights.load(nights.record("a", labels=[GOLD]))
    assert nights.tell() == [
        (1, "label_gained", "labels", None, text(GOLD)),
        (1, "label_lost", "labels", text(SILVER), None),
    ]


def test_a_label_expires_without_anybody_saying_so_and_begins_on_its_day(nights) -> None:
    today = nights.now.date()
    short = {**GOLD, "valid_until": str(today + timedelta(days=1))}
    later = {**SILVER, "awarded": str(today + timedelta(days=2))}
    record = nights.record("a", labels=[short, later])
    nights.load(record)
    assert nights.tell() == [(1, "new", None, None, described("Cluster a", short))]
    nights.load(unchanged=["a"])
    assert nights.tell() == []
    nights.load(unchanged=["a"])
    assert nights.tell() == [
        (1, "label_gained", "labels", None, text(later)),
        (1, "label_lost", "labels", text(short), None),
    ]


def test_a_renewed_label_is_neither_lost_nor_gained(nights) -> None:
    old, new = ({**GOLD, "awarded": None, "valid_until": day} for day in ("2026-12-31", "2028-12-31"))
    nights.load(nights.record("a", labels=[old]))
    nights.tell()
    nights.load(nights.record("a", labels=[old, new]))
    assert nights.tell() == [(1, "changed", "labels", text(old), text(new))]


def test_a_merge_tells_the_survivor_what_it_took_in_and_what_that_brings(nights) -> None:
    nights.load(nights.record("a", city="Lund"), nights.record("b", labels=[GOLD], phone="+46541234"))
    nights.tell()
    nights.load(unchanged=["a", "b"])
    assert nights.tell([("eccp", "a"), ("eccp", "b")]) == [
        (1, "changed", "labels", None, text(GOLD)),
        (1, "changed", "other_names", None, '["Cluster b"]'),
        (1, "changed", "phone", None, '"+46541234"'),
        (1, "merged", None, "2", '"Cluster b"'),
    ]


def test_a_split_gives_the_number_back_and_takes_nothing_else_for_a_change_of_the_world(nights) -> None:
    nights.load(nights.record("a"), nights.record("b", labels=[GOLD]))
    assert nights.tell([("eccp", "a"), ("eccp", "b")]) == [(1, "new", None, None, described("Cluster a", GOLD))]
    nights.load(unchanged=["a", "b"])
    assert nights.tell() == [
        (1, "changed", "labels", text(GOLD), None),
        (1, "changed", "other_names", '["Cluster b"]', None),
        (2, "split", None, "1", described("Cluster b", GOLD)),
    ]


@pytest.mark.thorough
def test_a_name_that_a_merge_brings_is_no_renaming(nights) -> None:
    nights.load(nights.record("a", network="tci"), network="tci")
    nights.load(nights.record("b"), same_night=True)
    nights.tell()
    nights.load(unchanged=["b"])
    told = nights.tell([("tci", "a"), ("eccp", "b")])
    assert (1, "changed", "name", '"Cluster a"', '"Cluster b"') in told
    assert (1, "changed", "networks", '["tci"]', '["eccp","tci"]') in told
    assert "renamed" not in {kind for _, kind, *_ in told}
    nights.load(unchanged=["b"])
    told = nights.tell()
    assert (1, "changed", "name", '"Cluster b"', '"Cluster a"') in told
    assert (2, "split", None, "1", described("Cluster b")) in told
    assert "renamed" not in {kind for _, kind, *_ in told}


@pytest.mark.thorough
def test_what_is_told_of_a_merged_number_still_leads_to_its_organisation(nights) -> None:
    nights.load(*(nights.record(key) for key in "abc"))
    nights.tell()
    nights.load(unchanged=list("abc"))
    nights.tell([("eccp", "b"), ("eccp", "c")])
    nights.load(unchanged=list("abc"))
    nights.tell([("eccp", "a"), ("eccp", "b"), ("eccp", "c")])
    assert nights.rows("SELECT organisation_id, old FROM changes WHERE kind = 'merged' ORDER BY run_id") == [(2, "3"), (1, "2")]
    assert nights.rows("SELECT old_id, organisation_id FROM redirects ORDER BY old_id") == [(2, 1), (3, 1)]
    assert nights.rows(checks()["changes_lead_to_organisations"]) == []


def test_the_check_finds_a_change_that_leads_nowhere(nights) -> None:
    nights.load(nights.record("a"))
    nights.tell()
    nights.state.con.execute("INSERT INTO ledger.changes VALUES (1, 7, 'gone', NULL, NULL, NULL, '2026-11-23')")
    nights.state.con.execute("INSERT INTO ledger.changes VALUES (1, 1, 'merged', NULL, '8', NULL, '2026-11-23')")
    assert sorted(nights.rows(checks()["changes_lead_to_organisations"])) == [(1, 7, "gone"), (1, 8, "merged")]


def test_what_was_erased_is_told_of_no_more(nights) -> None:
    nights.load(nights.record("a"), nights.record("b"))
    nights.tell([("eccp", "a"), ("eccp", "b")])
    nights.load(unchanged=["a", "b"])
    nights.tell()
    nights.state.con.execute("DELETE FROM ledger.records WHERE source_key = 'a'")
    nights.load(unchanged=["b"])
    nights.tell()
    assert nights.rows("SELECT organisation_id, kind, old FROM changes") == [(2, "split", None)]
    assert nights.rows(checks()["changes_lead_to_organisations"]) == []


def test_changes_are_told_in_whatever_order_the_database_asks_its_conditions(nights) -> None:
    nights.load(nights.record("a", city="Lund"))
    nights.tell()
    every = nights.rows("SELECT * FROM duckdb_optimizers()")
    needed = {"deliminator", "unnest_rewriter"}  # without which DuckDB cannot answer what is nested
    nights.state.con.execute(f"SET disabled_optimizers = '{','.join(name for (name,) in every if name not in needed)}'")
    nights.load(nights.record("a", city="Malmö"))
    assert nights.tell() == [(1, "changed", "city", '"Lund"', '"Malmö"')]


def test_a_page_at_a_new_address_is_a_change_of_address_and_no_new_organisation(nights) -> None:
    nights.load(nights.record("old"))
    nights.tell()
    pair = [("eccp", "old"), ("eccp", "young")]
    nights.load(nights.record("young", name="Cluster old"))
    assert nights.tell(pair) == [(1, "changed", "url", '"https://eccp.example/old"', '"https://eccp.example/young"')]
    for _ in range(3):
        nights.load(unchanged=["young"])
        assert nights.tell(pair) == []
    assert nights.rows("SELECT source_key, is_gone FROM ledger.records ORDER BY record_id") == [("old", True), ("young", False)]


@pytest.mark.thorough
def test_a_page_more_while_the_others_stay_is_no_change_of_address(nights) -> None:
    pages = [("eccp", "old"), ("eccp", "stays")]
    nights.load(nights.record("old"), nights.record("stays", name="Cluster old"))
    nights.tell(pages)
    for _ in range(2):
        nights.load(unchanged=["stays"])
        nights.tell(pages)
    nights.load(nights.record("young", name="Cluster old"), unchanged=["stays"])
    assert nights.tell([*pages, ("eccp", "young")]) == []


def test_one_of_two_pages_that_moves_is_a_change_of_address(nights) -> None:
    pages = [("eccp", "old"), ("eccp", "stays")]
    nights.load(nights.record("old"), nights.record("stays", name="Cluster old"))
    nights.tell(pages)
    nights.load(nights.record("young", name="Cluster old"), unchanged=["stays"])
    assert nights.tell([*pages, ("eccp", "young")]) == [
        (1, "changed", "url", '"https://eccp.example/old"', '"https://eccp.example/young"')
    ]


def test_a_run_that_was_killed_has_its_changes_told_by_the_next_one(nights, monkeypatch: pytest.MonkeyPatch) -> None:
    nights.load(nights.record("a", city="Lund"))
    nights.tell()
    nights.load(nights.record("a", city="Malmö"), nights.record("b"))
    before = nights.rows("SELECT * FROM clusters"), nights.rows("SELECT * FROM organisation_records")
    run = changes.Script.run

    def killed(self: changes.Script, title: str, **more: object) -> int:
        if title == "remember_telling":
            raise KeyboardInterrupt
        return run(self, title, **more)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(changes.Script, "run", killed)
        nights.tell()
    assert (nights.rows("SELECT * FROM clusters"), nights.rows("SELECT * FROM organisation_records")) == before
    assert nights.rows("SELECT DISTINCT run_id FROM ledger.changes") == [(1,)]
    nights.load(unchanged=["a", "b"])
    assert nights.tell() == [
        (1, "changed", "city", '"Lund"', '"Malmö"'),
        (2, "new", None, None, described("Cluster b")),
    ]


def test_changes_of_records_that_an_earlier_schema_told_are_carried_over_as_far_as_they_are_of_organisations() -> None:
    con = duckdb.connect(":memory:")
    migrate(con, known_migrations()[:1], is_read_only=False)
    told = [
        (1, 1, "new", None, None, None),
        (1, 2, "new", None, None, None),
        (1, 3, "new", None, None, None),
        (2, 1, "changed", "name", '"Alfa"', '"Beta"'),
        (2, 1, "changed", "labels", json.dumps([SILVER]), json.dumps([GOLD])),
        (2, 1, "changed", "city", '"Lund"', None),
        (2, 2, "changed", "city", None, '"Lund"'),
        (3, 1, "gone", None, None, None),
        (3, 3, "gone", None, None, None),
    ]
    for row in told:
        con.execute("INSERT INTO ledger.changes VALUES (?, ?, ?, ?, ?, ?, '2026-11-23')", list(row))
    con.execute("INSERT INTO organisation_records VALUES (1, 1), (2, 2), (2, 3)")
    con.execute("INSERT INTO ledger.runs VALUES (3, '2026-11-23 03:15', '2026-11-23 04:00')")
    for number in (1, 2):
        con.execute(
            """
            INSERT INTO clusters BY NAME
            SELECT
                $number AS organisation_id, 'Beta' AS name, [] AS other_names, [] AS ecosystems, [] AS sectors, [] AS nace,
                [] AS technologies, [] AS s3_priorities, [] AS emerging_industries, [] AS languages, [] AS memberships,
                [] AS partnerships, [] AS target_countries, [] AS keywords, MAP {} AS extracts, [] AS networks,
                FALSE AS is_swedish, FALSE AS is_gone, current_date AS first_seen_on, current_date AS changed_on,
                current_date AS checked_on
            """,
            {"number": number},
        )
    with State(con) as state:
        carried = state.con.execute("SELECT run_id, organisation_id, kind, field, old, new FROM changes ORDER BY ALL").fetchall()
        assert state.con.execute("SELECT run_id, CAST(told_on AS VARCHAR) FROM ledger.tellings").fetchall() == [(3, "2026-11-23")]
    assert carried == [
        (1, 1, "new", None, None, None),
        (1, 2, "new", None, None, None),
        (2, 1, "changed", "city", '"Lund"', None),
        (2, 1, "label_gained", "labels", None, text(GOLD)),
        (2, 1, "label_lost", "labels", text(SILVER), None),
        (2, 1, "renamed", "name", '"Alfa"', '"Beta"'),
        (3, 1, "gone", None, None, None),
    ]


# ---- any sequence of small states: what is told, applied from the beginning, leads to what there is

LABELS = st.sets(st.sampled_from(["gold", "silver"]))
RECORDS = st.dictionaries(st.sampled_from("abcd"), st.tuples(st.sampled_from(["Alfa", "Beta", "Gamma"]), LABELS), min_size=1)
NIGHT = st.tuples(RECORDS, st.sets(st.sampled_from("abcd"), min_size=2))


def follow(known: dict[int, tuple[str, set[str], bool]], told: Sequence[tuple]) -> None:
    """Apply one run's rows: organisation -> name, labels, whether it is gone."""
    for number, kind, field, old, new in sorted(told, key=lambda row: row[1] not in ("new", "split")):
        if kind in ("new", "split"):
            assert number not in known
            said = json.loads(new)
            known[number] = (said["name"], {label["level"] for label in said["labels"]}, False)
            continue
        if kind == "merged":
            del known[int(old)]
            continue
        name, labels, is_gone = known[number]
        if field == "name":
            assert name == json.loads(old)
            name = json.loads(new)
        elif field == "labels":
            labels = labels - ({json.loads(old)["level"]} if old else set()) | ({json.loads(new)["level"]} if new else set())
        elif kind in ("gone", "returned"):
            assert is_gone == (kind == "returned")
            is_gone = not is_gone
        known[number] = (name, labels, is_gone)


@settings(max_examples=examples(10))
@given(st.lists(NIGHT, min_size=2, max_size=5))
def test_changes_applied_from_the_beginning_lead_to_the_organisations_that_there_are(nights_on, sequence: list[tuple]) -> None:
    with State.memory() as state:
        nights, known = nights_on(state), {}
        for records, together in sequence:
            nights.load(
                *(
                    nights.record(key, name=name, labels=[{**GOLD, "level": level} for level in sorted(levels)])
                    for key, (name, levels) in records.items()
                )
            )
            there = {key for (key,) in nights.rows("SELECT source_key FROM ledger.records")}
            follow(known, nights.tell(*[[("eccp", key) for key in sorted(together & there)]] if together & there else []))
            found = nights.rows(
                """
                SELECT organisation_id, name, is_gone, coalesce(list(level) FILTER (WHERE level IS NOT NULL), [])
                FROM clusters
                LEFT JOIN labels USING (organisation_id)
                GROUP BY ALL
                """
            )
            assert known == {number: (name, set(levels), is_gone) for number, name, is_gone, levels in found}
