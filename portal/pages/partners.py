"""Partners for a cluster: who fits, why, by which weights, and whether they may take part in a programme."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from functools import partial
from typing import Any

from markupsafe import Markup

from matching.partners.programmes import Programme, programmes
from matching.partners.ranking import KnownPartner, Mode, rank_on
from portal.answers import Answer, Page, Redirect, Refusal, not_found
from portal.opened import Opened
from portal.pages.adding import choice
from portal.pages.eligible import Badge, as_data, badge, badge_list, badges
from portal.pages.fit import Whys, reasons_data, whys
from portal.pages.naming import Naming
from portal.pages.purpose import TOPS, Purpose, countries_of, mode_of, top_of
from portal.pages.reach import Reach, own_words, reach
from portal.pages.shortlists import named, signature
from portal.rendering import parts
from portal.visit import Visit, reading, whole_number, writing
from warehouse.decided import RecordKey
from warehouse.facets import Card, oldest_record, organisations_of, records_of
from warehouse.opinions import Opinion, Ranked, give, standing
from warehouse.organisations import redirect
from warehouse.rows import PartnerMatch

BEST_FIRST = ("met", "likely", "unknown", "unlikely", "not_met")


@dataclass(frozen=True)
class Partner:
    """One partner of the list.

    Arguments:
        words: language and text of what it says of itself.
        is_varied: it stands before others that have more points, so that those shown are not all alike.
        facts: what the edition says of it, as HTML.
    """

    match: PartnerMatch
    card: Card
    whys: Whys
    badge: Badge | None
    badges: tuple[Badge, ...]
    badge_list: Markup
    opinions: tuple[Opinion, ...]
    reach: Reach
    words: tuple[str, str] | None
    is_varied: bool
    facts: Markup = field(default_factory=Markup)

    @property
    def by_mark(self) -> dict[str, list[Programme]]:
        """Mark -> programmes in force in which it may take part, probably may, may not, and so on, the best first."""
        valid = [one for one in self.badges if one.is_valid]
        found = {key: [one.programme for one in valid if one.key == key] for key in BEST_FIRST}
        return {key: those for key, those in found.items() if those}


def partners(visit: Visit) -> Answer:
    """The page. It reads ``mode``, ``programme``, ``country`` and ``top`` from the address."""
    number = visit.number("number")
    if number is None:
        raise not_found()
    mode = mode_of(visit)
    programme = programme_of(visit)
    countries, top = countries_of(visit), top_of(visit)
    with visit.edition() as edition:
        home = edition.cards([number]).get(number)
        if home is None:
            now = redirect(edition.con, number)
            if now is None:
                raise not_found()
            return Redirect(visit.asked.to(f"/clusters/{now}/partners"), is_for_good=True)
        matches = ranked_for(edition, number, mode, programme, countries, top)
        renewed = edition.known_partners(number)
        found = edition.remembered(
            ("told", visit.tongue.code, number, mode, programme and programme.id, countries, top),
            lambda: _told(visit, edition, home, matches, programme),
        )
        naming = Naming(visit.tongue, edition.imprint)
        everywhere = edition.shelf.facets["country"].names
        aim = Purpose(home, programme, mode, countries, top)
        adding = choice(visit, edition, aim)
        said = _opinions(edition, number, [match.partner for match in matches]) if adding.lists is not None else {}
    listed = [replace(one, opinions=said.get(one.card.id, ())) for one in found]
    following = next((one for one in TOPS if one > top), None) if len(listed) == top else None
    more = None if following is None else visit.address(replace(aim, top=following).ranking)
    values = {
        "home": home,
        "partners": listed,
        "known": renewed,
        "mode": mode,
        "modes": list(Mode),
        "programme": programme,
        "programmes": list(programmes().values()),
        "countries": visit.tongue.in_order(
            [(visit.tongue.country(code), code) for code in everywhere if code != home.country], lambda one: one[0]
        ),
        "chosen_countries": countries,
        "top": top,
        "more": more,
        "following": following,
        "naming": naming,
        "adding": adding,
        "places": {*adding.places([one.card.id for one in listed]), *(f"partner-{one.card.id}" for one in listed)},
        "recipe": matches[0].recipe if matches else None,
    }
    return Page("partners.html", values, partial(_data, naming, home, listed, renewed, mode, programme), aim.ranking)


def programme_of(visit: Visit) -> Programme | None:
    """The programme that the address asks for. Raises Refusal where there is no such."""
    name = visit.asked.one("programme").strip()
    if not name:
        return None
    if name not in programmes():
        raise Refusal(404, "no_programme")
    return programmes()[name]


def ranked_for(
    edition: Opened, number: int, mode: Mode, programme: Programme | None, countries: tuple[str, ...], top: int
) -> list[PartnerMatch]:
    """The best partners of an organisation, as this edition has them."""

    def rank() -> list[PartnerMatch]:
        ground = edition.ground
        home = ground.population.index(number)
        return rank_on(ground, home, edition.known_pairs, mode=mode, top=top, countries=countries, programme=programme)

    return edition.remembered(("ranked", number, mode, programme and programme.id, countries, top), rank)


def _opinions(edition: Opened, number: int, partners: list[int]) -> dict[int, tuple[Opinion, ...]]:
    """Partner -> what staff think of it for this home, whichever of their records it was said of."""
    records = edition.remembered(("records", number), lambda: records_of(edition.con, number))
    homes = [RecordKey(*record) for record in records]
    with reading(edition.desk) as desk:
        found = standing(desk, homes) if desk else []
    if not found:
        return {}
    now = organisations_of(edition.con, [(*one.partner, 0) for one in found])
    return {
        partner: tuple(one for one in found if now.get(one.partner) == partner) for partner in partners if partner in now.values()
    }


def opine(visit: Visit) -> Answer:
    """Write down what somebody thinks of a partner: ``do`` is ``useful:12`` or ``useless:12``."""
    number = visit.number("number")
    verb, _, about = visit.form.one("do").partition(":")
    partner = whole_number(about)
    if number is None or partner is None or verb not in ("useful", "useless"):
        raise Refusal(400, "unfit")
    mode = mode_of(visit)
    session = named(visit)
    with visit.edition() as edition, writing(edition.desk) as desk:
        home, other = oldest_record(edition.con, number), oldest_record(edition.con, partner)
        if home is None or other is None:
            raise not_found()
        matches = ranked_for(edition, number, mode, programme_of(visit), countries_of(visit), top_of(visit))
        match = next((one for one in matches if one.partner == partner), None)
        if match is None:
            raise Refusal(409, "not_ranked")
        try:
            give(
                desk,
                RecordKey(*home),
                RecordKey(*other),
                is_useful=verb == "useful",
                because=visit.form.one("because"),
                ranked=Ranked(match.recipe, match.rank, match.score, edition.imprint.number),
                by=signature(visit, session),
                at=visit.now,
            )
        except ValueError as error:
            raise Refusal(400, "unfit") from error
    place = f"partner-{partner}"
    back = f"{visit.asked.to(f'/clusters/{number}/partners')}#{place}"
    return Redirect(back, session=session.saying("said.opinion", place))


def _told(
    visit: Visit, edition: Opened, home: Card, matches: list[PartnerMatch], programme: Programme | None
) -> tuple[Partner, ...]:
    """The partners in the reader's language, without what staff think of them."""
    shown = edition.cards([match.partner for match in matches])
    naming = Naming(visit.tongue, edition.imprint)
    ways = reach(edition, list(shown.values()))
    texts = edition.extracts(list(shown))
    facts = parts("partner_facts.html", "facts", visit.tongue, naming=naming)
    found = (
        _partner(
            visit,
            naming,
            home,
            match,
            shown[match.partner],
            programme,
            ways[match.partner],
            own_words(texts.get(match.partner, {}), visit.tongue.code),
            any(round(after.score, 1) > round(match.score, 1) for after in matches[place:]),
        )
        for place, match in enumerate(matches, start=1)
    )
    return tuple(replace(one, facts=facts(one)) for one in found)


