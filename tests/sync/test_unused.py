"""What a network's folder says and nothing needs."""

from __future__ import annotations

from datetime import UTC, date, datetime

from connectors.network import Correction, Network, NetworkFacts, Phrasebook
from sync.unused import idle
from warehouse.rows import PageMemory

BOOK = Phrasebook(
    labels={"Website": "website", "Name": "name"},
    ignore=("Contact",),
    sections=("Facts",),
    values={"ecosystems": {"Gesundheit": "Health"}},
)
EVERYTHING = ("labels: Website", "labels: name", "sections: Facts", "values.ecosystems: gesundheit")


def network(*corrections: Correction) -> Network:
    facts = NetworkFacts(name="n", title="N", home="https://n.example", hosts=("n.example",), licence="none")
    return Network(facts=facts, phrasebook=BOOK, corrections=corrections)


def page(key: str, *phrases: str, labels: tuple[str, ...] = (), is_noted: bool = True) -> PageMemory:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    noted = phrases if is_noted else None
    url = f"https://n.example/{key}"
    return PageMemory(url, "profile", "0" * 64, now, None, url, (key,) if key else (), phrases=noted, unread_labels=labels)


def unused(*pages: PageMemory) -> set[tuple[str | None, str | None]]:
    found = idle(network(), pages, frozenset())
    assert {finding.kind for finding in found} <= {"phrasebook entry not used"}
    assert len({(finding.field, finding.printed) for finding in found}) == len(found)
    return {(finding.field, finding.printed) for finding in found}


def test_entries_that_all_pages_together_print_are_used() -> None:
    assert unused(page("a", *EVERYTHING[:2]), page("b", *EVERYTHING[2:])) == set()


def test_each_entry_that_no_page_prints_is_a_finding_with_its_table() -> None:
    assert unused(page("a", "labels: Website")) == {
        ("labels", "Name"), ("sections", "Facts"), ("values.ecosystems", "Gesundheit"),
    }  # fmt: skip


def test_labels_that_are_ignored_are_not_looked_for_as_persons_stand_under_them() -> None:
    assert "Contact" not in {printed for _, printed in unused(page("a"))}


def test_the_same_word_in_another_table_is_not_the_entry() -> None:
    assert ("labels", "Website") in unused(page("a", "values.ecosystems: Website", *EVERYTHING[1:]))


def test_a_label_that_the_phrasebook_has_learnt_since_the_page_was_read_is_used() -> None:
    assert unused(page("a", *EVERYTHING[1:], labels=("Website:",))) == set()


def test_where_a_page_was_read_before_anybody_took_note_nothing_is_said() -> None:
    assert unused(page("a", "labels: Website"), page("b", is_noted=False)) == set()


def test_pages_that_are_no_profiles_do_not_count() -> None:
    assert ("labels", "Name") in unused(page("a", "labels: Website"), page("", is_noted=False))


def test_a_network_of_which_nothing_was_read_has_no_unused_entries() -> None:
    assert unused() == set()


def test_a_correction_whose_record_is_gone_is_no_longer_needed() -> None:
    corrections = [
        Correction(source_key=key, field="website", printed="wwwa.se", value="www.a.se", because="a dot", on=date(2026, 1, 1))
        for key in ("a", "gone")
    ]
    found = idle(network(*corrections), [page("a", *EVERYTHING)], {"a"})
    assert [(one.kind, one.source_key, one.field, one.printed) for one in found] == [
        ("correction no longer needed", "gone", "website", "wwwa.se")
    ]
