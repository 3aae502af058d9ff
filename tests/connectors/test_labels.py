"""The label reader: every page of the corpus, and what must hold for any page."""

from __future__ import annotations

import html
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from hypothesis import example, given
from hypothesis import strategies as st

from connectors import registry
from connectors.contract import PageChanged
from connectors.labels import Words, fold_label, read_labels, read_page
from connectors.markup import parse_html

CORPUS = tomllib.loads(Path(__file__).with_name("label_pages.toml").read_text(encoding="utf-8"))
LABELS: list[str] = CORPUS["known"]["labels"]
WORDS = Words.of(**CORPUS["known"])
Pairs = list[tuple[str, list[str]]]
Markup = Callable[[str, list[str]], str]

each_page = pytest.mark.parametrize(
    ("page", "expected"),
    [pytest.param(page["html"], [tuple(pair) for pair in page["pairs"]], id=page["name"]) for page in CORPUS["page"]],
)


def _pairs(text: str, words: Words = WORDS) -> Pairs:
    return [(pair.label.rstrip(" :：\u00a0"), list(pair.values)) for pair in read_labels(parse_html(text), words)]


@each_page
def test_a_page_of_the_corpus_is_read_whole(page: str, expected: Pairs) -> None:
    assert _pairs(page) == expected


@each_page
def test_wrappers_and_comments_change_nothing(page: str, expected: Pairs) -> None:
    wrapped = f"<!-- THEME DEBUG --><main><section><!-- x --><div><div>{page}</div></div></section></main>"
    if "<footer>" in page:  # which within main is the article's own, not the site's
        wrapped = wrapped.replace("main>", "section>")
    assert _pairs(wrapped) == expected


def test_there_are_at_least_a_hundred_and_ten_pages_and_no_two_are_alike() -> None:
    assert len({page["html"] for page in CORPUS["page"]}) == len(CORPUS["page"]) >= 110


# Any known pairs, in any markup

_WORD = st.text(st.sampled_from("abcdeåößéñπжł0123456789,&/()'+."), min_size=1, max_size=9) | st.just("mål: tillväxt - mer")
_TEXT = st.builds(
    lambda head, tail: " ".join([head, *tail]), st.sampled_from(["Agri", "Ökad", "Éco", "Югоизток"]), st.lists(_WORD, max_size=4)
)
_PAIR = st.tuples(st.sampled_from(LABELS), st.lists(_TEXT, max_size=3))
_PAGE = st.lists(_PAIR, min_size=1, max_size=6, unique_by=lambda pair: pair[0])


def _items(values: list[str], tag: str) -> str:
    return "".join(f"<{tag}>{html.escape(value)}</{tag}>" for value in values)


def _dl(label: str, values: list[str]) -> str:
    return f"<dl><dt>{label}</dt>{_items(values, 'dd')}</dl>"


def _table(label: str, values: list[str]) -> str:
    return f"<table><tr><th>{label}</th><td>{'<br>'.join(map(html.escape, values))}</td></tr></table>"


def _drupal7(label: str, values: list[str]) -> str:
    items = "".join(f'<div class="field-item"><a href="/x">{html.escape(value)}</a></div>' for value in values)
    label = f'<div class="field-label">{label}:&nbsp;</div>'
    return f'<div class="field field-name-x">{label}<div class="field-items">{items}</div></div>'


def _drupal9(label: str, values: list[str]) -> str:
    items = "".join(f'<!-- y --><div class="field__item"><span>{html.escape(value)}</span></div>' for value in values)
    return (
        f'<div class="field field--name-x"><div class="field__label">{label}</div><div class="field__items">{items}</div></div>'
    )


def _lines(label: str, values: list[str]) -> str:
    return f"<p>{label} :</p>{_items(values, 'p')}"


def _listed(label: str, values: list[str]) -> str:
    return f"<div><div>{label}:</div><ul>{_items(values, 'li')}</ul></div>"


def _broken(label: str, values: list[str]) -> str:
    return f"<div><strong>{label}:</strong><br>{'<br/>'.join(map(html.escape, values))}</div>"


def _headed(label: str, values: list[str]) -> str:
    return f"<h3>{label}</h3><div>{_items(values, 'div')}</div>" if values else f"<h3>{label}</h3>"


MARKUPS: tuple[Markup, ...] = (_dl, _table, _drupal7, _drupal9, _lines, _listed, _broken, _headed)


