"""``clusterbridge import`` of saved pages as operators run it: folders, archives, single files; beside a nightly run."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest

from connectors import registry
from demo.invented import contact_words
from demo.pages import Site
from demo.server import serve
from demo.site import build
from support.commands import Ended, Run, called
from support.saved_site import HOME, NETWORK, all_members, checked, few, kinds, live, mirrored, missing, permit, save, stored
from support.saving import Archive, listing, mhtml, page, saved_from, zipped
from sync.cli import output
from warehouse.state import State

pytestmark = pytest.mark.xdist_group("import")

MEMBERS = ("alfa", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "my")


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Runs ``clusterbridge`` in a folder of its own; wide enough that no cell is folded."""
    monkeypatch.setattr(output.results, "width", 250)
    config = tmp_path / "config.toml"
    config.touch()

    def run(*words: str | Path) -> Ended:
        return called(capsys, "--config", str(config), *words)

    return run


@pytest.fixture(scope="module")
def site() -> Site:
    return build(NETWORK)


@pytest.mark.thorough
def test_a_mirror_of_a_site_is_the_site_as_a_run_reads_it_and_leaves_its_persons_behind(
    run: Run, tmp_path: Path, site: Site
) -> None:
    pages = mirrored(site)
    folder = save(tmp_path / "mirror", pages)
    ended = run("import", NETWORK, folder, "--json")
    assert (ended.code, ended.json["outcome"], ended.json["is_whole"]) == (0, "complete", True)
    assert [aside["why"].split(":")[0] for aside in ended.json["set_aside"]] == [
        "a page at an address where the network has no list and no profile, and to which no saved list leads"
    ]
    imported = stored(tmp_path)
    (replayed,) = run("replay", "--json").json
    assert (replayed["differences"], replayed["no_longer_read"]) == ([], [])
    people = {word for word in contact_words() if any(word in html.casefold() for html in pages.values())}
    assert len(people) > 20
    for path in [path for path in (tmp_path / "var").rglob("*") if path.is_file()]:
        body = path.read_bytes()
        text = (gzip.decompress(body) if path.suffix == ".gz" else body).decode("utf-8", "replace").casefold()
        assert [word for word in people if word in text] == [], path
    (tmp_path / "var").rename(tmp_path / "imported")
    with serve([site]) as bases:
        permit(tmp_path / "config.toml", NETWORK, bases[NETWORK])
        assert run("sync", NETWORK).code == 0
    assert imported == stored(tmp_path)
    assert len(imported) > 80


@pytest.mark.thorough
def test_the_same_files_a_second_time_change_nothing_and_are_no_second_look(run: Run, tmp_path: Path) -> None:
    first = save(tmp_path / "first", all_members(*MEMBERS), datetime(2026, 11, 1, tzinfo=UTC))
    later = save(tmp_path / "later", all_members(*MEMBERS[1:]), datetime(2026, 11, 8, tzinfo=UTC))
    assert run("import", NETWORK, first, "--json").json["is_whole"]
    assert run("import", NETWORK, later, "--json").json["records_missing"] == 1
    assert missing(tmp_path) == {"alfa": 1}
    before = stored(tmp_path)
    for _ in range(2):
        again = run("import", NETWORK, later)
        assert "nothing changed since the last run" in again.out
        assert "no page is later than what was read before" in again.out
    assert stored(tmp_path) == before
    assert set(missing(tmp_path).values()) <= {1}
    old = run("import", NETWORK, first)
    assert "set aside 24, a copy that is older than what was last read at its address" in old.err
    assert "read as an addition" in old.out


@pytest.mark.thorough
def test_a_whole_network_that_lost_too_many_is_held(run: Run, tmp_path: Path) -> None:
    run("import", NETWORK, save(tmp_path / "first", all_members(*MEMBERS), datetime(2026, 11, 1, tzinfo=UTC)))
    before = stored(tmp_path)
    ended = run("import", NETWORK, save(tmp_path / "later", all_members(*MEMBERS[:10]), datetime(2026, 11, 8, tzinfo=UTC)))
    assert ended.code == 5
    assert "wanted at least 85% of the 12 profiles" in ended.err
    assert (stored(tmp_path), missing(tmp_path)) == (before, {})


