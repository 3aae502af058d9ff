"""Columns of member lists: what each is, how that was decided, and which may name persons."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

import sync.member_lists.columns
from connectors import registry
from connectors.network import NetworkFacts, Phrasebook
from sync.member_lists.columns import WORDS, Column, ColumnUnknown, Headings, Use
from sync.member_lists.rows import Members, members_of, profiles_of, stored_table, written
from sync.member_lists.tables import Row, Table
from sync.normalise.profile import is_printed_field
from sync.normalise.texts import fold

FACTS = NetworkFacts(name="toy", title="Toy", home="https://toy.example", hosts=("toy.example",), licence="none")
NO_BOOK = Phrasebook(labels={})


def table(*headings: str, rows: tuple[tuple[str, ...], ...] = (), groups: tuple[str, ...] | None = None) -> Table:
    return Table(
        heading_row=1,
        headings=headings,
        groups=groups or ("",) * len(headings),
        rows=tuple(Row(number, cells) for number, cells in enumerate(rows, start=2)),
    )


def columns(*headings: str, book: Phrasebook = NO_BOOK, groups: tuple[str, ...] | None = None, **chosen: str) -> list[Column]:
    return list(Headings(book, chosen).columns(table(*headings, groups=groups)))


def fields(*headings: str, book: Phrasebook = NO_BOOK, groups: tuple[str, ...] | None = None, **chosen: str) -> list[str]:
    """What each column is read as, or what becomes of it."""
    return [column.field or column.use.value for column in columns(*headings, book=book, groups=groups, **chosen)]


def members(whole: Table, **chosen: str) -> Members:
    return members_of(whole, Headings(NO_BOOK, chosen).columns(whole), "toy")


def test_a_swedish_list_and_an_english_one_are_understood() -> None:
    assert fields("Namn", "Webbplats", "Ort", "Län", "Land", "Bransch", "E-post", "Grundat", "Antal medlemmar") == [
        "name", "website", "city", "region", "country", "sectors", "email", "founded", "members_total"
    ]  # fmt: skip
    assert fields("Name", "Website", "City", "County", "Country", "Sector", "Email", "Founded", "Members") == [
        "name", "website", "city", "region", "country", "sectors", "email", "founded", "members_total"
    ]  # fmt: skip


def test_a_heading_may_have_a_colon_an_asterisk_a_remark_or_a_number() -> None:
    assert fields("NAMN *", "Webbplats:", "Antal medlemmar (2026)", "Bransch 1", "Bransch 2") == [
        "name", "website", "members_total", "sectors", "sectors"
    ]  # fmt: skip


def test_our_own_names_of_fields_are_headings_too() -> None:
    assert fields("name", "source_key", "members_sme", "s3_priorities") == ["name", "source_key", "members_sme", "s3_priorities"]


def test_the_language_of_a_text_is_that_of_its_heading_also_where_the_phrasebook_leaves_it_open() -> None:
    book = Phrasebook(labels={"Om oss": "description", "Presentation text": "description"})
    assert fields("Namn", "Om oss", "Description", "Presentation text", book=book) == [
        "name", "description.sv", "description.en", "description"
    ]  # fmt: skip


def test_the_operator_decides_before_the_phrasebook_and_that_before_common_headings() -> None:
    book = Phrasebook(labels={"Ort": "region", "Fokus": "technologies"}, ignore=("Logga",))
    found = columns("Namn", "Ort", "Fokus", "Logga", book=book, Fokus="keywords")
    assert [(column.field, column.how) for column in found] == [
        ("name", "common headings"),
        ("region", "the network's phrasebook"),
        ("keywords", "--column"),
        (None, "the network's phrasebook ignores it"),
    ]


def test_an_unknown_heading_is_left_unread_and_a_column_can_be_set_aside() -> None:
    assert fields("Namn", "Mascot", "", "Ort", Ort="-") == ["name", "unread", "unread", "set aside"]


@pytest.mark.parametrize(
    "heading",
    ["Kontaktperson", "Kontaktpersonens e-post", "Contact person", "Contact person e-mail", "Förnamn", "Efternamn", "First name",
     "VD", "Ordförande", "Mobil", "Mobile phone", "E-post (kontaktperson)", "Klusterledare", "KONTAKT", "Direktnummer"],
)  # fmt: skip
def test_columns_of_persons_are_known(heading: str) -> None:
    assert fields("Namn", heading) == ["name", "persons"]


def test_a_heading_that_can_only_be_an_organisations_beats_one_that_may_be_a_persons() -> None:
    assert fields("Namn", "Organisation", "E-post") == ["unread", "name", "email"]
    assert fields("Organisation", "Name") == ["name", "unread"]
    assert fields("Namn", "Namn") == ["name", "unread"]
    assert fields("Namn", "Organisation", Namn="name") == ["name", "unread"]


def test_columns_below_words_for_persons_are_persons() -> None:
    groups = ("Medlem", "Medlem", "Kontaktperson", "Kontaktperson")
    assert fields("Namn", "Webbplats", "Namn", "E-post", groups=groups) == ["name", "website", "persons", "persons"]


def test_a_telephone_number_to_the_right_of_persons_may_be_theirs() -> None:
    assert fields("Namn", "Telefon", "Kontaktperson", "Telefon") == ["name", "phone", "persons", "persons"]
    assert fields("Namn", "Kontaktperson", "Växel", Växel="phone") == ["name", "persons", "phone"]


def test_a_column_that_is_not_there_and_a_field_that_is_not_there_name_the_nearest() -> None:
    with pytest.raises(ColumnUnknown, match="did you mean 'Webbplats'"):
        columns("Namn", "Webbplats", Webplats="website")
    with pytest.raises(ColumnUnknown, match="did you mean 'website'"):
        columns("Namn", "Webbplats", Webbplats="web_site")


def test_every_common_heading_leads_to_a_field_that_normalising_knows_and_to_one_only() -> None:
    seen: dict[str, str] = {}
    for name, headings in WORDS["fields"].items():
        assert is_printed_field(name) or name in ("source_key", "url")
        for heading in map(fold, headings):
            assert seen.setdefault(heading, name) == name
    assert not set(seen) & set(map(fold, WORDS["persons"]["headings"]))
    text = Path(sync.member_lists.columns.__file__).with_name("columns.toml").read_text(encoding="utf-8")
    assert set(tomllib.loads(text)) == {"fields", "name", "persons", "rows"}


def test_no_common_heading_is_taken_for_a_persons() -> None:
    headings = [heading for name in WORDS["fields"] for heading in WORDS["fields"][name] if name != "name"]
    known = columns("Organisation", *headings)
    assert [column.heading for column in known if column.use is Use.PERSONS] == []


def test_a_label_of_the_association_is_read_from_its_phrasebook() -> None:
    book = registry.network("clusters_of_sweden").phrasebook
    found = Headings(book, {}).columns(table("Namn", "Webbplats", "Kontaktperson"))
    assert [column.use for column in found] == [Use.READ, Use.READ, Use.PERSONS]
    assert found[1].how == "the network's phrasebook"


def test_only_columns_that_are_read_are_kept_and_only_role_mailboxes_of_mail() -> None:
    whole = table(
        "Namn", "E-post", "Kontaktperson", "Mascot", "Om oss",
        rows=(("A", "Zoe Quist <zoe.quist@a.example>; info@a.example", "Zoe Quist", "Zoe", "Ask zoe.quist@a.example or us"),),
    )  # fmt: skip
    found = members(whole)
    assert found.rows[0].cells == ("A", "info@a.example", "", "", "Ask  or us")
    assert b"oe" not in written(found)
    assert {"unread column", "personal data removed"} == {finding.kind for finding in found.findings}
    assert not any("oe" in f"{finding.because}{finding.printed}" for finding in found.findings)


def test_other_words_under_a_heading_for_mail_may_name_a_person() -> None:
    found = members(table("Namn", "E-post", rows=(("A", "Zoe Quist"), ("B", "-"))))
    assert [row.cells for row in found.rows] == [("A", ""), ("B", "")]
    assert [finding.kind for finding in found.findings] == ["not a mail address"]
    assert "1 cells" in found.findings[0].because


def test_totals_remarks_and_nameless_rows_are_no_organisations() -> None:
    rows = (("A", "Lund"), ("", "Malmö"), ("Totalt 2", ""), ("B", ""), ("Frågor? Zoe Quist", ""), ("svarar", ""))
    whole = table("Namn", "Ort", rows=rows)
    whole = Table(1, whole.headings, whole.groups, whole.rows, after_gap=frozenset({6}))
    found = members(whole)
    assert [row.cells[0] for row in found.rows] == ["A", "B"]
    assert [finding.kind for finding in found.findings] == [
        "row without a name", "total row", "remark below the list", "remark below the list"
    ]  # fmt: skip
    assert found.rows_doubted == 1
    assert "Zoe" not in repr(found)


def test_a_formula_that_failed_is_no_value() -> None:
    found = members(table("Namn", "Ort", "Bransch", rows=(("A", "#N/A", "#SAKNAS!"),)))
    assert found.rows[0].cells == ("A", "", "")
    assert "2 cells" in found.findings[0].because


def test_a_cell_holds_several_values_by_lines_semicolons_and_bars_but_never_by_commas() -> None:
    rows = (("A", "Wood, paper\nHealth; Digital |  Textiles ", "a, b", "Gatan 1\n223 70 Lund", "One.\n\nTwo.", "-"),)
    found, _ = profiles_of(members(table("Namn", "Bransch", "Nyckelord", "Adress", "Om oss", "Ort", rows=rows)), FACTS, "d")
    assert dict(found[0].printed) == {
        "name": ("A",),
        "sectors": ("Wood, paper", "Health", "Digital", "Textiles"),
        "keywords": ("a, b",),
        "address": ("Gatan 1, 223 70 Lund",),
        "description.sv": ("One.", "Two."),
        "city": (),
    }
    assert found[0].how["sectors"] == "column 'Bransch'"


def test_two_columns_of_one_field_are_read_together() -> None:
    found, _ = profiles_of(members(table("Namn", "Bransch 1", "Bransch 2", rows=(("A", "X", "Y"), ("B", "", "Y")))), FACTS, "d")
    assert [profile.printed["sectors"] for profile in found] == [("X", "Y"), ("Y",)]
    assert found[1].how["sectors"] == "column 'Bransch 2'"


def test_the_key_is_the_lists_own_else_that_of_the_profiles_address_else_the_slug_of_the_name() -> None:
    whole = table(
        "Namn", "Key", "Profile URL",
        rows=(
            ("Å ä Ö e.V.", "k-1", "https://toy.example/members/aao/"),
            ("B", "", "https://toy.example/members/b-c/"),
            ("C", "", "https://elsewhere.example/members/x"),
            ("Tèxtils.CAT", "", ""),
        ),
    )  # fmt: skip
    found, _ = profiles_of(members(whole), FACTS, "d")
    assert [(profile.source_key, profile.url) for profile in found] == [
        ("k-1", "https://toy.example/members/aao/"),
        ("b-c", "https://toy.example/members/b-c/"),
        ("c", "https://toy.example"),
        ("textilscat", "https://toy.example"),
    ]
    assert {profile.era for profile in found} == {"import"}


def test_of_rows_with_one_key_the_first_wins_and_each_other_is_found_with_what_it_says() -> None:
    rows = (("A", "Lund"), ("a.", "Malmö"), ("A", "Lund"))
    found, findings = profiles_of(members(table("Namn", "Ort", rows=rows)), FACTS, "d")
    assert [profile.printed["city"] for profile in found] == [("Lund",)]
    assert [finding.because for finding in findings] == [
        "rows 2 and 3 both have the key 'a' and say different things; the first is kept",
        "rows 2 and 4 both have the key 'a' and say the same; they count once",
    ]


def test_a_stored_list_reads_as_the_list_did() -> None:
    rows = (('A "B", C', "x; y\nz", "info@a.example"), ("D", "", ""))
    first = members(table("Namn", "Bransch", "E-post", "Mascot", rows=tuple((*row, "Zoe") for row in rows)))
    again = members(stored_table(written(first)))
    assert written(again) == written(first)
    assert profiles_of(again, FACTS, "d")[0] == profiles_of(first, FACTS, "d")[0]