@given(_PAGE, st.sampled_from(MARKUPS), st.integers(0, 3))
@example([("Other Label", []), ("Website", ["Agri, b & c"])], _lines, 0)
def test_known_pairs_are_read_in_any_markup(page: list[tuple[str, list[str]]], markup: Markup, wrappers: int) -> None:
    body = "<div>" * wrappers + "\n".join(markup(label, values) for label, values in page) + "</div>" * wrappers
    assert _pairs(body) == page


WRAPPERS = (
    "<div>{}</div>",
    "<main><article>{}</article></main>",
    '<section class="row"><div class="col-md-8">{}</div></section>',
    '<div lang="sv">{}</div>',
    '<div class="entry-content"><!-- block -->{}<!-- /block --></div>',
    "<table><tr><td>{}</td></tr></table>",
    "<details open><summary>Mer</summary>{}</details>",
)


@pytest.mark.parametrize("network", registry.names())
@given(data=st.data())
def test_every_label_of_a_phrasebook_is_read_in_any_markup_and_any_wrapping(network: str, data: st.DataObject) -> None:
    book = registry.network(network).phrasebook
    words = Words.from_phrasebook(book)
    labels = [label for label in book.labels if not label.startswith("schema.org")]
    pairs = st.tuples(st.sampled_from(labels), st.lists(_TEXT, min_size=1, max_size=3))
    page = data.draw(st.lists(pairs, min_size=1, max_size=5, unique_by=lambda pair: fold_label(pair[0])))
    markup = data.draw(st.sampled_from(MARKUPS))
    body = "\n".join(markup(label, values) for label, values in page)
    for wrapper in data.draw(st.lists(st.sampled_from(WRAPPERS), max_size=3)):
        body = wrapper.format(body)
    read = {label: values for label, values in _pairs(body, words) if words.is_label(label)}
    assert read == dict(page)


@given(st.lists(st.tuples(_PAIR, st.sampled_from(MARKUPS)), min_size=1, max_size=6, unique_by=lambda part: part[0][0]))
def test_known_pairs_are_read_where_markups_mix_and_no_value_leaks(parts: list[tuple[tuple[str, list[str]], Markup]]) -> None:
    body = "\n".join(f"<section>{markup(label, values)}</section>" for (label, values), markup in parts)
    assert _pairs(body) == [pair for pair, _ in parts]


@given(
    st.lists(st.tuples(st.sampled_from(LABELS), st.integers(0, 99_999)), min_size=2, max_size=6, unique_by=lambda pair: pair[0])
)
def test_numbers_before_labels_and_labels_before_numbers_are_told_apart(page: list[tuple[str, int]]) -> None:
    before = "".join(f"<p>{number}</p><p>{label}</p>" for label, number in page)
    after = "".join(f"<p>{label}</p><p>{number}</p>" for label, number in page)
    boxed = "".join(f"<li><b>{number}</b><div>{label}</div></li>" for label, number in page)
    expected = [(label, [str(number)]) for label, number in page]
    assert _pairs(before) == _pairs(after) == _pairs(f"<ul>{boxed}</ul>") == expected


@given(_PAGE)
def test_unknown_labels_are_seen_by_their_colon_and_by_their_markup(page: list[tuple[str, list[str]]]) -> None:
    nothing = Words()
    for markup in (_dl, _drupal7, _drupal9, _listed):
        assert _pairs("".join(markup(label, values) for label, values in page), nothing) == page


@given(st.text(max_size=400))
def test_no_text_is_too_odd_to_read(text: str) -> None:
    reading = read_page(parse_html(f"<p>Website:</p>{text}"), WORDS)
    assert reading.pairs[0].label == "Website:"


@given(st.recursive(st.sampled_from(["Website:", "36", "SMEs", "a.se", ""]), lambda inner: st.builds(
    lambda tag, parts: f"<{tag}>{''.join(parts)}</{tag}>",
    st.sampled_from(["div", "p", "ul", "li", "dl", "dt", "dd", "table", "tr", "td", "th", "h2", "span", "b"])
    | st.sampled_from(['div class="field"', 'div class="field__label"']),
    st.lists(inner, max_size=4),
), max_leaves=20))  # fmt: skip
def test_no_nesting_invents_or_doubles_text(page: str) -> None:
    soup = parse_html(page)
    reading = read_page(soup, WORDS)
    told = "".join(text for pair in reading.pairs for text in (pair.label, *pair.values)) + "".join(
        loose.text for loose in reading.loose
    )
    printed = soup.get_text()
    assert all(told.replace(" | ", "").count(word) <= printed.count(word) for word in ("Website", "36", "SMEs", "a.se"))