@pytest.mark.thorough
def test_a_list_that_breaks_off_makes_an_addition_and_holds_what_is_said_to_be_complete(run: Run, tmp_path: Path) -> None:
    pages = all_members(*MEMBERS) | {f"{HOME}/members/": listing(*MEMBERS, following=f"{HOME}/members/page/2/")}
    folder = save(tmp_path / "pages", pages)
    held = run("import", NETWORK, folder, "--complete")
    assert held.code == 5
    assert f"found no saved page of {HOME}/members/page/2/" in held.err
    added = run("import", NETWORK, folder)
    assert added.code == 0
    assert f"an addition: there is no saved page of {HOME}/members/page/2/" in added.out


@pytest.mark.thorough
def test_a_saved_list_that_no_other_announces_may_list_the_same_again(run: Run, tmp_path: Path) -> None:
    pages = all_members(*MEMBERS) | {f"{HOME}/members/?page={number}": listing(*MEMBERS) for number in range(7, 12)}
    ended = run("import", NETWORK, save(tmp_path / "pages", pages), "--complete")
    assert (ended.code, "listing repeats" in ended.out) == (0, False)


@pytest.mark.thorough
def test_profiles_that_are_not_there_hold_what_is_said_to_be_complete_and_are_not_missing(run: Run, tmp_path: Path) -> None:
    run("import", NETWORK, save(tmp_path / "first", all_members(*MEMBERS), datetime(2026, 11, 1, tzinfo=UTC)))
    pages = {url: html for url, html in all_members(*MEMBERS).items() if "alfa" not in url and "beta" not in url}
    folder = save(tmp_path / "later", pages, datetime(2026, 11, 8, tzinfo=UTC))
    assert "out of reach, found 4 of 24" in run("import", NETWORK, folder, "--complete").err
    one_less = {url: html for url, html in all_members(*MEMBERS).items() if url != f"{HOME}/members/alfa/"}
    ended = run("import", NETWORK, save(tmp_path / "last", one_less, datetime(2026, 11, 9, tzinfo=UTC)), "--json")
    assert (ended.code, ended.json["is_whole"], missing(tmp_path)) == (0, True, {})
    assert f"{HOME}/members/alfa/" in kinds(tmp_path)


@pytest.mark.thorough
def test_without_any_list_nothing_can_be_complete(run: Run, tmp_path: Path) -> None:
    ended = run("import", NETWORK, save(tmp_path / "few", few("alfa")), "--complete")
    assert ended.code == 5
    assert "wanted a saved list that tells what the network has, found none; it begins at" in ended.err


# An addition


def test_a_few_pages_add_and_update_and_nothing_is_missing(run: Run, tmp_path: Path) -> None:
    run("import", NETWORK, save(tmp_path / "all", all_members(*MEMBERS), datetime(2026, 11, 1, tzinfo=UTC)))
    more = few("alfa", town="Kiruna") | few("omega")
    ended = run("import", NETWORK, save(tmp_path / "more", more), "--json").json
    assert (ended["outcome"], ended["is_whole"], ended["records_new"], ended["records_changed"]) == ("complete", False, 1, 1)
    known = stored(tmp_path)
    assert (known["alfa"]["city"], known["omega"]["city"], missing(tmp_path)) == ("Kiruna", "Lund", {})
    assert kinds(tmp_path)[f"{HOME}/members/alfa/"] == "saved profile"
    assert kinds(tmp_path)[f"{HOME}/sv/medlemmar/alfa/"] == "profile"
    (replayed,) = run("replay", "--json").json
    assert (replayed["differences"], replayed["no_longer_read"]) == ([], [])


