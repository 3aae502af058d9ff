"""Findings stand until the record that they concern is read again."""

from __future__ import annotations

from datetime import timedelta
from itertools import zip_longest

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


def test_a_dossier_writes_a_founding_date_no_finer_than_it_was_printed(nights) -> None:
    written = {"year": "2002", "month": "2002-05", "day": "2002-05-17"}
    nights.load(*(nights.record(exact, founded_on="2002-05-17", founded_precision=exact) for exact in written))
    nights.group()
    nights.rebuild()
    for exact, day in written.items():
        known = dossier(nights.state.con, nights.number(exact))
        assert known is not None
        assert known["values"]["founded_on"]["value"] == day


PRECISION = {4: "year", 7: "month", 10: "day"}
FOUNDED = {
    ("1999", "1999-03-01"): False,
    ("1999-03", "1999", "1999-03-01"): False,
    ("1999-03-01", "1999-04"): True,
    ("1999", "2000-03-01"): True,
    ("1999-03-01", "1999-03-02", "1999"): True,
}
"""What up to three networks say of when one organisation was founded -> whether that differs."""


def test_a_year_does_not_differ_from_a_day_in_it(nights) -> None:
    networks = ("eccp", "tci", "eca")
    for network, said in zip(networks, zip_longest(*FOUNDED), strict=True):
        records = [
            nights.record(f"{number}", network=network, founded_on=(day + "-01-01")[:10], founded_precision=PRECISION[len(day)])
            for number, day in enumerate(said)
            if day
        ]
        nights.load(*records, network=network)
    nights.group(*([(network, f"{number}") for network in networks[: len(days)]] for number, days in enumerate(FOUNDED)))
    nights.rebuild(*networks)
    for number, (days, differ) in enumerate(FOUNDED.items()):
        known = dossier(nights.state.con, nights.number(f"{number}"))
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
