"""Swedish and English throughout: every text in both, none in the templates, and the language in the address and remembered."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.resources import files
from zoneinfo import ZoneInfo

import httpx
import pytest
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from matching.partners.programmes import Status as Trust
from matching.partners.recipe import Mode
from matching.sameness.verdicts import Outcome
from matching.search.search import Hit
from portal import evidence
from portal.options import LANGUAGES
from portal.pages import cluster, display, sources, take_away, team
from portal.pages.eligible import KEYS, MARKS
from portal.pages.naming import Naming
from portal.preferences import THEMES
from portal.rendering import templates
from portal.tongue import Tongue, best, catalogue
from support.staff import shown
from sync.cli.page_lists import DESCRIPTIONS
from sync.normalise.profile import PRINTED_FIELDS
from warehouse import rows, vocabulary
from warehouse.changes import Kind
from warehouse.facets import FACETS, SIZES, Imprint
from warehouse.merge_fields import value_fields
from warehouse.removals import Wish
from warehouse.shortlist_shapes import Status

pytestmark = pytest.mark.xdist_group("portal")

TEMPLATES = sorted(item.name for item in files("portal").joinpath("templates").iterdir())
FOR_OPERATORS = {"refused.edition_missing.text", "refused.edition_damaged.text", "refused.desk_unusable.text"}
STOCKHOLM = ZoneInfo("Europe/Stockholm")
PLACES = re.compile(r"%\((\w+)\)s")
MADE = {
    "facet.": FACETS,
    "field.": (*value_fields(), "region"),
    "group.": tuple(cluster.GROUPS),
    "precision.": tuple(vocabulary.FoundedPrecision),
    "size.": SIZES,
    "language.": LANGUAGES,
    "nav.": ("clusters", "map", "changes", "searches", "duplicates", "shortlists", "programmes"),
    "compare.": (
        "partners",
        "programmes",
        "programmes_likely",
        "no_programme",
        "back",
        "back_list",
        *(f"mark.{one}" for one in ("same", "differs", "partly", "unknown")),
    ),
    "display.theme.": ("device", *THEMES),
    "keys.": display.SHORTCUTS,
    "network.": (*sources.KNOWN_NETWORKS, *(f"terms.{network}" for network in sources.KNOWN_NETWORKS)),
    "sources.": (
        *("networks", "programmes", "vocabularies", "dictionary"),
        *(f"status.{one}" for one in ("seen", "inferred", "recalled", "ours")),
        *(f"vocabulary.{name}" for name in vocabulary.SCHEMES.values()),
    ),
    "gaps.key.": ("gap", "partner", "nobody"),
    "mode.": (*Mode, *(f"{mode}.help" for mode in Mode)),
    "status.": tuple(Status),
    "trust.": tuple(Trust),
    "programme.checked.": (Trust.RECALLED, Trust.INFERRED),
    "answer.": tuple(KEYS.values()),
    "eligible.": (*MARKS, *(f"because.{key}" for key in KEYS.values())),
    "kind.": tuple(Kind),
    "change.": tuple(Kind),
    "team.": team.APART,
    "fit.": team.APART,
    "fit.mode.": tuple(Mode),
    "evidence.": tuple(evidence.KEYS.values()),
    "wish.": tuple(Wish),
    "remove.": ("no_name", "no_role", "wait"),
    "use.": ("persons", "set_aside", "unread"),
    "members.": ("no_file", "too_large", "unreadable", "part"),
    "printed.": tuple(
        name for name in (*sorted(PRINTED_FIELDS), *DESCRIPTIONS, "source_key", "url") if name not in value_fields()
    ),
    "verdict.": ("same", "different"),
    "outcome.": (*rows.Outcome, "never"),
    "came_of.": tuple(one.name.lower() for one in Outcome),
    "duplicates.": ("same", "different", "apart_by_machine"),
    "said.": ("judged_same", "judged_different"),
    "withdraw.": ("same", "different"),
    "judged.": (
        "leaves",
        "takes",
        "contradicted",
        "joined",
        "already",
        "refused_already",
        "refused",
        "done",
        "undone",
        "undone_already",
    ),
    "fix.": ("add", "lead", "replace"),
    "column.": (*take_away.COLUMNS, *take_away.PRINTED, "home", "partner", "useful", "because", "by", "at"),
}
"""Keys that are put together: their beginnings, and all that may follow."""


def test_both_languages_have_the_same_texts_with_the_same_places_and_none_is_empty() -> None:
    english, swedish = catalogue("en"), catalogue("sv")
    assert english.keys() == swedish.keys()
    for key, forms in english.items():
        assert len(forms) == len(swedish[key])
        assert all(text.strip() for text in (*forms, *swedish[key])), key
        places = [set(PLACES.findall(text)) for text in (*forms, *swedish[key])]
        assert all(one == places[0] for one in places), key


def test_the_day_of_a_moment_is_that_of_the_clocks_where_its_readers_are() -> None:
    tongue, late = Tongue("en", STOCKHOLM), datetime(2026, 11, 29, 23, 30, tzinfo=UTC)
    assert (tongue.day(late), tongue.moment(late)) == ("30 Nov 2026", "30 Nov 2026, 00:30")
    assert tongue.day(late.date()) == "29 Nov 2026"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_that_is_put_together_has_a_text(language: str) -> None:
    known = catalogue(language)
    missing = [f"{start}{word}" for start, words in MADE.items() for word in words if f"{start}{word}" not in known]
    assert not missing


def test_every_text_that_a_page_asks_for_is_there_and_every_text_is_asked_for() -> None:
    sources = "".join(
        item.read_text(encoding="utf-8")
        for folder in ("templates", "pages", ".")
        for item in files("portal").joinpath(folder).iterdir()
        if item.name.endswith((".html", ".py"))
    )
    said = set(re.findall(r"""(?:\bt|tongue|self|filled)\(\s*f?["']([a-z_]+(?:\.[a-z_0-9]+)*)["']""", sources))
    known = catalogue("en").keys()
    assert not said - known
    said |= set(re.findall(r'"(said\.[a-z_]+)"', sources))
    said |= {
        f"column.{name}"
        for listed in re.findall(r"column\.\{name\}.*?for name in \((.*?)\)", sources, re.DOTALL)
        for name in re.findall(r'"(\w+)"', listed)
    }
    made = {f"{start}{word}" for start, words in MADE.items() for word in words}
    refusals = {f"refused.{why}.{part}" for why in re.findall(r'"([a-z_]+)"', sources) for part in ("title", "text")}
    unused = {key for key in known - said - made - refusals if not key.startswith("because.")}
    assert not unused


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_template_holds_a_text_of_its_own(name: str) -> None:
    source, _, _ = templates("en").loader.get_source(templates("en"), name)  # type: ignore[union-attr]
    source = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", " ", source, flags=re.DOTALL)
    spoken = re.findall(r'(?:aria-label|title|alt|placeholder)="([^"]*)"', source)
    source = re.sub(r"<[^>]*>", " ", source)
    assert not re.findall(r"\w+", f"{source} {' '.join(spoken)}")


def test_the_language_is_in_the_address_and_a_switch_keeps_the_page(visitor: httpx.Client) -> None:
    page = visitor.get("/en/clusters?q=hydrogen&country=SE").text
    assert '<html lang="en">' in page
    assert 'href="/sv/clusters?q=hydrogen&amp;country=SE" lang="sv"' in page


def test_without_a_language_the_remembered_one_counts_then_the_asked_one_then_the_first(site: str) -> None:
    def led(**headers: str) -> str:
        return httpx.get(f"{site}/", headers=headers).headers["location"]

    assert led(**{"accept-language": "de"}) == "/sv/clusters"
    assert led(**{"accept-language": "de,en;q=0.4"}) == "/en/clusters"
    assert led(**{"accept-language": "en", "cookie": "language=sv"}) == "/sv/clusters"
    assert led(**{"accept-language": "en", "cookie": "language=../evil"}) == "/en/clusters"
    assert httpx.get(f"{site}/clusters?q=a", headers={"accept-language": "en"}).headers["location"] == "/en/clusters?q=a"


def test_a_visit_remembers_its_language(site: str) -> None:
    with httpx.Client(base_url=site, headers={"accept-language": "sv"}) as client:
        cookie = client.get("/en/clusters").headers["set-cookie"]
        assert "language=en" in cookie
        assert {"HttpOnly", "SameSite=lax"} <= {part.strip() for part in cookie.split(";")}
        assert client.get("/").headers["location"] == "/en/clusters"
        assert "set-cookie" not in client.get("/en/clusters").headers


@given(st.text(max_size=60))
def test_any_accept_language_leads_to_a_language_that_there_is(accepted: str) -> None:
    assert best(accepted, ("sv", "en")) in ("sv", "en")
    assert best(accepted, ("en",)) == "en"


FIELDS = {"ecosystems": "ecosystem", "sectors": "sector", "technologies": "technology", "organisation_type": "organisation_type"}


def test_a_swedish_page_calls_things_by_their_swedish_names_only(visitor: httpx.Client, number_of: Callable[[str], int]) -> None:
    number = number_of("Northwood Alliance")
    values = visitor.get(f"/sv/clusters/{number}.json").json()["values"]
    wanted = {
        word: vocabulary.label(scheme, word, "sv")
        for field, scheme in FIELDS.items()
        for word in (values[field]["value"] if isinstance(values[field]["value"], list) else [values[field]["value"]])
        if vocabulary.has_label(scheme, word)
    }
    assert wanted.keys() >= {"Energy-renewables", "Forestry", "Biorefinery", "cluster"}
    for path in (f"/sv/clusters/{number}", "/sv/clusters?q=norrskogsalliansen"):
        # What a page printed, and what a search met, stand in the words of whoever wrote them.
        page = re.sub(
            r'<q>.*?</q>|<blockquote.*?</blockquote>|value="[^"]*"|href="[^"]*"', "", visitor.get(path).text, flags=re.DOTALL
        )
        for word, name in wanted.items():
            assert f">{name}<" in page or f"{name}</bdi>" in page, (path, name)
            assert word == name or f">{word}<" not in page, (path, word)
    reasons = shown(visitor.get(f"/sv/clusters/{number}/partners").text)
    assert "förnybar energi" in reasons
    assert not [word for word in ("Energy-renewables", "Forestry", "Biorefinery") if word in reasons]


def test_an_activity_is_named_behind_its_code() -> None:
    swedish = Tongue("sv", ZoneInfo("UTC"))
    assert cluster._activity(swedish, "17.12") == "17.12 Pappers- och pappersvarutillverkning"
    assert cluster._activity(swedish, "C") == "C Tillverkning"
    assert cluster._activity(swedish, "04") == "04"


def test_numbers_days_and_countries_are_written_as_the_language_writes_them() -> None:
    english, swedish = (Tongue(code, STOCKHOLM) for code in ("en", "sv"))
    assert (english.number(12345), swedish.number(12345)) == ("12,345", "12\N{NO-BREAK SPACE}345")
    assert (english.day("2026-11-29"), swedish.day("2026-11-29")) == ("29 Nov 2026", "29 nov. 2026")
    assert (english.day("1999"), english.day("1999-05")) == ("1999", "1999-05")
    assert (english.country("DE"), swedish.country("DE"), swedish.country(None)) == ("Germany", "Tyskland", "Okänt land")
    assert (english.signed(1.25), swedish.signed(-0.5)) == ("+1.2", "−0,5")
    assert str(swedish("search.count", count=1)) == "1 klusterorganisation"
    assert str(english("search.count", count=1234)) == "1,234 cluster organisations"


@pytest.mark.parametrize(
    ("matched", "told"),
    [
        ("sectors: Paper and Packaging (förpackningar)", "Branscher: Papper och förpackningar"),
        ("sectors: Paper and Packaging (Packaging)", "Branscher: Papper och förpackningar (Packaging)"),
        ("technologies: Hydrogen (h2)", "Tekniker: Vätgas (h2)"),
    ],
)
def test_what_was_typed_is_not_told_again_behind_a_name_that_holds_it(matched: str, told: str) -> None:
    hit = Hit(1, "Amber Cluster", "SE", 1.0, (), (matched,))
    naming = Naming(Tongue("sv", STOCKHOLM), Imprint(1, datetime.now(UTC), 1, {}, {}))
    assert [shown(why) for why in naming.why(hit)] == [told]


@pytest.mark.parametrize("language", LANGUAGES)
def test_commands_are_told_only_where_whoever_runs_the_page_has_to_do_something(language: str) -> None:
    telling = {key for key, forms in catalogue(language).items() if any(re.search("[“”]clusterbridge ", form) for form in forms)}
    assert telling == FOR_OPERATORS


def test_a_text_without_values_is_put_into_a_template_once_for_its_language() -> None:
    asked: list[str] = []

    def t(key: str, **values: object) -> str:
        asked.append(key)
        return f"{key} {values}"

    source = '{{ t("display.title") }}, {{ t("no.such.text") }}, {{ t("search.count", count=2) }}, {{ t("nav." ~ part) }}'
    said = [templates(code).from_string(source).render(t=t, part="map") for code in ("en", "sv")]
    assert asked == ["no.such.text", "search.count", "nav.map"] * 2
    assert said[0].startswith(f"{Tongue('en', STOCKHOLM)('display.title')}, no.such.text")
    assert said[1].startswith(f"{Tongue('sv', STOCKHOLM)('display.title')}, no.such.text")


@pytest.mark.parametrize("value", [0.04, -0.04, 0.05, 0.35, -0.35, 12.25, 1234.56, -1234.56])
@pytest.mark.parametrize("code", ["en", "sv"])
def test_tenths_are_rounded_as_babel_rounds(code: str, value: float) -> None:
    tongue = Tongue(code, STOCKHOLM)
    assert tongue.signed(value) == format_decimal(value, format="+0.0;−0.0", locale=tongue.locale)
    assert tongue.points(value) == format_decimal(value, format="0.0", locale=tongue.locale)
