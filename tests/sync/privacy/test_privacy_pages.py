"""Pages that would smuggle a person past the rules, and pages that would take all night. All persons here are invented."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from bs4.element import NavigableString, Tag
from hypothesis import example, given
from hypothesis import strategies as st

from connectors import registry
from connectors.contract import PageChanged, PageKind
from connectors.markup import decoded, parse_html
from sync.privacy.lines import LONGEST_RUN, Line, lines_of, rewrite
from sync.privacy.strip import strip_personal
from sync.privacy.tree import Tree

ECCP = registry.network("eccp").facts.personal
PAGES = Path(__file__).parents[2] / "pages" / "eccp"
PERSON = "Vesela Zlatanova"


def told(html: str, charset: str | None = "utf-8") -> str:
    """What is left of a page of eccp, on one line; nothing of the person in any attribute either."""
    once = strip_personal(html.encode(), charset, ECCP)
    assert strip_personal(once.body, charset, ECCP).body == once.body
    assert b"Vesela" not in once.body
    return " ".join(BeautifulSoup(once.body, "lxml").get_text(" ").split())


# Rules that cannot be dodged by wording


@pytest.mark.parametrize("region", ["Sweden: North", "SWEDEN: NORTH", "sweden : North", "Swe\u00adden: North", "Ｓweden: North"])
@pytest.mark.parametrize(
    "completeness",
    ["100% completed", "Completed 100%", "100 % Complete", "Profile completeness: 100%", "COMPLETED: 90%", "100\uff05 completed"],
)
def test_a_block_is_known_in_any_case_and_wording(region: str, completeness: str) -> None:
    left = told(f"<h1>Alpha</h1><p>{region}</p><p>{PERSON}</p><p>{completeness}</p><p>We grow.</p>")
    assert left.endswith("We grow.") and left.startswith("Alpha")


@pytest.mark.parametrize(
    "following",
    ["About us", "ABOUT US", "Established - 13 September 2011", "Staff in the management team - 1-5", "Cluster composition"],
)
@pytest.mark.parametrize("tag", ["h2", "p", "div", "span"])
def test_a_block_without_its_end_goes_to_what_such_a_page_prints_next(following: str, tag: str) -> None:
    page = f"<h1>Alpha</h1><div>Sweden: North</div><h3>{PERSON}</h3><{tag}>{following}</{tag}><p>We grow.</p>"
    found = strip_personal(page.encode(), "utf-8", ECCP)
    assert found.doubts == ()
    assert told(page) == f"Alpha Sweden: North {following} We grow."


def test_a_page_that_prints_neither_line_loses_all_between_its_title_and_its_first_label() -> None:
    page = f"""<nav>About us</nav><h1>Alpha</h1><p>Sverige: Norr</p><p>{PERSON}</p><h2>About us</h2><p>We grow.</p>
        <p>Established - 2011</p>"""
    assert told(page) == "About us Alpha About us We grow. Established - 2011"
    assert "neither beginning nor end" in strip_personal(page.encode(), "utf-8", ECCP).doubts[0]


def test_one_label_alone_is_no_profile() -> None:
    page = b"<nav>About us</nav><h1>News</h1><p>Text</p><footer>About us</footer>"
    assert strip_personal(page, "utf-8", ECCP).body == page


def test_every_block_without_an_end_goes_to_the_next_heading() -> None:
    card = f"<h3><a href='/content/alpha'>Alpha Cluster</a></h3><p>Sweden: North</p><p>{PERSON}</p>"
    assert told(card * 3) == " ".join(["Alpha Cluster Sweden: North"] * 3)


def test_a_heading_that_links_to_a_person_ends_no_block() -> None:
    page = f"<p>Sweden: North</p><h3><a href='/users/7'>{PERSON}</a></h3><p>Manager</p><h2>What we do for members</h2>"
    assert told(page) == "Sweden: North What we do for members"


def test_lines_that_only_a_style_sheet_keeps_apart_are_lines() -> None:
    page = f"<div><span>Sweden: North</span> <span>{PERSON}</span></div><div>100% completed</div>"
    assert told(page) == "Sweden: North 100% completed"
    page = f"<div><b>Sweden</b>: <i>North</i> <u>{PERSON}</u></div><h2>About us</h2>"
    assert told(page) == "Sweden : North About us"


@pytest.mark.parametrize(
    "case", sorted(path.name for path in PAGES.iterdir() if path.name.startswith(("d7", "listing", "login")))
)
def test_stored_pages_without_persons_are_the_same_to_the_byte(case: str) -> None:
    body = (PAGES / case / "page.html").read_bytes()
    assert strip_personal(body, None, ECCP).body == body


def test_every_name_on_a_line_of_bylines_is_taken_out() -> None:
    line = "".join(f"<b>Submitted by</b> {PERSON} {number} on {number} May 2023; " for number in range(1, 40))
    left = told(f"<p>{line}</p>")
    assert left.count("[name removed]") == 39
    assert left.endswith("on 39 May 2023;")


# Text that is not shown


@pytest.mark.parametrize(
    "opening", ["<!-- never closed ", "<script>", "<style>", "<title>", "<textarea>", "<![CDATA[", "<?php ", "<!x ", "<noscript>"]
)
def test_what_is_never_closed_hides_no_person(opening: str) -> None:
    told(f"{opening}<html><body><h1>Alpha</h1><p>Sweden: North</p>\n<p>{PERSON}</p>\n<p>100% completed</p></body></html>")


def test_a_block_in_a_comment_goes_and_other_comments_stay() -> None:
    debug = "<!-- THEME DEBUG -->\n<!-- BEGIN OUTPUT from 'core/themes/node.html.twig' -->"
    page = f"<html><body>{debug}<p>a</p><!-- <p>Sweden: North</p>\n<p>{PERSON}</p> --></body></html>"
    found = strip_personal(page.encode(), "utf-8", ECCP).body.decode()
    assert found == f"<html><body>{debug}<p>a</p></body></html>"


# Charsets and kinds


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be", "utf-32-le"])
def test_a_page_in_a_charset_that_nothing_declares_hides_no_person(codec: str) -> None:
    page = f"<html><body><p>Sweden: North</p><p>{PERSON}</p><p>1% completed</p></body></html>".encode(codec)
    assert "Vesela" not in strip_personal(page, None, ECCP).body.decode(codec, errors="replace").replace("\x00", "")
    assert b"Vesela" not in strip_personal(page, None, ECCP).body.replace(b"\x00", b"")


def test_what_was_stored_is_read_in_the_charset_that_it_was_read_in_before() -> None:
    """Once the only byte that is no UTF-8 is gone, the declared charset would fit, and what is left would read otherwise."""
    page = "<meta charset=windows-1252><p>Ã¶</p><p>vesela.é@clusters.example</p>".encode("windows-1252")
    assert decoded(page, "utf-8")[0].count("Ã¶") == 1
    found = strip_personal(page, "utf-8", ECCP)
    assert "Ã¶" in decoded(found.body, "utf-8")[0]


@pytest.mark.parametrize(
    "body",
    [
        f"<html><body><p>Sweden: N</p><p>{PERSON}</p><p>1% completed</p></body></html>",
        f"<urlset></urlset><p>Sweden: N</p><p>{PERSON}</p><p>1% completed</p>",
        f"<?xml version='1.0'?><urlset><url><loc>x</loc><p>Sweden: N</p><p>{PERSON}</p><p>1% completed</p></url></urlset>",
    ],
)
def test_what_answers_for_a_sitemap_and_is_none_is_read_as_a_page(body: str) -> None:
    assert b"Vesela" not in strip_personal(body.encode(), None, ECCP, PageKind.SITEMAP).body


@pytest.mark.parametrize("address", ["vesela@a.example", "vesela%40a.example", "vesela&#64;a.example", "vesela@a&#46;example"])
def test_a_sitemap_loses_persons_addresses_however_written_and_stays_one(address: str) -> None:
    image = "<image:image><image:loc>http://a.example/1.png</image:loc></image:image>"
    sitemap = f"<urlset><url><loc>http://a.example/u/{address}?a=1&amp;b=2</loc><lastmod>2026</lastmod>{image}</url></urlset>"
    found = strip_personal(sitemap.encode(), None, ECCP, PageKind.SITEMAP).body.decode()
    assert found == sitemap.replace(address, "")


# Work that stays within bounds


@pytest.mark.parametrize(
    ("page", "why"),
    [
        ("<div>" * 600, "tags within tags"),
        ("<p>a" * 20_001, "tags at most"),
        ("<div>" * 450 + "<p>a</p>" * 2_000, "on average"),
    ],
)
def test_more_markup_than_people_write_is_a_changed_page(page: str, why: str) -> None:
    with pytest.raises(PageChanged, match=why):
        strip_personal(page.encode(), "utf-8", ECCP)


def test_a_page_nested_as_deep_as_may_be_is_read_to_its_bottom() -> None:
    deep = f"<p>Sweden: N</p>{'<div>' * 480}{PERSON} vesela@clusters.example{'</div>' * 480}<p>1% completed</p><p>End</p>"
    assert told(f"<html><body>{deep}</body></html>") == "Sweden: N 1% completed End"


@pytest.mark.parametrize(
    ("piece", "left"),
    [
        (f"<a href='mailto:vesela@a.example'>{PERSON}</a> ", ""),
        pytest.param("<i>vesela@a.example</i> ", "", marks=pytest.mark.thorough),
        (f"<i class=vcard>{PERSON}</i> ", ""),
        pytest.param(
            f"<span>Sweden: N</span><span>{PERSON}</span><span>1% completed</span>",
            "Sweden: N 1% completed",
            marks=pytest.mark.thorough,
        ),
    ],
)
def test_thousands_of_persons_side_by_side_are_all_taken_out(piece: str, left: str) -> None:
    """With bs4's own ways of taking elements out this takes minutes."""
    assert told(f"<div>{piece * 4_000}</div>") == " ".join([left] * 4_000).strip()


