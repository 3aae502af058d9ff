"""Importing a member list: twice changes nothing, and what is imported and what is crawled stand side by side."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from connectors.network import Expectations
from support.listed_network import BASE, NETWORK, Pages, Toy
from sync import importing
from sync.clock import FrozenClock
from sync.member_lists import imported
from sync.pipeline import known_before
from warehouse import ledger
from warehouse.rows import Loaded, Outcome
from warehouse.state import State


@pytest.fixture
def toy(tmp_path: Path) -> Iterator[Toy]:
    with State.open(tmp_path / "state.duckdb") as state:
        yield Toy(state, tmp_path, FrozenClock(datetime(2026, 11, 1, 3, tzinfo=UTC)))


LIST = "Namn;Ort\nAlfa;Lund\nBeta;Malmö\n"


def nothing(loaded: Loaded) -> bool:
    return (loaded.records_new, loaded.records_changed, loaded.records_missing, loaded.claims_opened, loaded.claims_closed) == (
        0,
    ) * 5


def test_a_list_becomes_records_with_claims_that_name_the_import(toy: Toy) -> None:
    loaded = toy.take(LIST)
    assert (toy.outcome, loaded.records_new) == (Outcome.COMPLETE, 2)
    assert toy.profile("alfa")["city"] == "Lund"
    assert toy.said("alfa") == {("import", "city")}


def test_importing_the_same_list_twice_changes_nothing(toy: Toy) -> None:
    toy.take(LIST)
    assert nothing(toy.take(LIST))
    assert toy.runs[-1].pages_unchanged == 1


def test_the_same_list_saved_otherwise_changes_nothing(toy: Toy) -> None:
    toy.take(LIST)
    assert nothing(toy.take('Medlemmar\n\nNamn,Ort,Anmärkning\n"Alfa",Lund,x\nBeta,Malmö,\n', name="other.csv"))


def test_a_list_that_lost_a_seventh_of_its_rows_is_held_and_changes_nothing(toy: Toy) -> None:
    rows = [f"Cluster {letter};Lund\n" for letter in "ABCDEFGHIJ"]
    toy.take("Namn;Ort\n" + "".join(rows))
    toy.take("Namn;Ort\n" + "".join(rows[:8]))
    assert toy.outcome is Outcome.HELD
    assert "85%" in toy.runs[-1].because
    assert toy.missing() == set()


def test_a_list_below_the_networks_floor_is_held(toy: Toy) -> None:
    toy.take(LIST, profiles_at_least=3)
    assert "wanted at least 3 profiles, found 2" in toy.runs[-1].because


def test_a_floor_holds_for_a_column_that_the_list_has_and_not_for_one_that_it_lacks(toy: Toy) -> None:
    toy.take("Namn;Land\nAlfa;Sverige\nBeta;Sverige\n", fill_at_least={"country": 0.9, "sectors": 0.9})
    assert toy.outcome is Outcome.COMPLETE
    toy.take("Namn;Land\nAlfa;Svedala\nBeta;Skurup\n", fill_at_least={"country": 0.9, "sectors": 0.9})
    assert (toy.outcome, toy.runs[-1].because) == (
        Outcome.HELD,
        "wanted country in at least 90% of profiles, found it in 0.0%",
    )


def test_one_shifted_row_is_a_finding_and_several_are_a_doubt_about_the_list(toy: Toy) -> None:
    toy.take("Namn,Ort\nAlfa,Lund\nB, C och D,Lund\n")
    assert (toy.outcome, toy.kinds) == (Outcome.COMPLETE, {"row not aligned"})
    toy.take("Namn,Ort\nAlfa,Lund\nB, C och D,Lund\nE, F,Lund\n")
    assert "rows that are not aligned" in toy.runs[-1].because


def test_what_a_whole_list_no_longer_names_is_missing_and_then_gone(toy: Toy) -> None:
    rows = [f"Cluster {letter};Lund\n" for letter in "ABCDEFGHIJ"]
    toy.take("Namn;Ort\n" + "".join(rows))
    toy.take("Namn;Ort\n" + "".join(rows[:9]))
    assert (toy.missing(), "cluster-j" in toy.listed()) == ({"cluster-j"}, True)
    toy.take("Namn;Ort\n" + "".join(rows[:9]))
    assert "cluster-j" not in toy.listed()


def test_an_additional_list_adds_and_updates_and_nothing_counts_as_missing(toy: Toy) -> None:
    toy.take("Namn;Ort;Land\nAlfa;Lund;Sverige\nBeta;Malmö;Sverige\n")
    loaded = toy.take("Namn;Ort\nAlfa;Ystad\nGamma;Kalmar\n", additional=True, profiles_at_least=1_000)
    assert (toy.outcome, loaded.records_new, toy.missing()) == (Outcome.COMPLETE, 1, set())
    assert (toy.profile("alfa")["city"], toy.profile("alfa")["country"]) == ("Ystad", "SE")
    assert ledger.last_good(toy.state, "toy").profiles == 3  # type: ignore[union-attr]


def test_a_whole_list_takes_the_place_of_all_earlier_ones(toy: Toy) -> None:
    toy.take(LIST)
    toy.take("Namn;Ort\nGamma;Kalmar\n", additional=True, name="extra.csv")
    toy.take(LIST)
    assert toy.missing() == {"gamma"}
    assert len(known_before(toy.state, "toy").imports) == 1


def test_a_record_says_what_its_page_and_the_list_say_together_and_the_list_wins(toy: Toy) -> None:
    toy.crawl(alfa="name: Alfa\ncity: Lund\ncountry: Sweden", delta="name: Delta\ncity: Oslo")
    toy.take("Namn;Ort;Webbplats\nAlfa;Ystad;alfa.example\nBeta;Malmö;\n", profiles_at_least=1)
    assert (toy.profile("alfa")["city"], toy.profile("alfa")["country"]) == ("Ystad", "SE")
    assert toy.said("alfa") == {
        ("new", "city"), ("new", "country"), ("import", "city"), ("import", "website")
    }  # fmt: skip
    assert toy.profile("alfa")["url"] == f"{BASE}/alfa"
    assert (toy.listed(), toy.missing()) == ({"alfa", "beta", "delta"}, set())


def test_after_an_import_a_night_without_news_changes_nothing(toy: Toy) -> None:
    pages = {"alfa": "name: Alfa\ncity: Lund", "delta": "name: Delta\ncity: Oslo"}
    toy.crawl(**pages)
    toy.take(LIST)
    assert nothing(toy.crawl(**pages))
    assert toy.runs[-1].pages_unchanged == 2
    assert toy.said("alfa") == {("new", "city"), ("import", "city")}
    assert nothing(toy.take(LIST))


def test_a_page_that_changes_after_an_import_does_not_undo_the_list(toy: Toy) -> None:
    toy.crawl(alfa="name: Alfa\ncity: Lund")
    toy.take(LIST)
    toy.crawl(alfa="name: Alfa\ncity: Lund\nwebsite: alfa.example")
    assert toy.profile("alfa")["city"] == "Lund"
    assert {("import", "city"), ("new", "website")} <= toy.said("alfa")


def test_a_crawl_neither_misses_nor_checks_what_only_the_list_names(toy: Toy) -> None:
    toy.crawl(alfa="name: Alfa\ncity: Lund")
    toy.take(LIST)
    imported_on = toy.clock.now().date().replace(day=2)
    toy.crawl(alfa="name: Alfa\ncity: Kivik")
    assert toy.missing() == set()
    rows = toy.state.con.execute("SELECT checked_on FROM ledger.records WHERE source_key = 'beta'").fetchall()
    assert rows == [(imported_on,)]


def test_what_a_new_list_drops_keeps_the_word_of_its_page(toy: Toy) -> None:
    toy.crawl(alfa="name: Alfa\ncity: Lund", **{f"c{n}": f"name: C{n}" for n in range(10)})
    whole = "Namn;Ort;Land\nAlfa;Ystad;Sverige\n" + "".join(f"C{n};Lund;Sverige\n" for n in range(10))
    toy.take(whole)
    toy.take(whole.replace("Alfa;Ystad;Sverige\n", ""))
    assert (toy.outcome, toy.missing()) == (Outcome.COMPLETE, set())
    assert toy.said("alfa") == {("new", "city")}
    assert "country" not in toy.profile("alfa")


def test_a_record_whose_page_is_gone_stays_while_the_list_names_it(toy: Toy) -> None:
    others = {f"c{n}": f"name: C{n}" for n in range(10)}
    toy.crawl(alfa="name: Alfa\ncity: Lund\nwebsite: alfa.example", **others)
    toy.take("Namn;Ort\nAlfa;Lund\n" + "".join(f"C{n};Lund\n" for n in range(10)))
    toy.crawl(**others)
    assert (toy.outcome, toy.missing(), toy.said("alfa")) == (Outcome.COMPLETE, set(), {("import", "city")})


def test_a_list_does_not_make_up_for_pages_that_a_crawl_misses(toy: Toy) -> None:
    pages = {f"c{n}": f"name: C{n}" for n in range(10)}
    toy.crawl(**pages)
    toy.take("Namn\n" + "".join(f"C{n}\nD{n}\nE{n}\n" for n in range(10)))
    toy.crawl(**dict(list(pages.items())[:8]))
    assert toy.outcome is Outcome.HELD
    assert "of the 10 profiles of the last good run, found 8" in toy.runs[-1].because


def test_a_first_crawl_after_an_import_is_measured_by_the_floors_alone(toy: Toy) -> None:
    toy.take("Namn\n" + "".join(f"C{n}\n" for n in range(10)))
    toy.crawl(c0="name: C0")
    assert (toy.outcome, toy.missing()) == (Outcome.COMPLETE, set())


def test_a_page_whose_capture_was_tidied_away_is_read_anew_by_the_next_crawl(toy: Toy) -> None:
    pages = {"alfa": "name: Alfa\ncountry: Sweden"}
    toy.crawl(**pages)
    toy.forget_captures()
    toy.take(LIST)
    assert "page not read again" in toy.kinds
    assert toy.said("alfa") == {("import", "city")}
    toy.crawl(**pages)
    assert toy.said("alfa") == {("import", "city"), ("new", "country")}


def test_a_list_whose_capture_was_tidied_away_says_so_and_loses_no_record(toy: Toy) -> None:
    toy.crawl(alfa="name: Alfa\ncountry: Sweden")
    toy.take(LIST)
    toy.forget_captures()
    toy.crawl(alfa="name: Alfa\ncountry: Norway")
    assert ("list not stored" in toy.kinds, toy.missing()) == (True, set())
    toy.take("Namn;Ort\nGamma;Kalmar\n", additional=True)
    assert toy.missing() == set()


def test_a_page_without_a_usable_name_does_not_make_the_run_forget_the_list(toy: Toy) -> None:
    toy.crawl(alfa="name: Alfa\ncity: Lund")
    toy.take(LIST)
    toy.forget_captures()
    toy.crawl(alfa="name: ?")
    assert toy.missing() == set()
    assert len(known_before(toy.state, "toy").imports) == 1


def test_how_a_list_was_asked_to_be_read_is_remembered_with_it(toy: Toy) -> None:
    chosen = {"Org = namn": "name", "Ställe": "city"}
    one = importing.read_list(NETWORK, "å b.csv", "Org = namn;Ställe\nAlfa;Lund\n".encode(), chosen=chosen)
    run, _ = importing.bring(
        NETWORK, [one], toy.captures, known_before(toy.state, "toy"), connect=lambda _base: Pages(), expect=Expectations(),
        keeps_at_least=0.85, is_additional=True, now=toy.clock.now,
    )  # fmt: skip
    (page,) = run.pages
    assert page.url.startswith("file:%C3%A5%20b.csv?digest=")
    assert imported.is_additional(page)
    rows, findings = imported.reread(page, NETWORK, toy.captures)
    assert ([dict(row.printed) for row in rows], findings) == ([{"name": ("Alfa",), "city": ("Lund",)}], [])


def test_several_lists_of_one_import_are_one_list(toy: Toy) -> None:
    lists = [importing.read_list(NETWORK, f"{n}.csv", f"Namn;Ort\nAlfa;Lund\nC{n};Lund{n}\n".encode(), chosen={}) for n in (1, 2)]
    lists.append(importing.read_list(NETWORK, "3.csv", b"Namn;Ort\nC1;Elsewhere\n", chosen={}))
    run, new = importing.bring(
        NETWORK, lists, toy.captures, known_before(toy.state, "toy"), connect=lambda _base: Pages(), expect=Expectations(),
        keeps_at_least=0.85, is_additional=False, now=toy.clock.now,
    )  # fmt: skip
    assert ([record.profile.source_key for record in run.records], len(run.pages), new) == (["alfa", "c1", "c2"], 3, 3)
    assert ["3.csv and an earlier list" in finding.because for finding in run.findings] == [True]


def unused(toy: Toy) -> set[str | None]:
    return {finding.printed for finding in toy.runs[-1].findings if finding.kind == "phrasebook entry not used"}


def test_an_entry_of_the_phrasebook_that_only_the_list_uses_is_used_also_on_the_nights_that_follow(toy: Toy) -> None:
    pages = {"alfa": "name: Alfa\ncity: Lund"}
    toy.crawl(**pages)
    assert unused(toy) == {"Ort"}
    toy.take(LIST)
    assert unused(toy) == set()
    toy.crawl(**pages)
    assert unused(toy) == set()


def test_a_night_that_reads_few_pages_finds_no_more_unused_entries_than_the_first(toy: Toy) -> None:
    pages = {key: f"name: {key}\nwebsite: {key}.example" for key in ("alfa", "beta")}
    toy.take(LIST)
    toy.crawl(**pages)
    toy.crawl(**{**pages, "alfa": "name: Alfa"})
    assert (toy.runs[-1].pages_unchanged, unused(toy)) == (1, set())