@pytest.mark.thorough
def test_the_same_page_saved_later_checks_its_record_and_the_same_file_again_does_not(run: Run, tmp_path: Path) -> None:
    first = save(tmp_path / "first", few("alfa"), datetime(2026, 11, 1, tzinfo=UTC))
    later = save(tmp_path / "later", few("alfa"), datetime(2026, 11, 8, tzinfo=UTC))
    for folder, run_that_checked in ((first, 1), (first, 1), (later, 3), (later, 3)):
        assert run("import", NETWORK, folder).code == 0
        assert checked(tmp_path) == {"alfa": run_that_checked}


@pytest.mark.thorough
def test_the_pages_of_a_record_are_read_together_whoever_saw_them(run: Run, tmp_path: Path) -> None:
    swedish = {f"{HOME}/sv/medlemmar/alfa/": page("Alfa i Sverige", "Ystad", lang="sv")}
    run("import", NETWORK, save(tmp_path / "sv", swedish, datetime(2026, 11, 1, tzinfo=UTC)))
    assert stored(tmp_path)["alfa"]["name"] == "Alfa i Sverige"
    run("import", NETWORK, save(tmp_path / "en", few("alfa")))
    with State.open(tmp_path / "var" / "state.duckdb", read_only=True) as state:
        rows = state.con.execute("SELECT era, value FROM ledger.claims WHERE field = 'city' AND last_run IS NULL").fetchall()
    assert sorted(rows) == [("en", '"Lund"'), ("sv", '"Ystad"')]
    assert stored(tmp_path)["alfa"]["name"] == "Alfa"  # the English page counts


@pytest.mark.thorough
def test_a_member_list_and_saved_pages_stand_side_by_side(run: Run, tmp_path: Path) -> None:
    members = tmp_path / "members.csv"
    members.write_text("Namn;Ort\nAlfa;Ystad\nBeta;Malmö\n", encoding="utf-8")
    run("import", NETWORK, save(tmp_path / "few", few("alfa", "omega")))
    assert run("import", NETWORK, members, "--additional").code == 0
    assert {key: one["city"] for key, one in stored(tmp_path).items()} == {"alfa": "Ystad", "beta": "Malmö", "omega": "Lund"}
    assert run("import", NETWORK, save(tmp_path / "again", few("alfa", town="Kiruna"))).code == 0
    assert stored(tmp_path)["alfa"]["city"] == "Ystad"  # the list counts
    assert missing(tmp_path) == {}
    assert sorted(kinds(tmp_path).values()) == ["import", "saved profile", "saved profile"]


@pytest.mark.thorough
def test_a_nightly_run_reads_a_saved_page_anew_and_leaves_records_alone_that_only_saved_pages_name(
    run: Run, tmp_path: Path
) -> None:
    with live({url.removeprefix(HOME): html for url, html in all_members(*MEMBERS).items()}) as base:
        permit(tmp_path / "config.toml", NETWORK, base)
        assert run("sync", NETWORK).code == 0
        night = stored(tmp_path)
        slug = "alfa"
        saved = {f"{HOME}/members/{slug}/": page("Another name", "Kiruna")} | few("omega")
        assert run("import", NETWORK, save(tmp_path / "few", saved)).code == 0
        assert stored(tmp_path)[slug]["name"] == "Another name"
        assert kinds(tmp_path)[f"{base}/members/{slug}/"] == "saved profile"
        of_import = checked(tmp_path)["omega"]
        for _ in range(2):
            assert run("sync", NETWORK).code == 0
        assert stored(tmp_path) == night | {"omega": stored(tmp_path)["omega"]}
        assert (missing(tmp_path), checked(tmp_path)["omega"]) == ({}, of_import)
        assert kinds(tmp_path)[f"{base}/members/{slug}/"] == "profile"
        assert kinds(tmp_path)[f"{base}/members/omega/"] == "saved profile"