@pytest.mark.parametrize("card", ["<div class=vcard>", "<div class=vcard><b class='fn org'>x</b>", "<div typeof=Person>"])
def test_cards_within_cards_end_somewhere(card: str) -> None:
    assert told(f"<p>a</p>{card * 100}<h1>Alpha</h1><p class=fn>{PERSON}</p>{'</div>' * 100}<p>z</p>").endswith("z")


@example("a@", "b.cc")
@given(st.text("ab@.", min_size=1, max_size=6), st.text("bc.@", min_size=1, max_size=6))
def test_addresses_within_addresses_within_addresses_end_somewhere(opening: str, closing: str) -> None:
    text = opening * 300 + closing * 300
    found = strip_personal(f"<p>{text}</p><p><b>{opening}</b>{closing}</p>".encode(), "utf-8")
    assert strip_personal(found.body, "utf-8").removed == 0


# The tools


@given(st.lists(st.sampled_from(["<p>", "</p>", "<b>", "</b>", "x", " ", "<br>", "<!--c-->"]), max_size=30), st.data())
def test_a_tree_with_elements_replaced_is_the_tree_that_bs4_makes(pieces: list[str], data: st.DataObject) -> None:
    soup = parse_html(f"<body>{''.join(pieces)}</body>")
    other = copy.deepcopy(soup)
    tree = Tree(soup)
    for _ in range(data.draw(st.integers(0, 4))):
        elements = [element for element in soup.descendants if element.parent is not soup]
        if not elements:
            break
        place = data.draw(st.integers(0, len(elements) - 1))
        twin = [element for element in other.descendants if element.parent is not other][place]
        new = NavigableString("") if data.draw(st.booleans()) else soup.new_tag("hr")
        tree.put(new, elements[place])
        twin.replace_with(other.new_tag("hr") if isinstance(new, Tag) else NavigableString(""))
    assert str(soup) == str(other)
    assert [str(element) for element in soup.descendants] == [str(element) for element in other.descendants]
    there = list(soup.descendants)
    back = [element for element in there[-1].previous_elements if element is not soup]
    assert [id(element) for element in back] == [id(element) for element in there[-2::-1]]


