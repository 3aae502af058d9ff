"""Every rule of every programme, with what is met, not met and unknown; and files that cannot be right are refused."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.partners.checks import Check, Lapsed, Member
from matching.partners.eligibility import check, confirmed, judge, shortfall
from matching.partners.programmes import Answer, RuleKind, UnknownProgramme, named, programme, programmes
from warehouse.vocabulary import OrganisationType

TODAY = date(2026, 11, 29)
MET, NOT_MET, UNKNOWN = Answer.MET, Answer.NOT_MET, Answer.UNKNOWN
HORIZON, WIDENING, INTERREG, EUROCLUSTERS = (
    "horizon-europe-ria-ia",
    "horizon-europe-widening",
    "interreg-europe",
    "euroclusters",
)


def team(*said: str | None) -> list[Member]:
    """Members from ``SE``, ``SE government``, ``SE cluster example.org`` or None (country not known); the first leads."""
    members = []
    for number, words in enumerate(said, start=1):
        country, kind, domain, *_ = [*(words or "").split(), None, None, None]
        members.append(Member(number, f"Cluster {number}", country or None, kind or "cluster", domain))
    return members


@pytest.mark.parametrize(
    ("programme_id", "rule_id", "members", "answer"),
    [
        (HORIZON, "three-countries", ["SE", "FI", "NO"], MET),
        (HORIZON, "three-countries", ["SE", "FI", "GB", "TR"], MET),
        (HORIZON, "three-countries", ["SE", "SE", "FI"], NOT_MET),
        (HORIZON, "three-countries", ["SE", "FI", "US"], NOT_MET),
        (HORIZON, "three-countries", ["SE", "FI", "CH"], UNKNOWN),
        (HORIZON, "three-countries", ["SE", "FI", "EG"], UNKNOWN),
        (HORIZON, "three-countries", ["SE", "FI", None], UNKNOWN),
        (HORIZON, "three-countries", ["SE", None, None], UNKNOWN),
        (HORIZON, "three-countries", ["SE", "CH", "CH"], NOT_MET),
        (HORIZON, "one-member-state", ["NO", "GB", "SE"], MET),
        (HORIZON, "one-member-state", ["NO", "GB", "IS"], NOT_MET),
        (HORIZON, "one-member-state", ["NO", "GB", None], UNKNOWN),
        (HORIZON, "independent", ["SE", "FI"], NOT_MET),
        (HORIZON, "independent", ["SE", "FI", "NO"], UNKNOWN),
        (WIDENING, "widening-lead", ["PT", "SE", "FI"], MET),
        (WIDENING, "widening-lead", ["SE", "PT", "FI"], NOT_MET),
        (WIDENING, "widening-lead", ["MA", "SE", "FI"], MET),
        (WIDENING, "widening-lead", [None, "SE", "FI"], UNKNOWN),
        (WIDENING, "three-countries", ["PT", "SE", "FI"], MET),
        (WIDENING, "three-countries", ["PT", "SE", "SE"], NOT_MET),
        (WIDENING, "three-countries", ["PT", "SE", "MA"], UNKNOWN),
        (WIDENING, "leading-institutions", ["PT", "SE", "FI"], UNKNOWN),
        (INTERREG, "three-countries", ["SE", "NO", "CH"], MET),
        (INTERREG, "three-countries", ["SE", "NO", "GB"], NOT_MET),
        (INTERREG, "three-countries", ["SE", "NO", None], UNKNOWN),
        (INTERREG, "two-from-the-union", ["SE", "FI", "NO"], MET),
        (INTERREG, "two-from-the-union", ["SE", "SE", "NO"], MET),
        (INTERREG, "two-from-the-union", ["SE", "NO", "CH"], NOT_MET),
        (INTERREG, "two-from-the-union", ["SE", "NO", None], UNKNOWN),
        (INTERREG, "lead-country", ["NO", "SE", "FI"], MET),
        (INTERREG, "lead-country", ["CH", "SE", "FI"], NOT_MET),
        (INTERREG, "lead-country", [None, "SE", "FI"], UNKNOWN),
        (INTERREG, "public-lead", ["SE government", "FI", "NO"], MET),
        (INTERREG, "public-lead", ["SE company", "FI", "NO"], NOT_MET),
        (INTERREG, "public-lead", ["SE cluster", "FI", "NO"], UNKNOWN),
        (INTERREG, "public-or-non-profit", ["SE government", "FI government"], MET),
        (INTERREG, "public-or-non-profit", ["SE government", "FI company"], NOT_MET),
        (INTERREG, "public-or-non-profit", ["SE government", "FI cluster"], UNKNOWN),
        (INTERREG, "in-the-area", ["SE", "UA", "CH"], MET),
        (INTERREG, "in-the-area", ["SE", "GB"], NOT_MET),
        (INTERREG, "in-the-area", ["SE", None], UNKNOWN),
        (INTERREG, "five-to-sixteen", ["SE"] * 5, MET),
        (INTERREG, "five-to-sixteen", ["SE"] * 16, MET),
        (INTERREG, "five-to-sixteen", ["SE"] * 4, NOT_MET),
        (INTERREG, "five-to-sixteen", ["SE"] * 17, NOT_MET),
        (EUROCLUSTERS, "different-states", ["SE", "FI"], MET),
        (EUROCLUSTERS, "different-states", ["SE", "SE"], NOT_MET),
        (EUROCLUSTERS, "different-states", ["SE", "NO"], UNKNOWN),
        (EUROCLUSTERS, "different-states", ["SE", None], UNKNOWN),
        (EUROCLUSTERS, "eligible-states", ["SE", "FI"], MET),
        (EUROCLUSTERS, "eligible-states", ["SE", "US"], NOT_MET),
        (EUROCLUSTERS, "eligible-states", ["SE", "NO"], UNKNOWN),
        (EUROCLUSTERS, "minimum", ["SE", "FI", "DE", "FR", "IT"], UNKNOWN),
    ],
)
def test_each_rule_is_met_not_met_or_unknown(
    programme_id: str, rule_id: str, members: Sequence[str | None], answer: Answer
) -> None:
    verdict = next(
        verdict for verdict in check(named(programme_id), team(*members), TODAY).verdicts if verdict.rule.id == rule_id
    )
    assert verdict.answer is answer
    assert set(verdict.because) == {"en", "sv"}
    assert all(verdict.because.values())


def test_every_rule_stands_in_the_table_above() -> None:
    table = test_each_rule_is_met_not_met_or_unknown.pytestmark[0].args[1]  # type: ignore[attr-defined]
    tried = {(programme_id, rule_id) for programme_id, rule_id, *_ in table}
    assert tried == {(one.id, rule.id) for one in programmes().values() for rule in one.rules}
    kinds = {rule.kind for one in programmes().values() for rule in one.rules}
    assert kinds == set(RuleKind)


ANSWERS = {
    RuleKind.INDEPENDENT: {NOT_MET, UNKNOWN},  # who controls whom is never on record
    RuleKind.SIZE: {MET, NOT_MET},  # a team can be counted
    RuleKind.TO_CONFIRM: {UNKNOWN},
}
"""Rules that cannot have every answer."""


@pytest.mark.parametrize("programme_id", sorted(programmes()))
def test_the_table_tries_every_answer_that_a_rule_can_have_unknown_too(programme_id: str) -> None:
    table = test_each_rule_is_met_not_met_or_unknown.pytestmark[0].args[1]  # type: ignore[attr-defined]
    for rule in named(programme_id).rules:
        tried = {answer for one, rule_id, _, answer in table if (one, rule_id) == (programme_id, rule.id)}
        # That the leading institutions come from elsewhere is a rule that only the call can answer.
        assert tried == ANSWERS.get(rule.kind, set(Answer)), rule.id


@pytest.mark.parametrize(
    ("members", "answer"),
    [
        (["SE government", "FI government", "NO government", "DE government", "FR government"], MET),
        (["SE government", "FI government", "NO government"], MET),
        (["SE cluster", "FI cluster", "NO cluster"], UNKNOWN),
        (["SE company", "FI cluster", "NO cluster"], NOT_MET),
    ],
)
def test_one_required_rule_that_is_not_met_decides_then_one_that_is_unknown_and_advice_never(
    members: Sequence[str], answer: Answer
) -> None:
    assert check(named(INTERREG), team(*members), TODAY).answer is answer


def test_more_than_a_rule_asks_for_is_not_told_as_a_part_of_it() -> None:
    found = check(named(HORIZON), team("SE", "FI", "NO"), TODAY)
    because = next(verdict.because for verdict in found.verdicts if verdict.rule.id == "one-member-state")
    assert because["en"].startswith("2 organisations, at least 1 needed (")
    assert because["sv"].startswith("2 organisationer, minst 1 behövs (")


def test_up_to_six_countries_are_named_the_leads_first_then_in_the_readers_alphabet() -> None:
    [rule] = [one for one in named(HORIZON).rules if one.kind is RuleKind.DIFFERENT_COUNTRIES]

    def told(language: str, *countries: str) -> str:
        return judge(rule, team(*countries)).because[language].rpartition(": ")[2]

    assert told("en", "SE", "BE", "ES", "DE", "AT") == "Sweden, Austria, Belgium, Germany and Spain"
    assert told("sv", "SE", "BE", "ES", "DE", "AT") == "Sverige, Belgien, Spanien, Tyskland och Österrike"
    seven = told("en", "SE", "BE", "ES", "DE", "AT", "NL", "FI")
    assert seven == "Sweden, Austria, Belgium, Finland, Germany, Netherlands and 1 more"


def fixes(found: Check, rule_id: str) -> list[tuple[str, str]]:
    verdict = next(verdict for verdict in found.verdicts if verdict.rule.id == rule_id)
    return [(fix.how, fix.member.name) for fix in verdict.fixes]


def test_who_would_mend_a_rule_is_named_the_fittest_first() -> None:
    candidates = [
        Member(number, name, country, "cluster")
        for number, name, country in ((10, "Same country", "FI"), (11, "Elsewhere", "US"), (12, "Best", "NO"), (13, "Next", "DE"))
    ]
    found = check(named(HORIZON), team("SE", "FI"), TODAY, candidates)
    assert fixes(found, "three-countries") == [("add", "Best"), ("add", "Next")]
    assert fixes(found, "independent")[0] == ("add", "Same country")
    assert fixes(found, "one-member-state") == []


def test_a_member_that_could_lead_is_named_before_anybody_from_outside() -> None:
    outside = [Member(10, "Outside", "PT", "cluster")]
    assert fixes(check(named(WIDENING), team("SE", "FI", "PT"), TODAY, outside), "widening-lead") == [("lead", "Cluster 3")]
    assert fixes(check(named(WIDENING), team("SE", "FI", "DE"), TODAY, outside), "widening-lead") == [("add", "Outside")]


def test_who_stands_outside_is_to_be_replaced() -> None:
    assert fixes(check(named(EUROCLUSTERS), team("SE", "US"), TODAY), "eligible-states") == [("replace", "Cluster 2")]


def test_for_whom_it_is_not_known_that_they_may_take_part_is_said_where_no_rule_asks_it_of_each() -> None:
    members = team("SE", "FI", "DE", None, "US")
    stranger, american = members[3], members[4]
    found = check(named(HORIZON), members, TODAY)
    assert (found.doubtful, found.outside) == ((stranger,), (american,))
    for one in (EUROCLUSTERS, INTERREG):
        found = check(named(one), members, TODAY)
        assert (found.doubtful, found.outside, found.answer) == ((), (), Answer.NOT_MET)


def test_a_shared_web_address_is_told_where_independence_is_asked_for() -> None:
    found = check(named(HORIZON), team("SE cluster a.org", "FI cluster b.org", "NO cluster b.org"), TODAY)
    because = next(verdict.because for verdict in found.verdicts if verdict.rule.id == "independent")
    assert "Cluster 2 (Finland) and Cluster 3 (Norway) share a web address" in because["en"]
    assert "Cluster 2 (Finland) och Cluster 3 (Norge) delar webbadress" in because["sv"]


def test_what_was_confirmed_once_is_told_where_no_record_answers_and_nowhere_else() -> None:
    then = Lapsed(1, "Ada", datetime(2026, 11, 28, 9, tzinfo=UTC), joined=(2,))
    for members, told in (("SE FI NO", then), ("SE FI", None)):  # two are certainly too few, whoever is independent
        found = confirmed(check(named(HORIZON), team(*members.split()), TODAY), {}, {"independent": then})
        assert [one.lapsed for one in found.verdicts if one.rule.id == "independent"] == [told]


def test_who_is_named_twice_counts_once_and_nobody_is_no_team() -> None:
    se, fi = team("SE", "FI")
    assert len(check(named(HORIZON), [se, fi, se], TODAY).members) == 2
    with pytest.raises(ValueError, match="wanted at least one organisation"):
        check(named(HORIZON), [], TODAY)


_members = st.builds(
    Member,
    st.integers(1, 9),
    st.just("Cluster"),
    st.sampled_from(["SE", "FI", "PT", "NO", "CH", "US", "MA", None]),
    st.sampled_from(["cluster", "government", "company", None]),
)


@given(st.lists(_members, min_size=1, max_size=6), _members)
def test_what_is_wanting_is_none_where_a_rule_is_met_and_never_grows_by_one_more(members: list[Member], more: Member) -> None:
    for one in programmes().values():
        for rule in one.rules:
            if judge(rule, members).answer is Answer.MET and rule.kind is not RuleKind.SIZE:
                assert shortfall(rule, members) == 0
            assert shortfall(rule, [*members, more]) <= shortfall(rule, members)


@given(st.lists(_members, min_size=1, max_size=6))
def test_unknown_facts_when_they_become_known_never_turn_met_into_not_met_or_back(members: list[Member]) -> None:
    """An unknown country is settled as one inside and one outside: what was certain before stays."""
    for one in programmes().values():
        for rule in one.rules:
            before = judge(rule, members).answer
            for settled in ("SE", "US"):
                known = [Member(m.id, m.name, m.country or settled, m.type) for m in members]
                after = judge(rule, known).answer
                assert before is UNKNOWN or after is before, (rule.id, settled)


def test_every_programme_is_dated_has_sources_and_says_how_far_to_trust_it() -> None:
    assert {HORIZON, WIDENING, INTERREG, EUROCLUSTERS} <= set(programmes())
    for one in programmes().values():
        assert one.valid_from < one.checked_on <= date(2026, 11, 30)
        assert one.is_valid(TODAY)
        assert not one.is_valid(date(2020, 12, 31))
        assert not one.is_valid(date(2028, 1, 1))
        assert one.source
        for rule in one.rules:
            assert rule.source
            assert rule.types | rule.other_types <= set(OrganisationType)


def test_only_countries_that_are_certainly_outside_are_closed_out() -> None:
    assert named(EUROCLUSTERS).closed_to(["SE", "NO", "US", "GB"]) == {"US", "GB"}


def test_a_programme_is_found_by_the_beginning_of_its_name_if_only_one_begins_so() -> None:
    assert named("Interreg").id == INTERREG
    assert named("Horizon Europe RIA").id == HORIZON
    for unclear in ("horizon", "erasmus", ""):
        with pytest.raises(UnknownProgramme, match="wanted --programme with one of euroclusters, horizon-europe-ria-ia"):
            named(unclear)


GOOD: dict[str, Any] = {
    "valid_from": date(2021, 1, 1), "checked_on": date(2026, 11, 29), "source": "https://example.org/", "status": "seen",
    "participants": "all", "name": {"en": "A", "sv": "B"}, "short_name": {"en": "A", "sv": "B"}, "note": {"en": "A", "sv": "B"},
    "groups": {"all": {"name": {"en": "A", "sv": "B"}, "countries": ["SE"], "status": "seen", "source": "https://example.org/"}},
    "rules": [
        {"id": "r", "kind": "some from", "least": 1, "group": "all", "text": {"en": "A", "sv": "B"}, "status": "seen",
         "source": "x"},
    ],
}  # fmt: skip


def broken(path: Sequence[str | int], value: Any) -> dict[str, Any]:
    stored = deepcopy(GOOD)
    place: Any = stored
    for step in path[:-1]:
        place = place[step]
    if value is None:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return stored


@pytest.mark.parametrize(
    ("path", "value", "wanted"),
    [
        (["checked_on"], None, "wanted the key 'checked_on'"),
        (["status"], "rumoured", "rumoured"),
        (["checked_on"], "2026-11-29", "wanted a day"),
        (["name"], {"en": "A"}, "wanted a text in each of en, sv"),
        (["source"], "", "wanted a text"),
        (["participants"], "some", "wanted the key 'some'"),
        (["groups", "all", "countries"], ["Sweden"], "wanted ISO 3166-1 codes"),
        (["groups", "all", "countries"], ["SE", "SE"], "wanted each country once"),
        (["groups", "all", "unconfirmed"], ["SE"], "also as unconfirmed"),
        (["groups", "all", "colour"], "red", "found colour"),
        (["rules", 0, "kind"], "most from", "most from"),
        (["rules", 0, "least"], None, "wanted least"),
        (["rules", 0, "group"], None, "wanted a group"),
        (["rules", 0, "leest"], 2, "found leest"),
        (["rules"], [GOOD["rules"][0], GOOD["rules"][0]], "wanted a different id"),
    ],
)
def test_a_file_that_cannot_be_right_is_refused_by_name(path: Sequence[str | int], value: Any, wanted: str) -> None:
    assert programme(GOOD, "mine").id == "mine"
    with pytest.raises(ValueError, match=f"programme mine: .*{wanted}"):
        programme(broken(path, value), "mine")


def test_every_short_name_is_short_and_no_other_programmes() -> None:
    for language in ("en", "sv"):
        names = [one.short_name[language] for one in programmes().values()]
        assert len(set(names)) == len(names)
        assert max(map(len, names)) <= 26


def test_no_rule_rests_on_a_page_that_sells_or_on_one_that_names_no_address() -> None:
    for one in programmes().values():
        for source in (
            one.source,
            *(rule.source for rule in one.rules),
            *(rule.group.source for rule in one.rules if rule.group),
        ):
            assert source.startswith("https://"), (one.id, source)
            assert "innovationisrael.org.il" not in source
            assert "grantalist.com" not in source
