from __future__ import annotations

import re
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from demo import facts
from demo.invented import Draw, Invented, contact_names, contact_words
from demo.printing import count, iso_date, plain_date, slug, staff_range, weekday_date


def test_the_sample_has_573_organisations_of_which_484_are_clusters() -> None:
    assert len(facts.organisations()) == 573
    assert len(facts.clusters()) == 484
    assert len({organisation.id for organisation in facts.organisations()}) == 573


def test_every_region_named_by_an_organisation_is_known_and_lies_in_its_country() -> None:
    for organisation in facts.organisations():
        if organisation.nuts2 in facts.regions():
            assert facts.regions()[organisation.nuts2].country == organisation.country, organisation.name


def test_what_was_seen_on_pages_contradicts_no_fact() -> None:
    by_id = {organisation.id: organisation for organisation in facts.clusters()}
    for key in facts._seen():
        known, organisation = facts.seen(by_id[key]), by_id[key]
        assert known.founded is None or organisation.founded_year in (None, known.founded.year)
        assert known.excellence_label is None or organisation.excellence_level in (None, known.excellence_label)


def test_the_current_excellence_label_is_the_one_a_note_names_first() -> None:
    by_name = {organisation.name: organisation for organisation in facts.clusters()}
    assert by_name["Sustainable Business Hub"].excellence_level == "silver"  # "ESCA Silver (after Bronze)"
    assert by_name["Agri Sud-Ouest Innovation"].excellence_level == "gold"  # gold, and an older bronze
    assert by_name["New Tools for Health"].excellence_level is None  # its note speaks of a programme, not of a label


def test_no_word_of_an_invented_person_occurs_in_any_fact() -> None:
    spoken = " ".join(organisation.model_dump_json() for organisation in facts.organisations()).casefold()
    assert [word for word in contact_words() if word in spoken] == []
    assert {word.casefold() for name in contact_names() for word in name.split()} == contact_words()


def test_invented_numbers_add_up_and_contradict_no_year() -> None:
    for organisation in facts.clusters():
        invented = Invented(organisation, seed=1)
        for members in (invented.members, invented.members_then(), invented.members_later()):
            assert members.total == members.sme + members.large + members.research + members.other
            assert 0 <= members.startup <= members.sme
        assert organisation.founded_year in (None, invented.founded.year)
        assert organisation.first_mention is None or invented.founded.year <= organisation.first_mention


@given(st.text(max_size=20), st.integers(1, 20))
def test_a_draw_depends_on_its_keys_alone(key: str, times: int) -> None:
    def drawn() -> list[float]:
        draw = Draw(key, "purpose")
        return [draw.share() for _ in range(times)]

    assert drawn() == drawn()
    assert all(0 <= share < 1 for share in drawn())


@given(st.integers(0, 10**7), st.sampled_from([".", " ", "\N{NO-BREAK SPACE}", ""]))
def test_a_printed_count_loses_no_digit(number: int, separator: str) -> None:
    assert int(re.sub(r"\D", "", count(number, separator))) == number


def test_values_are_printed_as_on_the_pages_that_were_seen() -> None:
    assert weekday_date(date(1999, 3, 1)) == "Monday, 1 March, 1999"
    assert weekday_date(date(2011, 9, 13)) == "Tuesday, 13 September, 2011"
    assert plain_date(date(2011, 9, 13), "day") == "13 September 2011"
    assert (plain_date(date(2011, 9, 13), "month"), iso_date(date(2011, 9, 13), "month")) == ("September 2011", "2011-09")
    assert staff_range(5) == ("1-5", 1, 5)
    assert staff_range(34) == ("25+", 25, None)
    assert slug("Tèxtils.CAT") == "textilscat"
    assert slug("CyberForum e.V.") == "cyberforum-ev"
    assert slug("Kunnskapsbyen Lillestrøm") == "kunnskapsbyen-lillestrom"
