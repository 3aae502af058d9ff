from __future__ import annotations

import socket
from typing import NoReturn

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.normalise import web
from sync.normalise.web import Site, read_phone, read_role_mail, read_website


@pytest.mark.parametrize(
    ("printed", "domain"),
    [
        ("https://www.compare.se/", "compare.se"),
        ("www.ttckarslkoga.se", "ttckarslkoga.se"),
        ("textils.cat", "textils.cat"),
        ("HTTP://WWW.Textils.CAT/en?x=1#y", "textils.cat"),
        ("//paperprovince.com", "paperprovince.com"),
        ("https://cluster.co.uk:8443/a@b", "cluster.co.uk"),
        ("www2.example.org", "example.org"),
        ("example.org.", "example.org"),
        ("https://räksmörgås.se/om", "xn--rksmrgs-5wao1o.se"),
        ("https://xn--rksmrgs-5wao1o.se", "xn--rksmrgs-5wao1o.se"),
        ("https://пример.бг", "xn--e1afmkfd.xn--90ae"),
        ("https://one.github.io/site", "one.github.io"),
    ],
)
def test_a_website_is_kept_as_printed_and_its_domain_is_the_registrable_one(printed: str, domain: str) -> None:
    assert read_website(printed).value == Site(printed, domain)
    assert not read_website(printed).doubts


@pytest.mark.parametrize(
    "printed",
    [
        "wwwcompare.se",
        "http://wwwcompare.se",
        "http://192.168.0.1/",
        "http://localhost:8000",
        "http//www.example.org",
        "www..example.org",
        "www.example.org, www.example.com",
        "our website",
        "http://",
        "github.io",
        "-example-.org",
        "a" * 500 + ".org",
    ],
)
def test_an_unusable_website_is_kept_but_has_no_domain(printed: str) -> None:
    read = read_website(printed)
    assert read.value == Site(printed, None)
    assert [doubt.kind for doubt in read.doubts] == ["unusable website"]


@pytest.mark.parametrize(
    "printed",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "ftp://example.org",
        "mailto:info@example.org",
        "JavaScript:x",
    ],
)
def test_an_address_that_is_not_of_the_web_is_no_website(printed: str) -> None:
    read = read_website(printed)
    assert read.value is None
    assert [doubt.kind for doubt in read.doubts] == ["unusable website"]


def test_a_domain_is_found_without_asking_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise AssertionError("wanted no connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    web.domain_of.cache_clear()
    assert read_website("https://www.never-asked-before.co.uk").value == Site(
        "https://www.never-asked-before.co.uk", "never-asked-before.co.uk"
    )


@given(st.text())
def test_no_text_is_too_odd_for_a_website(printed: str) -> None:
    read = read_website(printed)
    assert read.doubts or (read.value is not None and read.value.domain is not None)
    assert read.value is None or (read.value.website == printed and (read.value.domain or "a.b").isascii())


@pytest.mark.parametrize(
    "printed",
    [
        "info@example.org",
        "INFO@Example.org",
        "mailto:info@example.org?subject=Hello",
        "<info@example.org>",
        "info [at] example.org",
    ],
)
def test_a_role_mailbox_is_read_in_lower_case(printed: str) -> None:
    assert read_role_mail(printed).value == "info@example.org"


@pytest.mark.parametrize(
    "printed", ["elsa.provsson@example.org", "Elsa Provsson", "info@localhost", "elsa [at] example.org", "@", ""]
)
def test_what_may_be_a_persons_is_neither_read_nor_repeated(printed: str) -> None:
    read = read_role_mail(printed)
    assert read.value is None
    assert read.doubts
    assert not any(word and word in doubt.because for doubt in read.doubts for word in printed.replace("@", " ").split())


def test_beside_a_role_mailbox_other_addresses_are_doubted() -> None:
    read = read_role_mail("Elsa <elsa@example.org>, info@example.org, office@example.org")
    assert read.value == "info@example.org"
    assert [doubt.kind for doubt in read.doubts] == ["personal data removed", "more than one value"]
    assert "elsa" not in repr(read)


@pytest.mark.parametrize(
    ("printed", "country", "e164"),
    [
        ("+46 54 24 04 60", None, "+4654240460"),
        ("054-24 04 60", "SE", "+4654240460"),
        ("+46 (0)54 24 04 60", "SE", "+4654240460"),
        ("0046 54 24 04 60", "SE", "+4654240460"),
        ("+49 721 602 8970", "SE", "+497216028970"),
        ("tel. 032 123 456", "BG", "+35932123456"),
    ],
)
def test_a_telephone_number_gets_its_international_form(printed: str, country: str | None, e164: str) -> None:
    assert read_phone(printed, country).value == e164


@pytest.mark.parametrize(
    ("printed", "country"), [("054-24 04 60", None), ("12", "SE"), ("call us", "SE"), ("+46", "SE"), ("1" * 40, "SE")]
)
def test_an_impossible_telephone_number_is_none(printed: str, country: str | None) -> None:
    read = read_phone(printed, country)
    assert read.value is None
    assert [doubt.kind for doubt in read.doubts] == ["not a phone number"]
