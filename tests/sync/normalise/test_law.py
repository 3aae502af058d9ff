"""What holds for every page, however odd: nothing raises, nothing is lost, no person's address is kept."""

from __future__ import annotations

from datetime import date

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from connectors.contract import ParsedProfile
from connectors.network import Correction, Network, NetworkFacts, Phrasebook
from support.examples import examples
from sync.normalise import Normalised, merge_eras, normalise
from sync.normalise.profile import PRINTED_FIELDS
from sync.normalise.texts import PRINTED_LENGTH, tidy
from warehouse.profile import ClusterProfile

TODAY = date(2026, 11, 23)
NETWORK = Network(
    facts=NetworkFacts(
        name="eccp",
        title="ECCP",
        home="https://example.org",
        hosts=("example.org",),
        licence="facts",
        organisation_type="cluster",
    ),
    phrasebook=Phrasebook(labels={}, values={"ecosystems": {"Health care": "Health"}}),
    corrections=(
        Correction(source_key="k", field="country", printed="Swedn", value="Sweden", because="a slip", on=date(2026, 1, 2)),
    ),
)
REAL = [
    "Paper Province", "Bulgaria: South-Central (Bulgaria)", "Nord-Est", "Norra Mellansverige", "Sweden", "Swedn",
    "Atlantis", "2.780", "about 40", "1-5", "50+", "13 September 2011", "31 February 2011", "2099", "Gold Label",
    "Digital", "Health care", "English, Svenska", "wood, paper (pulp, board); wood", "wwwcompare.se", ";", "and", ",",
    "https://www.compare.se/", "javascript:alert(1)", "+46 54 24 04 60", "info@example.org", "SE-656 37 Karlstad", "59,38",
    "100% completed", "C17.12", "cluster", "-", "n/a", "\u202eabc", "\x00", " \u00a0 ",
]  # fmt: skip
FIELDS = [*sorted(PRINTED_FIELDS), "description.sv", "not a field"]
WORDS = st.one_of(st.sampled_from(REAL), st.text(), st.text(st.characters(codec=None), max_size=20))
PAGES = st.dictionaries(st.sampled_from(FIELDS), st.lists(WORDS, max_size=3).map(tuple), max_size=8)
UNSTORED = ("description", "email")  # extracts and role mailboxes only


def normalised(printed: dict[str, tuple[str, ...]], era: str = "") -> Normalised:
    return normalise(ParsedProfile("k", "https://example.org/k", printed, "0" * 64, era), NETWORK, today=TODAY)


@settings(max_examples=examples(300), suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(PAGES)
@example({"keywords": (";",)})
def test_every_printed_word_ends_in_a_value_or_in_a_finding_and_a_claim_without_one(printed: dict[str, tuple[str, ...]]) -> None:
    result = normalised({"name": ("Paper Province",)} | printed)
    found = {finding.printed for finding in result.findings}
    if result.profile is None:
        assert "no usable name" in {finding.kind for finding in result.findings}
        return
    for field, words in printed.items():
        for word in {tidy(word).value or "" for word in words}:
            if not word or "@" in word or len(word) > PRINTED_LENGTH or field.startswith(UNSTORED):
                continue
            claims = [claim for claim in result.claims if word in claim.printed]
            assert claims or (field not in PRINTED_FIELDS and word in found), (field, word)
            assert word in found or any(claim.value is not None for claim in claims), (field, word)


@settings(max_examples=examples(200), suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(PAGES)
def test_a_profile_survives_the_way_through_json(printed: dict[str, tuple[str, ...]]) -> None:
    profile = normalised({"name": ("Paper Province",)} | printed).profile
    if profile is not None:
        assert ClusterProfile.model_validate_json(profile.model_dump_json()) == profile


@settings(max_examples=examples(100), suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(PAGES, PAGES)
def test_any_two_pages_of_a_record_can_be_put_together(
    one: dict[str, tuple[str, ...]], other: dict[str, tuple[str, ...]]
) -> None:
    pages = [("", normalised({"name": ("Paper Province",)} | printed)) for printed in (one, other)]
    if any(page.profile for _, page in pages):
        record = merge_eras(NETWORK, pages)
        assert len({(claim.era, claim.field) for claim in record.claims}) == len(record.claims)


@settings(max_examples=examples(100), suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.sampled_from(FIELDS), st.sampled_from(["{}", "Ask {} now", "({})", "mailto:{}", "{},{}"]))
def test_a_persons_mail_address_is_kept_under_no_field(field: str, around: str) -> None:
    address = "elsa.provsson@example.org"
    result = normalised({"name": ("Paper Province",)} | {field: (around.format(address, address),)})
    assert "provsson" not in repr(result)


@settings(max_examples=examples(100), deadline=None)
@given(PAGES)
def test_normalising_the_same_page_twice_gives_the_same(printed: dict[str, tuple[str, ...]]) -> None:
    assert normalised(printed) == normalised(printed)
