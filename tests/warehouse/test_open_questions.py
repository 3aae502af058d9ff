"""Findings stand until the record that they concern is read again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from warehouse import ledger
from warehouse.dossier import dossier
from warehouse.rows import Finding, Outcome, PageMemory

ODD = Finding("unknown word", "wanted an ecosystem, found 'Blue growth'", network="eccp", source_key="paper")


def findings_of(nights) -> list[tuple]:
    return nights.rows("SELECT source_key, kind FROM ledger.findings WHERE run_id = ? ORDER BY ALL", nights.run_id)


def test_a_record_that_was_not_read_again_still_has_its_open_questions(nights) -> None:
    nights.load(nights.record("paper"), nights.record("pulp"), findings=[ODD])
    loaded = nights.load(unchanged=["paper", "pulp"])
    assert findings_of(nights) == [("paper", "unknown word")]
    assert loaded.findings == 1


def test_they_stand_across_a_night_that_was_not_complete(nights) -> None:
    nights.load(nights.record("paper"), findings=[ODD])
    nights.load(outcome=Outcome.FAILED, because="down")
    assert findings_of(nights) == []
    nights.load(unchanged=["paper"])
    assert findings_of(nights) == [("paper", "unknown word")]


def test_a_record_that_was_read_again_has_only_todays_questions(nights) -> None:
    nights.load(nights.record("paper"), findings=[ODD])
    nights.load(nights.record("paper", name="New"))
    assert findings_of(nights) == []


def test_a_record_that_is_gone_asks_nothing(nights) -> None:
    nights.load(nights.record("paper"), nights.record("pulp"), findings=[ODD])
    nights.load(unchanged=["pulp"])
    assert findings_of(nights) == []


def test_what_stood_beside_the_link_is_remembered_with_the_page(nights) -> None:
    page = PageMemory(
        "https://eccp.example/paper",
        "profile",
        "0" * 64,
        nights.now - timedelta(hours=1),
        "utf-8",
        "https://eccp.example/paper",
        carried={"country": "Sweden"},
    )
    nights.load(nights.record("paper"), pages=[page])
    assert ledger.remembered_pages(nights.state, "eccp") == {page.url: page}


@pytest.mark.parametrize(("precision", "written"), [("year", "2002"), ("month", "2002-05"), ("day", "2002-05-17")])
def test_a_dossier_writes_a_founding_date_no_finer_than_it_was_printed(nights, precision: str, written: str) -> None:
    nights.load(nights.record("paper", founded_on="2002-05-17", founded_precision=precision))
    nights.group()
    nights.rebuild()
    known = dossier(nights.state.con, nights.number("paper"))
    assert known is not None
    assert known["values"]["founded_on"]["value"] == written


@pytest.mark.parametrize(
    ("days", "differ"),
    [
        (["1999", "1999-03-01"], False),
        (["1999-03", "1999", "1999-03-01"], False),
        (["1999-03-01", "1999-04"], True),
        (["1999", "2000-03-01"], True),
        (["1999-03-01", "1999-03-02", "1999"], True),
    ],
)
def test_a_year_does_not_differ_from_a_day_in_it(nights, days: list[str], differ: bool) -> None:
    said = [
        {"founded_on": (day + "-01-01")[:10], "founded_precision": {4: "year", 7: "month", 10: "day"}[len(day)]} for day in days
    ]
    networks = ("eccp", "tci", "eca")[: len(days)]
    for network, one in zip(networks, said, strict=True):
        nights.load(nights.record("paper", network=network, **one), network=network)
    nights.group([(network, "paper") for network in networks])
    nights.rebuild(*networks)
    known = dossier(nights.state.con, nights.number("paper"))
    assert known is not None
    values = known["values"]
    assert sorted(source["value"] for source in values["founded_on"]["sources"]) == sorted(days)
    assert (values["founded_on"]["conflict"], values["founded_precision"]["conflict"]) == (differ, False)


def test_a_dossier_shows_labels_as_values_too(nights) -> None:
    nights.load(nights.record("paper", labels=[{"level": "gold", "valid_until": "2027-01-31"}]))
    nights.group()
    nights.rebuild()
    known = dossier(nights.state.con, nights.number("paper"))
    assert known is not None
    wanted = {"level": "gold", "issuer": None, "awarded": None, "valid_until": "2027-01-31"}
    assert known["values"]["labels"]["value"] == [wanted]


def test_what_a_night_finds_of_a_page_that_it_does_not_believe_stands_once(nights) -> None:
    nights.load(nights.record("paper"), findings=[ODD])
    lost = Finding("page lost values", "wanted sectors, found none", network="eccp", source_key="paper")
    for _ in range(3):
        nights.load(unread=["paper"], findings=[lost])
    assert findings_of(nights) == [("paper", "page lost values"), ("paper", "unknown word")]
