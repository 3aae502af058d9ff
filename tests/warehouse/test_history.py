"""How things stood on an earlier day: exactly as they were published then, and nothing that was erased."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.examples import examples
from warehouse import erasing, macros
from warehouse.connection import Connection
from warehouse.editions import EditionReader, publish
from warehouse.migrate import known_migrations, migrate
from warehouse.state import State

GOLD = {"level": "gold", "issuer": "ESCA", "awarded": "2026-01-01", "valid_until": "2026-11-30"}
AS_IT_STOOD = "SELECT * EXCLUDE (first_seen_on, changed_on, checked_on, profile_updated_on) FROM clusters ORDER BY ALL"


def asked(nights) -> Connection:
    """The state, asked as an edition is: publishing takes longer than all the rest, and copies these very tables."""
    macros.make_history(nights.state.con)
    return nights.state.con


def as_of(con: Connection, day: date) -> list[tuple]:
    return con.execute("SELECT * FROM clusters_as_of($day) ORDER BY ALL", {"day": day}).fetchall()


def names_as_of(con: Connection, day: date) -> dict[int, str]:
    return {row[0]: row[1] for row in as_of(con, day)}


FACTS = st.fixed_dictionaries(
    {"name": st.sampled_from(["Alfa", "Beta & 'Co'", "Gämma"])},
    optional={
        "city": st.sampled_from(["Lund", "Malmö"]),
        "members_total": st.integers(0, 3),
        "latitude": st.sampled_from([55.7, 13.123456789]),
        "founded_on": st.sampled_from(["2001-02-03", "1999-12-31"]),
        "keywords": st.sampled_from([("pulp",), ("pulp", 'the "new" wood')]),
        "extracts": st.sampled_from([{"en": "We do."}, {"sv": "Vi gör.", "en": "We do."}]),
    },
)
NIGHT = st.tuples(st.dictionaries(st.sampled_from("abcd"), FACTS, min_size=1), st.sets(st.sampled_from("abcd"), min_size=2))


@settings(max_examples=examples(8))
@given(st.lists(NIGHT, min_size=2, max_size=5))
def test_every_night_is_told_as_it_was_through_merges_splits_and_absences(nights_on, sequence: list[tuple]) -> None:
    with State.memory() as state:
        nights, before = nights_on(state), []
        for records, together in sequence:
            facts = ({"founded_precision": "day", **said} if "founded_on" in said else said for said in records.values())
            nights.load(
                *(
                    nights.record(key, **{**said, **({"longitude": 1.0} if "latitude" in said else {})})
                    for key, said in zip(records, facts, strict=True)
                )
            )
            there = {key for (key,) in nights.rows("SELECT source_key FROM ledger.records")}
            nights.tell(*[[("eccp", key) for key in sorted(together & there)]] if together & there else [])
            before.append((nights.run_id, nights.now.date(), nights.rows(AS_IT_STOOD)))
        con = asked(nights)
        assert as_of(con, before[0][1] - timedelta(days=1)) == []
        for run_id, day, rows in before:
            assert as_of(con, day) == rows
            assert con.execute("SELECT * FROM clusters_as_of_run($run) ORDER BY ALL", {"run": run_id}).fetchall() == rows


@pytest.mark.thorough
def test_a_merged_number_stands_on_its_own_days_only_and_again_after_a_split(nights) -> None:
    days = []
    for city, groups in (("Lund", []), ("Malmö", []), ("Ystad", [[("eccp", "a"), ("eccp", "b")]]), ("Kiruna", [])):
        nights.load(nights.record("a"), nights.record("b", city=city))
        nights.tell(*groups)
        days.append(nights.now.date())
    con = asked(nights)
    cities = "SELECT organisation_id, city FROM clusters_as_of($day) WHERE organisation_id = 2"
    told = [con.execute(cities, {"day": day}).fetchall() for day in days]
    (said,) = con.execute("SELECT absorbed_by, said::JSON ->> 'city' FROM former_clusters").fetchall()
    assert told == [[(2, "Lund")], [(2, "Malmö")], [], [(2, "Kiruna")]]
    assert said == (1, "Malmö")


def test_the_changes_between_two_days_are_those_after_the_one_and_up_to_the_other(nights) -> None:
    days = []
    for city in ("Lund", "Malmö", "Ystad"):
        nights.load(nights.record("a", city=city))
        nights.tell()
        days.append(nights.now.date())
    sql = "SELECT name, kind, old, new FROM changes_between($earlier, $later)"
    con = asked(nights)
    between = {
        (one, other): con.execute(sql, {"earlier": days[one], "later": days[other]}).fetchall()
        for one, other in ((0, 1), (0, 2), (1, 0), (2, 2))
    }
    assert between[0, 1] == [("Cluster a", "changed", '"Lund"', '"Malmö"')]
    assert len(between[0, 2]) == 2
    assert between[1, 0] == between[2, 2] == []


@pytest.mark.thorough
def test_a_label_holds_on_the_days_of_its_validity_and_as_long_as_it_is_told(nights) -> None:
    nights.load(nights.record("a", labels=[GOLD]), nights.record("b", labels=[{"level": "bronze"}]))
    nights.tell()
    first = nights.now.date()
    nights.load(nights.record("a", labels=[GOLD]), nights.record("b"))
    nights.tell()
    nights.load(nights.record("a", labels=[GOLD]), nights.record("b"))
    nights.tell()
    sql = "SELECT organisation_id, level FROM labels_as_of($day) ORDER BY ALL"
    con = asked(nights)
    days = [date(2025, 12, 31), date(2026, 6, 1), first, nights.now.date(), date(2026, 12, 1)]
    told = [con.execute(sql, {"day": day}).fetchall() for day in days]
    assert told == [[], [(1, "gold")], [(1, "gold"), (2, "bronze")], [(1, "gold")], []]


def test_each_spell_in_a_network_is_told_with_its_days(nights) -> None:
    start, told = None, []
    for listed in ("ab", "a", "a", "ab"):
        nights.load(*(nights.record(key) for key in listed))
        nights.tell()
        start = start or nights.now.date()
        told.append(listed)
    spells = [(1, start, None), (2, start, start + timedelta(days=1)), (2, start + timedelta(days=3), None)]
    con = asked(nights)
    sql = "SELECT organisation_id, listed_since, listed_until FROM network_memberships ORDER BY ALL"
    assert con.execute(sql).fetchall() == spells
    listed = "SELECT string_agg(source_key, '' ORDER BY source_key) FROM memberships_as_of($day)"
    days = [start + timedelta(days=number) for number in range(4)]
    assert [con.execute(listed, {"day": day}).fetchall()[0][0] for day in days] == told


@pytest.mark.parametrize("erased", ["a", "b"])
def test_what_was_erased_stands_in_no_history(nights, erased: str) -> None:
    for phone in ("+46541111111", "+46542222222"):
        nights.load(*(nights.record(key, name=f"Secret {key}", phone=phone if key == erased else None) for key in "ab"))
        nights.tell()
    nights.load(*(nights.record(key, name=f"Secret {key}") for key in "ab"))
    nights.tell([("eccp", "a"), ("eccp", "b")])
    texts = [f"Secret {erased}", "+46542222222"]
    assert "ledger.absorbed" in erasing.holding(nights.state.con, [f"Secret {erased}", "Secret b"])
    record = next(one for one in erasing.records(nights.state) if one.source_key == erased)
    erasing.forget(nights.state, [record], [], texts)
    nights.group()
    nights.rebuild()
    nights.night()
    nights.tell()
    found = erasing.holding(nights.state.con, [*texts])
    assert found == {}
    con = asked(nights)
    everything = [row for day in range(5) for row in as_of(con, nights.now.date() - timedelta(days=day))]
    assert everything
    assert not [row for row in everything if f"Secret {erased}" in map(str, row)]


def test_a_value_that_is_taken_out_leaves_former_rows_too(nights) -> None:
    nights.load(nights.record("a"), nights.record("b", phone="+46541111111"))
    nights.tell()
    nights.load(nights.record("a"), nights.record("b", phone="+46541111111"))
    nights.tell([("eccp", "a"), ("eccp", "b")])
    erasing.rewrite(nights.state, lambda text: text.replace("+46541111111", ""))
    nights.rebuild()
    assert erasing.holding(nights.state.con, ["+46541111111"]) == {}
    con = asked(nights)
    told = con.execute("SELECT organisation_id, nullif(phone, '') FROM clusters_as_of_run(1) ORDER BY ALL").fetchall()
    assert told == [(1, None), (2, None)]


def test_every_macro_answers_from_a_file_that_is_opened_directly_and_through_the_locked_engine(nights, tmp_path: Path) -> None:
    nights.load(nights.record("a", labels=[GOLD]))
    nights.tell()
    path = publish(nights.state, tmp_path, nights.now).path
    day = f"DATE '{nights.now.date()}'"
    given = {"day": day, "run_number": str(nights.run_id), "earlier, later": f"DATE '2000-01-01', {day}"}
    parts = [(one.name, given[one.form.partition("(")[2].rstrip(")")]) for one in macros.HISTORY]
    calls = [f"SELECT count(*) FROM {name}({values})" for name, values in parts]  # noqa: S608
    with duckdb.connect(str(path), read_only=True) as direct:
        assert [direct.execute(call).fetchall() for call in calls] == [[(1,)]] * len(calls)
    with EditionReader(tmp_path) as reader, reader.cursor() as con:
        assert [con.execute(call).fetchall() for call in calls] == [[(1,)]] * len(calls)
        with pytest.raises(duckdb.Error):
            con.execute("SET enable_external_access = true")


def test_a_state_of_before_begins_its_history_with_what_it_knows() -> None:
    con = duckdb.connect(":memory:")
    migrate(con, known_migrations()[:9], is_read_only=False)
    con.execute(
        """
        INSERT INTO ledger.records
        VALUES (1, 'eccp', 'a', 'https://eccp.example/a', '{}', 1, 1, '2026-11-01', '2026-11-01', '2026-11-05', '2026-11-06', 1,
            FALSE)
        """
    )
    with State(con) as state:
        rows = state.con.execute("SELECT record_id, listed_since, listed_until FROM ledger.listings").fetchall()
    assert rows == [(1, date(2026, 11, 1), date(2026, 11, 6))]