@pytest.mark.thorough
def test_one_page_unlike_a_profile_is_a_finding_and_several_hold_the_addition(run: Run, tmp_path: Path) -> None:
    strange = "<!doctype html><html><head><title>Shop</title></head><body><p>Buy now</p></body></html>"
    one = few("alfa", "beta") | {f"{HOME}/members/shop/": strange}
    ended = run("import", NETWORK, save(tmp_path / "one", one), "--json")
    assert (ended.code, ended.json["records"]) == (0, 2)
    assert "page changed" in {finding["kind"] for finding in ended.json["findings"]}
    two = few("gamma", "delta") | {f"{HOME}/members/shop/": strange, f"{HOME}/members/shop2/": strange}
    held = run("import", NETWORK, save(tmp_path / "two", two))
    assert (held.code, "unlike what was expected, found 2 of 4" in held.err) == (5, True)
    assert set(stored(tmp_path)) == {"alfa", "beta"}


def test_pages_of_which_none_is_a_profile_hold_the_addition(run: Run, tmp_path: Path) -> None:
    ended = run("import", NETWORK, save(tmp_path / "list", {f"{HOME}/members/": listing("alfa")}))
    assert ended.code == 5
    assert "wanted a profile among the saved pages, found none that can be read" in ended.err


def d9(name: str, country: str = "Bulgaria", founded: str = "13 September 2011") -> str:
    return (
        f"<html><head><title>{name} | European Cluster Collaboration Platform</title></head><body><main><h1>{name}</h1>"
        f"<div>{country}: {country}</div><div>100% completed</div><h2>About us</h2><p>A cluster.</p>"
        f"<p>Established - {founded}</p></main></body></html>"
    )


@pytest.mark.thorough
def test_a_well_known_profile_that_says_something_else_holds_and_one_that_is_not_there_does_not(run: Run, tmp_path: Path) -> None:
    home = registry.network("eccp").facts.home
    other = {f"{home}/content/alfa": d9("Alfa", "Sweden")}
    assert run("import", "eccp", save(tmp_path / "other", other)).code == 0
    canary = {f"{home}/content/green-synergy-cluster": d9("Green Synergy Cluster", founded="14 September 2011")}
    held = run("import", "eccp", save(tmp_path / "canary", canary))
    assert held.code == 5
    assert "in the well-known profile 'green-synergy-cluster', found '2011-09-14'" in held.err


@pytest.mark.thorough
def test_a_field_that_hardly_any_page_has_holds_the_addition(run: Run, tmp_path: Path) -> None:
    home = registry.network("eccp").facts.home
    pages = {f"{home}/content/{slug}": d9(slug.capitalize(), founded="") for slug in MEMBERS}
    held = run("import", "eccp", save(tmp_path / "pages", pages))
    assert held.code == 5
    assert "wanted founded_on in at least 60% of profiles, found it in 0.0%" in held.err


# What is handed over


def test_pages_come_from_single_files_archives_and_web_archives_at_once(run: Run, tmp_path: Path) -> None:
    one = tmp_path / "alfa.html"
    one.write_text(saved_from(f"{HOME}/members/alfa/", page("Alfa")), encoding="utf-8")
    two = tmp_path / "beta.mht"
    two.write_bytes(mhtml(f"{HOME}/members/beta/", page("Beta")))
    three = tmp_path / "gamma.zip"
    three.write_bytes(zipped({"x/gamma.htm": saved_from(f"{HOME}/members/gamma/", page("Gamma")), "x/logo.png": b"\x89PNG"}))
    web = Archive(tmp_path / "delta.warc.gz").add(f"{HOME}/members/delta/", page("Delta"))
    web.add("https://example.org/", page("No member"))
    latin = page("Åsa").replace('charset="utf-8"', 'charset="iso-8859-1"').encode("latin-1")
    web.add(f"{HOME}/members/asa/", latin, headers={"Content-Type": "text/html; charset=utf-8"}).close()
    ended = run("import", NETWORK, one, two, three, web.path, "--json")
    assert (ended.code, ended.json["records_new"]) == (0, 5)
    assert {one["name"] for one in stored(tmp_path).values()} == {"Alfa", "Beta", "Gamma", "Delta", "Åsa"}
    assert {aside["why"].split(":")[0]: aside["times"] for aside in ended.json["set_aside"]} == {
        "no page": 1,
        "a page of another site": 1,
    }