def _partner(
    visit: Visit,
    naming: Naming,
    home: Card,
    match: PartnerMatch,
    card: Card,
    programme: Programme | None,
    ways: Reach,
    words: tuple[str, str] | None,
    is_varied: bool,
) -> Partner:
    tongue = visit.tongue
    return Partner(
        match=match,
        card=card,
        whys=whys(naming, match, home.name, card.name),
        badge=badge(programme, card.country, tongue, visit.today) if programme else None,
        badges=badges(card.country, tongue, visit.today),
        badge_list=badge_list(card.country, tongue, visit.today),
        opinions=(),
        reach=ways,
        words=words,
        is_varied=is_varied,
    )


def _data(
    naming: Naming, home: Card, listed: list[Partner], renewed: list[KnownPartner], mode: Mode, programme: Programme | None
) -> dict[str, Any]:
    return {
        "organisation": {"id": home.id, "name": home.name, "country": home.country},
        "mode": mode.value,
        "programme": programme.id if programme else None,
        "partners": [
            {
                "rank": one.match.rank,
                "id": one.card.id,
                "name": one.card.name,
                "country": one.card.country,
                "score": one.match.score,
                "is_varied": one.is_varied,
                "recipe": one.match.recipe,
                "reasons": reasons_data(naming, one.match, home.name, one.card.name),
                "eligible": [as_data(each) for each in one.badges],
                "opinions": one.opinions,
                "reach": one.reach,
                "absent": one.card.absent,
            }
            for one in listed
        ],
        "known_partners": [asdict(one) for one in renewed],
    }
