"""Bytes to documents: charsets, and addresses resolved to where the network is read."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256

import pytest
from bs4 import BeautifulSoup
from bs4.element import Tag
from hypothesis import given
from hypothesis import strategies as st

from connectors.addresses import Addresses
from connectors.contract import PageChanged, PageKind, PageRequest, RawPage
from connectors.markup import Element, decode, decoded, parse_html, read_html, spare, strip_to_xml
from support.documents import STORED, told

PLACES = Addresses("http://127.0.0.1:8801", ("www.example.eu", "example.eu"))


def test_a_byte_order_mark_decides_before_all_else() -> None:
    assert decode("\ufeffÖ".encode(), "iso-8859-1") == "Ö"
    assert decode("\ufeffÖ".encode("utf-16-le"), "utf-8") == "Ö"


def test_the_transports_charset_goes_before_the_pages_own() -> None:
    assert decode('<meta charset="iso-8859-1">Ö'.encode(), "utf-8").endswith("Ö")


def test_the_pages_own_charset_is_used_where_the_transport_says_nothing() -> None:
    assert decode('<meta charset="windows-1251">Южен'.encode("cp1251"), None).endswith("Южен")


def test_latin_1_is_read_as_browsers_do() -> None:
    assert decode("30 €".encode("cp1252"), "ISO-8859-1") == "30 €"


def test_a_charset_in_which_the_bytes_are_not_valid_gives_way() -> None:
    assert decode(b'<meta charset="iso-8859-1">' + "Örebro".encode("cp1252"), "utf-8").endswith("Örebro")


@pytest.mark.parametrize("charset", ["iso-8859-1", "windows-1252", "windows-1251", "koi8-r", "iso-8859-7"])
@given(st.text(max_size=50))
def test_bytes_that_are_valid_utf_8_are_read_so_whatever_charset_of_single_bytes_is_declared(charset: str, text: str) -> None:
    body = f"Örebro {text}".encode(errors="replace")
    assert decoded(body, charset) == (body.decode(), "utf-8")
    meta = f'<meta charset="{charset}">'.encode()
    assert decode(meta + body, None) == (meta + body).decode()


def test_a_charset_of_more_bytes_a_character_is_believed() -> None:
    word = "模".encode("gbk")
    assert word.decode("utf-8") == "ģ"  # by chance valid in UTF-8 too
    assert decode(word, "gbk") == "模"


@pytest.mark.parametrize("charset", ["no-such-charset", "base64", "rot13", "utf-8\x00", ""])
def test_a_charset_that_nobody_knows_is_no_charset(charset: str) -> None:
    assert decode("Ö".encode(), charset) == "Ö"


@pytest.mark.parametrize("charset", ["utf-16", "utf-32", "cp037", "utf-7", "hz", "iso-2022-jp", "unicode_escape", "idna"])
def test_a_charset_without_ascii_in_it_counts_only_with_a_mark(charset: str) -> None:
    body = b"<p>a +AGE- ~{VPND~} \\u0041 \x1b$B!!\x1b(B</p>"
    assert decode(body, charset) == body.decode()
    assert decode(b'<meta charset="' + charset.encode() + b'">' + body, None).endswith(body.decode())
    assert decoded("\ufeffÖ".encode("utf-16-be"), charset) == ("Ö", "utf-16")


@pytest.mark.parametrize("charset", ["shift_jis", "gb18030", "big5", "euc-kr", "koi8-r", "windows-1251"])
def test_charsets_of_the_web_count(charset: str) -> None:
    word = {"koi8-r": "Южен", "windows-1251": "Южен", "euc-kr": "한국"}.get(charset, "日本")
    assert decode(word.encode(charset), charset) == word


@given(st.text(max_size=50), st.sampled_from([None, "utf-8", "utf-16", "windows-1252", "latin-1", "cp037"]))
def test_what_a_text_was_read_by_writes_it_again(text: str, declared: str | None) -> None:
    body = text.encode("utf-8", errors="replace")
    read, codec = decoded(body, declared)
    assert decoded(read.encode(codec, errors="xmlcharrefreplace"), codec)[0].encode(codec) == read.encode(codec)


def test_elements_are_equal_to_themselves_only() -> None:
    soup = parse_html("<p>a</p><p>a</p>")
    first, second = soup.find_all("p")
    assert first == soup.p
    assert first != second
    assert len({first, second}) == 2


@pytest.mark.parametrize("page", ["<div>" * 501, "<p>a" * 20_001, "<div>" * 400 + "<p>a</p>" * 2_000])
def test_more_than_people_write_is_a_changed_page(page: str) -> None:
    with pytest.raises(PageChanged, match="wanted"):
        parse_html(page)


def test_bytes_valid_in_no_charset_show_where() -> None:
    assert decode(b"a\xffb", None) == "a\ufffdb"


@given(st.binary(max_size=300))
def test_any_bytes_make_a_document(body: bytes) -> None:
    parse_html(decode(body, None)).get_text()


def test_a_nul_does_not_end_the_page() -> None:
    assert parse_html("<p>a\x00b</p><p>c</p>").get_text() == "a\ufffdbc"


def test_an_xml_declaration_is_no_text_of_the_page() -> None:
    assert parse_html("<?xml version='1.0' encoding='latin-1'?><html><p>é</p></html>").get_text() == "é"


def test_what_stands_before_an_xml_declaration_goes() -> None:
    assert strip_to_xml(b"<!-- THEME DEBUG -->\n<?xml version='1.0'?><a/>") == b"<?xml version='1.0'?><a/>"
    assert strip_to_xml(b"<a/>") == b"<a/>"


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("/content/x", "http://127.0.0.1:8801/content/x"),
        ("?page=1", "http://127.0.0.1:8801/list?page=1"),
        ("https://www.example.eu/a?b=1#c", "http://127.0.0.1:8801/a?b=1"),
        ("//Example.EU", "http://127.0.0.1:8801/"),
        ("http://default/content/x", "http://127.0.0.1:8801/content/x"),
        ("https://example.eu.evil.example/", None),
        ("http://127.0.0.1:9999/", None),
        ("mailto:info@example.eu", None),
        ("javascript:void(0)", None),
        ("http://[::1", None),
    ],
)
def test_links_lead_to_where_the_network_is_read_or_nowhere(link: str, address: str | None) -> None:
    assert PLACES.own(link, "http://127.0.0.1:8801/list") == address


@pytest.mark.parametrize("base", ["www.example.eu", "ftp://example.eu", "https://example.eu/path", "https://example.eu?x=1", ""])
def test_a_base_that_is_no_scheme_and_host_is_refused(base: str) -> None:
    with pytest.raises(ValueError, match="wanted an address like"):
        Addresses(base, ())


# ---- documents

PIECES = (
    "<p>", "</p>", "<div class='a b' id=1>", "</div>", "<a href='/x' rel='me nofollow'>", "</a>", "<br>", "text", "\n", "&amp;",
    "<td headers='h i'>", "<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink'>", "</svg>",
    "<use xlink:href='#x'/>", "<o:p>", "</o:p>", "<i xml:lang='sv' class=''>", "<{odd} {a}=1>", "<meta charset=utf-8>", "<pre>\n",
    "<script>a<b</script>", "<!-- c -->", "<input disabled>", "<template>", "<html lang=en>", "<body class='c'>",
)  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=30))
def test_a_document_is_built_as_beautiful_soup_builds_it(pieces: list[str]) -> None:
    text = "".join(pieces)
    assert told(parse_html(text)) == told(BeautifulSoup(text, "lxml", element_classes={Tag: Element}))


@pytest.mark.parametrize("name", STORED)
def test_a_stored_page_is_built_as_beautiful_soup_builds_it(name: str) -> None:
    text = decode(STORED[name].read_bytes(), None)
    assert told(parse_html(text)) == told(BeautifulSoup(text, "lxml", element_classes={Tag: Element}))


def raw(text: str) -> RawPage:
    body = text.encode()
    address = "https://www.example.eu/page"
    moment = datetime(2026, 11, 23, tzinfo=UTC)
    return RawPage(PageRequest(address, PageKind.PROFILE), body, sha256(body).hexdigest(), moment, "utf-8", address)


def test_a_document_that_is_left_is_what_the_next_reader_of_its_text_gets_and_nobody_after_him() -> None:
    left = parse_html("<p>Örebro</p>")
    spare("<p>Örebro</p>", left)
    assert read_html(raw("<p>Örebro</p>")) is left
    assert read_html(raw("<p>Örebro</p>")) is not left


def test_whoever_reads_another_text_gets_its_own_document() -> None:
    spare("<p>Örebro</p>", parse_html("<p>Örebro</p>"))
    assert read_html(raw("<p>Skara</p>")).get_text() == "Skara"
    assert read_html(raw("<p>Örebro</p>")).get_text() == "Örebro"
