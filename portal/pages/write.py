"""Words to take along about a cluster: a description to paste, and the draft of an e-mail to it, in Swedish or English."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from matching.partners.programmes import Programme, programmes
from portal.answers import Answer, Page, Redirect, not_found
from portal.hostile import link, short, visible
from portal.options import LANGUAGES
from portal.pages.naming import Naming
from portal.pages.purpose import purpose
from portal.pages.reach import reach
from portal.tongue import Tongue
from portal.visit import Visit
from warehouse.dossier import dossier
from warehouse.facets import Card, Imprint
from warehouse.organisations import redirect
from warehouse.partnerships import members

MOST_WORDS = 4
"""Ecosystems, technologies or networks that are named."""
LONGEST = 200
LONGEST_TEXT = 500


@dataclass(frozen=True)
class About:
    """A cluster with what texts say of it."""

    card: Card
    values: dict[str, Any]

    @property
    def name(self) -> str:
        """Cut and visible: it goes into a text that others will read."""
        return _plain(self.card.name)

    def words(self, field: str) -> list[str]:
        """The values of a field of many."""
        return list((self.values.get(field) or {"value": None})["value"] or [])


def write(visit: Visit) -> Answer:
    """The page. It reads ``home`` (who writes), ``in`` (the language of the texts) and ``programme`` from the address."""
    number = visit.number("number")
    if number is None:
        raise not_found()
    with visit.edition() as edition:
        con = edition.con
        whole = dossier(con, number)
        if whole is None:
            now = redirect(con, number)
            if now is None:
                raise not_found()
            return Redirect(visit.asked.to(f"/clusters/{now}/write"), is_for_good=True)
        aim = purpose(visit, edition, number)
        homes = members(con)
        # Partners are found for clusters of other countries too.
        if aim.home and aim.home.id not in {one for one, _ in homes}:
            homes = [*homes, (aim.home.id, aim.home.name)]
        home_whole = dossier(con, aim.home.id) if aim.home else None
        shown = edition.cards([number])
        ways = reach(edition, [shown[number]])[number]
        imprint = edition.imprint
    about = About(shown[number], whole["values"])
    usual = "sv" if about.card.country == "SE" else "en"
    language = visit.asked.one("in") if visit.asked.one("in") in LANGUAGES else usual
    home = About(aim.home, home_whole["values"]) if aim.home and home_whole else None
    tongue = Tongue(language, visit.options.timezone)
    subject, body = draft(tongue, imprint, about, home, aim.programme)
    address = ways.mailbox
    values = {
        "card": about.card,
        "homes": [(one, name) for one, name in homes if one != number],
        "home": aim.home,
        "purpose": aim,
        "language_of_text": language,
        "languages_of_text": LANGUAGES,
        "programme": aim.programme,
        "programmes": list(programmes().values()),
        "description": description(tongue, imprint, about),
        "subject": subject,
        "body": body,
        "address": address,
        "reach": ways,
        "naming": Naming(visit.tongue, imprint),
        "mailto": mailto(address, subject, body) if address else None,
    }
    asked = aim.asked.setting("in", language) if language != usual else aim.asked
    permalink = asked.to(f"/clusters/{number}/write")
    data = {key: values[key] for key in ("description", "subject", "body", "address")}
    return Page("write.html", values, {"id": number, "language": language, **data}, permalink)


def description(t: Tongue, imprint: Imprint, about: About) -> str:
    """A few lines on a cluster, each from what its networks say of it."""
    card = about.card
    own = f" ({_plain(card.native_name)})" if card.native_name and card.native_name != card.name else ""
    place = ", ".join(_plain(one) for one in (card.city, t.country(card.country)) if one)
    first = [
        t.word("organisation_type", card.type) if card.type else "",
        place,
        _text(t("members", count=card.members)) if card.members else "",
    ]
    networks = [_plain(Naming(t, imprint).network(name)) for name in card.networks]
    lines = [
        f"{about.name}{own}",
        " · ".join(filter(None, [*first, *(_plain(t.word("label", one)) for one in card.labels)])),
        _said(t, "ecosystems", [t.word("ecosystem", one) for one in about.words("ecosystems")]),
        _said(t, "technologies", [t.word("technology", one) for one in about.words("technologies")]),
        *(t.quoted(_plain(text, LONGEST_TEXT)) for text in _extracts(about, t.code)),
        f"{_text(t('field.website'))}: {link(card.website)}" if link(card.website) else "",
        _text(t("write.source", networks=", ".join(networks), day=t.day(card.checked_on))),
    ]
    return "\n".join(filter(None, lines))


def _extracts(about: About, language: str) -> list[str]:
    """Its own words, in the language wanted; else in English; else in any."""
    extracts = (about.values.get("extracts") or {"value": None})["value"] or {}
    found = extracts.get(language) or extracts.get("en") or next(iter(extracts.values()), None)
    return [found] if found else []


def _said(t: Tongue, field: str, words: list[str]) -> str:
    return f"{_text(t(f'field.{field}'))}: {', '.join(_plain(word) for word in words[:MOST_WORDS])}" if words else ""


def draft(t: Tongue, imprint: Imprint, about: About, home: About | None, programme: Programme | None) -> tuple[str, str]:
    """Subject and body of an e-mail in which a home asks a cluster; without a home its places stay open."""
    us = home.name if home else _text(t("write.us"))
    place = home.card.city if home and home.card.city else ""
    networks = [_with_article(t, _plain(Naming(t, imprint).network(name))) for name in about.card.networks[:2]]
    parts = [
        _text(t("write.greeting", name=about.name)),
        _text(t("write.intro_place", us=us, place=_plain(place)) if place else t("write.intro", us=us))
        + " "
        + _text(t("write.found", networks=f" {t('write.and')} ".join(networks))),
        _common(t, about, home),
        _text(t("write.call", programme=programme.name[t.code])) if programme else "",
        _text(t("write.ask")),
        _text(t("write.regards", us=us)) + (f"\n{link(home.card.website)}" if home and link(home.card.website) else ""),
    ]
    return _text(t("write.subject", us=us, name=about.name)), "\n\n".join(filter(None, parts))


def _with_article(t: Tongue, network: str) -> str:
    """A network as it stands within a sentence: in English ``the European Clusters Alliance``, but ``Clusters of Sweden``."""
    is_thing = network.rpartition(" ")[2] in ("Alliance", "Association", "Network", "Platform")
    return f"the {network}" if t.code == "en" and is_thing and not network.startswith("The ") else network


def _common(t: Tongue, about: About, home: About | None) -> str:
    """What both work in, and what the other has that the home does not name."""
    theirs, ours = about.words("ecosystems"), home.words("ecosystems") if home else []
    both = [t.word("ecosystem", one) for one in theirs if one in ours]
    known = {one.casefold() for one in home.words("technologies")} if home else set()
    new = [one for one in about.words("technologies") if one.casefold() not in known]
    sentences = [
        _text(t("write.both", fields=_listed(t, both))) if both else "",
        _text(t("write.theirs", fields=_listed(t, [t.word("ecosystem", one) for one in theirs]))) if theirs and not both else "",
        _text(t("write.technologies", technologies=_listed(t, [t.word("technology", one) for one in new]))) if new else "",
    ]
    return " ".join(filter(None, sentences))


def _listed(t: Tongue, words: list[str]) -> str:
    """``a, b and c``."""
    named = [_running(_plain(word, 80)) for word in words[:MOST_WORDS]]
    return named[0] if len(named) == 1 else f"{', '.join(named[:-1])} {t('write.and')} {named[-1]}"


def _running(word: str) -> str:
    """A word of a list as it stands within a sentence: ``Renewable energy`` is ``renewable energy``, ``ICT`` stays."""
    return word[:1].lower() + word[1:] if word[1:2].islower() else word


def mailto(address: str, subject: str, body: str) -> str:
    """A link that opens a mail program with a draft (RFC 6068)."""
    said = urlencode({"subject": subject, "body": body.replace("\n", "\r\n")}, quote_via=quote)
    return f"mailto:{quote(address, safe='@')}?{said}"


def _plain(text: str, most: int = LONGEST) -> str:
    return visible(short(text, most))


def _text(text: Any) -> str:
    """A text of the catalogue as it is read, not as HTML writes it."""
    return str(text.unescape())