def test_a_page_without_an_address_is_named_and_can_be_given_one(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "alfa.html"
    path.write_text(page("Alfa"), encoding="utf-8")
    lost = run("import", NETWORK, path)
    assert lost.code == 2
    assert "does not say where it was saved from; name it alone, with --url: alfa.html" in lost.err
    assert not (tmp_path / "var").exists()
    ended = run("import", NETWORK, path, "--url", f"{HOME}/members/alfa/")
    assert (ended.code, set(stored(tmp_path))) == (0, {"alfa"})


def test_a_preview_shows_what_each_page_is_taken_for_and_stores_nothing(run: Run, tmp_path: Path) -> None:
    pages = few("alfa", "beta") | {f"{HOME}/members/": listing("alfa"), f"{HOME}/members/shop/": "<html><p>Buy</p></html>"}
    folder = save(tmp_path / "few", pages)
    shown = run("import", NETWORK, folder, "--preview", "--json").json
    assert [each["what"] for each in shown["pages"]] == ["profile", "profile", "listing", "not read"]
    assert [profile["name"] for profile in shown["profiles"]] == ["Alfa", "Beta"]
    text = run("import", NETWORK, folder, "--preview").out
    for wanted in ("the browser's comment", "/members/alfa/", 'name "Alfa"', "an addition", "nothing was stored"):
        assert wanted in text
    assert not (tmp_path / "var").exists()


@pytest.mark.thorough
def test_names_of_files_cannot_play_with_the_terminal(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(zipped({"\x1b[2Jevil.html": page("Alfa"), "a.html": saved_from(f"{HOME}/members/alfa/", page("Alfa"))}))
    ended = run("import", NETWORK, path)
    assert ended.code == 0
    assert "\x1b" not in ended.out + ended.err
    assert "evil.html" in ended.err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("a.html", "--additional", "--complete"), "found both"),
        (("a.html", "--column", "x=name"), "are for member lists"),
        (("a.html", "--sheet", "x"), "are for member lists"),
        (("a.html", "m.csv"), "import one after the other"),
        (("a.html", "a.html", "--url", f"{HOME}/members/alfa/"), "with a single saved page"),
        ((".", "--url", f"{HOME}/members/alfa/"), "with a single saved page"),
        (("a.html", "--url", "members/alfa"), "an http(s) address"),
        (("a.html", "--url", "https://example.org/members/alfa/"), "an address of Clusters of Sweden"),
        (("m.csv", "--url", f"{HOME}/members/alfa/"), "this is a member list"),
    ],
)
def test_a_misunderstanding_is_a_usage_error_that_says_what_to_write(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], says: str
) -> None:
    (tmp_path / "a.html").write_text(page("Alfa"), encoding="utf-8")
    (tmp_path / "m.csv").write_text("Namn;Ort\nAlfa;Lund\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    ended = run("import", NETWORK, *words)
    assert ended.code == 2
    assert says in ended.err
    assert not (tmp_path / "var").exists()


# When a network refuses


@pytest.mark.parametrize(
    ("robots", "status", "body"),
    [
        ("User-agent: *\nDisallow: /\n", 200, "<html></html>"),
        pytest.param("", 401, "<html></html>", marks=pytest.mark.thorough),
        pytest.param("", 403, "<html></html>", marks=pytest.mark.thorough),
        pytest.param("", 200, "<html><title>Just a moment...</title></html>", marks=pytest.mark.thorough),
        pytest.param("", 200, "<html><title>Log in | Members</title></html>", marks=pytest.mark.thorough),
    ],
    ids=["robots", "401", "403", "challenge", "login"],
)
def test_a_network_that_refuses_is_answered_with_the_way_in_also_in_status(
    run: Run, tmp_path: Path, robots: str, status: int, body: str
) -> None:
    with live({"*": body}, robots=robots, status=status) as base:
        permit(tmp_path / "config.toml", "eca", base)
        ended = run("sync", "eca")
    assert ended.code == 7
    assert "clusterbridge import eca PATH…" in ended.err
    assert "clusterbridge import eca PATH…" in run("status").out
