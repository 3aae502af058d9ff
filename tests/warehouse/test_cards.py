"""What a card says of where an organisation is still listed, and which page it leads to."""

from __future__ import annotations

from datetime import timedelta

from warehouse import erasing
from warehouse.facets import Absent, Profile, cards, profiles, subjects


def test_of_two_records_of_a_network_the_one_that_is_still_listed_is_led_to_and_absence_begins_with_the_last(nights) -> None:
    older, younger = nights.record("older", country="SE"), nights.record("younger", country="SE")
    nights.load(older, younger, gone_after=9)
    nights.load(older, gone_after=9)
    nights.group([("eccp", "older"), ("eccp", "younger")])
    nights.rebuild()
    con, today = nights.state.con, nights.now.date()
    assert profiles(con, [1]) == {1: (Profile("eccp", older.profile.url),)}
    assert cards(con, [1], today)[1].absent == ()
    nights.load(gone_after=9)
    nights.rebuild()
    tonight = today + timedelta(days=1)
    assert cards(con, [1], tonight)[1].absent == (Absent("eccp", tonight),)


def test_subjects_are_those_of_the_cluster_and_none_where_nothing_is_known(nights) -> None:
    nights.load(nights.record("a", sectors=("Apparel",), technologies=("Weaving",)), nights.record("b"))
    nights.group()
    nights.rebuild()
    assert subjects(nights.state.con, [1, 2, 3]) == {
        1: {"ecosystems": [], "sectors": ["Apparel"], "technologies": ["Weaving"]},
        2: {"ecosystems": [], "sectors": [], "technologies": []},
    }


def test_a_profile_from_which_a_value_was_taken_is_known_by_another_digest_and_by_the_old_one_when_it_is_back(nights) -> None:
    digest = "SELECT digest FROM ledger.records"
    whole = nights.record(phone="+46541111111")
    nights.load(whole)
    before = nights.state.con.execute(digest).fetchall()
    erasing.rewrite(nights.state, lambda text: text.replace("+46541111111", ""))
    without = nights.state.con.execute(digest).fetchall()
    assert nights.state.con.execute("SELECT digest = hash(profile) FROM ledger.records").fetchall() == [(True,)]
    assert without != before
    nights.load(whole)
    assert nights.state.con.execute(digest).fetchall() == before