def test_what_was_taken_out_already_cannot_be_taken_out_again() -> None:
    soup = parse_html("<p>x</p>")
    tree, paragraph = Tree(soup), soup.p
    assert paragraph is not None
    tree.take(paragraph)
    with pytest.raises(ValueError, match="wanted an element of the page to replace, found <p>"):
        tree.take(paragraph)


@given(st.lists(st.text("ab \n\u00a0", max_size=5), max_size=6), st.data())
def test_places_in_a_line_as_printed_are_places_in_its_characters(texts: list[str], data: st.DataObject) -> None:
    line = Line(tuple(map(NavigableString, texts)))
    start = data.draw(st.integers(0, len(line.text)))
    end = data.draw(st.integers(start, len(line.text)))
    ((first, last),) = line.in_raw([(start, end)])
    assert " ".join(line.raw[first:last].split()) == line.text[start:end].strip()


@given(st.lists(st.text("ab ", min_size=1, max_size=4), min_size=1, max_size=6), st.data())
def test_a_line_rewritten_is_its_characters_rewritten(texts: list[str], data: st.DataObject) -> None:
    soup = parse_html("<p>" + "".join(f"<i title=x>{text}</i>" for text in texts) + "z</p>")
    (line,) = lines_of(soup)
    cuts = sorted(data.draw(st.sets(st.integers(0, len(line.raw)), max_size=6)))
    spans = list(zip(cuts[::2], cuts[1::2], strict=False))
    wanted, reached = "", 0
    for start, end in spans:
        wanted += line.raw[reached:start] + "-"
        reached = end
    wanted += line.raw[reached:]
    assert rewrite(Tree(soup), line, spans, "-").raw == wanted
    assert soup.get_text() == wanted


def test_a_line_of_many_pieces_is_found_as_a_whole() -> None:
    pieces = "".join(f"<b>{letter}</b>" for letter in "1% completed")
    assert len("1% completed") > LONGEST_RUN
    assert told(f"<p>Sweden: N</p><p>{PERSON}</p><p>{pieces}</p>").replace(" ", "") == "Sweden:N1%completed"