def test_pages_nested_deeper_than_python_recurses_are_read() -> None:
    page = BeautifulSoup("<div>" * 3000 + "<p>Website: a.se</p>", "lxml")
    assert [(pair.label, pair.values) for pair in read_labels(page, WORDS)] == [("Website", ("a.se",))]


def test_structures_nested_to_do_harm_cost_no_more_than_others() -> None:
    page = BeautifulSoup(
        '<div class="field"><div class="field-label">x</div>' * 300 + "<dl><dt>x</dt><dd>" * 300 + "<p>Website: a.se</p>", "lxml"
    )
    assert ("Website", ("a.se",)) in [(pair.label, pair.values) for pair in read_labels(page, WORDS)]


@pytest.mark.parametrize(
    ("page", "pairs"),
    [
        ("<p>" + "<b>Website:</b> a.se " * 4_000 + "</p>", 4_000),
        pytest.param(
            "<p>Website:</p><ul>" + "".join(f"<li><a href='/{n}'>a.se</a></li>" for n in range(4_000)) + "</ul>",
            1,
            marks=pytest.mark.thorough,
        ),
        pytest.param("<dl><dt>Website</dt><dd>" * 16 + "<p>a.se</p>" * 4_000, 1, marks=pytest.mark.thorough),
        ('<div class="field"><div class="field__label">' + "<p>x</p>" * 4_000 + "</div>" + "<p>y</p>" * 4_000 + "</div>", 1),
    ],
    ids=["labels on a line", "links under a label", "lists in lists", "lines in a label"],
)
def test_thousands_of_anything_are_read(page: str, pairs: int) -> None:
    assert len([pair for pair in read_labels(parse_html(page), WORDS) if pair.values]) == pairs


@pytest.mark.parametrize("page", ["<pre>" + "a\n" * 30_001, "<div>" * 450 + "<pre>" + "a\n" * 2_000])
def test_more_lines_than_people_write_are_a_changed_page(page: str) -> None:
    with pytest.raises(PageChanged, match="lines at most"):
        read_labels(parse_html(page), WORDS)


def test_each_pair_says_how_it_was_read_and_where() -> None:
    page = parse_html(
        "<h2>General Information</h2><dl><dt>Website</dt><dd>a.se</dd></dl>"
        "<p>SMEs: 3</p><p>Established - 2011</p><p>4</p><p>Large Companies</p>"
    )
    pairs = read_labels(page, WORDS)
    assert [pair.how for pair in pairs] == ["dl", "colon", "dash", "tile"]
    assert {pair.section for pair in pairs} == {"General Information"}
    assert [pair.index for pair in pairs] == [1, 3, 4, 5]


def test_links_and_languages_stay_with_their_values() -> None:
    page = parse_html(
        '<html lang="en"><h2>About us</h2><p>We.</p><p lang="SV">Vi.</p>'
        '<h2>Website</h2><p><a href="http://a.se">Visit us</a></p><h2>Other Label</h2><p>Z</p></html>'
    )
    about, website, other = read_labels(page, WORDS)
    assert (about.values, about.langs) == (("We.", "Vi."), ("", "sv"))
    assert (website.values, website.links) == (("Visit us",), ("http://a.se",))
    assert other.links == ()


def test_text_without_a_label_is_loose_not_lost() -> None:
    reading = read_page(
        parse_html("<p>Intro.</p><h2>General Information</h2><p>Norra Mellansverige</p><p>Website: a.se</p>"), WORDS
    )
    assert [(loose.text, loose.section) for loose in reading.loose] == [
        ("Intro.", ""),
        ("Norra Mellansverige", "General Information"),
    ]


def test_a_label_is_known_whatever_its_case_spaces_colons_dashes_and_quotes() -> None:
    assert {
        fold_label(text) for text in ("Start-ups among SME's", "START‑UPS  among\u00a0SME’s :", " start–ups among SME's：")
    } == {"start-ups among sme's"}
