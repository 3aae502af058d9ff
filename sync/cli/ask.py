"""Commands that read the current edition: search, partners."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, assert_never

import pycountry
import typer

from connectors import registry
from connectors.registry import UnknownNetwork
from matching.partners import ranking
from matching.partners.explain import as_data, sentence
from matching.partners.programmes import named as programme_named
from matching.partners.recipe import recipe
from matching.search.browse import Shelf
from matching.search.find import Ambiguous, Found, Missing, Named, find
from matching.search.search import Filters
from matching.search.search import search as search_edition
from matching.search.ways_out import Chosen, WaysOut, ways_out
from sync.cli.context import Asked
from sync.cli.output import Json, Stop, print_json, print_table, say, warn
from sync.cli.tongues import Language, decimals, spoken, told, weights_of
from sync.clock import SystemClock
from sync.exits import Exit
from warehouse import doubts, editions
from warehouse.connection import Connection
from warehouse.decided import RecordKey
from warehouse.facets import imprint
from warehouse.rows import PartnerMatch

Countries = Annotated[list[str] | None, typer.Option("--country", metavar="CC", help="ISO 3166-1 code; may be repeated.")]
ORG = "Number, exact name, alias, unambiguous part of a name, or a record of it as NETWORK/KEY."
Name = Annotated[str, typer.Argument(metavar="ORG", help=ORG)]


def edition_path(var: Path) -> Path:
    """The edition to read: the live one, else the demo's. Raises editions.EditionMissing."""
    path = editions.current(var / "editions") or editions.current(var / "demo" / "editions")
    if path is None:
        raise editions.EditionMissing(
            f"wanted an edition in {var / 'editions'}, found none; make one: "
            "`clusterbridge demo` (replicas on this machine) or `clusterbridge sync` (live networks)"
        )
    return path


@contextmanager
def current_edition(asked: Asked) -> Iterator[Connection]:
    """A cursor on the edition to read: the live one, else the demo's, which is said."""
    with opened(asked.reading(edition_path(asked.settings.paths.var))) as con:
        yield con


@contextmanager
def opened(path: Path) -> Iterator[Connection]:
    """A cursor on one edition."""
    with editions.EditionReader(path) as reader, reader.cursor() as con:
        yield con


def as_key(words: str, known: Collection[RecordKey] = ()) -> RecordKey | None:
    """The record that ``NETWORK/KEY`` names; None for other words: an organisation may have a slash in its name.

    Arguments:
        known: records whose networks count too.
    """
    said, slash, key = words.strip().partition("/")
    if not slash or not key:
        return None
    try:
        return RecordKey(registry.folder_name(said), key)
    except UnknownNetwork:
        return RecordKey(said, key) if RecordKey(said, key) in known else None


def near(con: Connection, key: RecordKey) -> str:
    """A question for the records that are called much like one that is not known; empty: none is."""
    found = get_close_matches(key.source_key, doubts.keys(con, key.network), n=3, cutoff=0.5)
    return f"; did you mean {', '.join(str(RecordKey(key.network, one)) for one in found)}?" if found else ""


def meant(con: Connection, words: str) -> Named:
    """The one organisation that the words name, or of which they name a record.

    Stops with the candidates or suggestions where they name several or none.
    """
    key = as_key(words)
    record = None if key is None else doubts.record(con, key)
    if record is not None:
        return Named(record.organisation_id, record.name, record.country)
    answer = find(con, words)
    match answer:
        case Found(one):
            return one
        case Ambiguous(candidates, total):
            listed = "\n".join(f"  {one.id}  {one.name} ({one.country})" for one in candidates)
            raise Stop(Exit.USAGE, f"{words!r} names {total} organisations; say which, by number:\n{listed}")
        case Missing(suggestions):
            listed = "".join(f"\n  {one.id}  {one.name} ({one.country})" for one in suggestions)
            nearest = f"; the nearest are:{listed}" if listed else ""
            if key is not None:
                raise Stop(
                    Exit.USAGE, f"no organisation is called {words!r}, and no record {key} is known{near(con, key)}{nearest}"
                )
            form = "say its number, its name, a part of that, or a record of it as NETWORK/KEY"
            raise Stop(Exit.USAGE, f"no organisation is called {words!r}; {form}{nearest}")
        case _:
            assert_never(answer)


def search(
    ctx: typer.Context,
    text: Annotated[str, typer.Argument(help="Words in any language of the profiles; typos and accents do not matter.")],
    country: Countries = None,
    ecosystem: Annotated[list[str] | None, typer.Option("--ecosystem", metavar="E", help="Industrial ecosystem.")] = None,
    label: Annotated[list[str] | None, typer.Option("--label", help="Label valid today: gold, silver, bronze ...")] = None,
    network: Annotated[list[str] | None, typer.Option("--network", metavar="N", help="Network that lists it.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="Results to print.")] = 20,
    as_json: Json = False,
) -> None:
    """Search the organisations of the current edition."""
    today, with_model = SystemClock().now().astimezone(ctx.obj.timezone).date(), ctx.obj.settings.embeddings.enabled
    networks = [registry.network(name).facts.name for name in network or ()]
    with current_edition(ctx.obj) as con:
        try:
            found = search_edition(
                con,
                text,
                countries=codes(country),
                ecosystems=ecosystem or (),
                labels=label or (),
                networks=networks,
                limit=limit,
                today=today,
                with_model=with_model,
            )
        except ValueError as error:
            raise Stop(Exit.USAGE, str(error)) from error
        if not found.total and not as_json:
            chosen = Filters.of(codes(country), ecosystem or (), label or (), networks).chosen
            ways = ways_out(con, Shelf.read(con, today), text, chosen, with_model=with_model)
            _print_ways_out(ways, chosen)
            return
    if as_json:
        print_json(
            {
                "total": found.total,
                "results": [asdict(hit) for hit in found.results],
                "facets": found.facets,
                "did_you_mean": found.did_you_mean,
            }
        )
        return
    rows = [(hit.id, hit.name, hit.country, hit.score, "; ".join(hit.matched)) for hit in found.results]
    print_table(("id", "name", "country", "score", "matched"), rows)
    say(f"{found.total} organisations" + (f", the first {len(rows)} shown" if found.total > len(rows) else ""))
    if found.did_you_mean:
        say(f"did you mean: {found.did_you_mean}")


def _print_ways_out(ways: WaysOut, chosen: Chosen) -> None:
    """That nothing was found, and what would help, as the staff page has it."""
    say("0 organisations; what would help:")
    if ways.meant:
        filters = "" if ways.meant.keeps_choices or not any(chosen.values()) else ", without any filter"
        say(f"  search for {ways.meant.text!r}{filters}: {_many(ways.meant.total)}")
    for facet, total in ways.without.items():
        say(f"  leave out {' '.join(f'--{facet} {shlex.quote(value)}' for value in chosen[facet])}: {_many(total)}")
    if ways.without_choices and len([values for values in chosen.values() if values]) > 1:
        say(f"  leave out every filter: {_many(ways.without_choices)}")
    say("  other words, or fewer of them; `clusterbridge search ''` lists everyone")


def _many(total: int) -> str:
    return "1 organisation" if total == 1 else f"{total} organisations"


def partners(
    ctx: typer.Context,
    org: Name,
    top: Annotated[int, typer.Option(min=1, max=500, help="Partners to print.")] = 10,
    mode: Annotated[ranking.Mode, typer.Option(help="Like us, unlike us, or both.")] = ranking.Mode.BALANCED,
    country: Countries = None,
    programme: Annotated[
        str | None, typer.Option("--programme", metavar="P", help="Leave out whom this programme is closed to.")
    ] = None,
    lang: Language = "en",
    as_json: Json = False,
) -> None:
    """Rank the partners that fit an organisation, with reasons."""
    today = SystemClock().now().astimezone(ctx.obj.timezone).date()
    language = spoken(lang)
    funded = None if programme is None else programme_named(programme)
    with current_edition(ctx.obj) as con:
        one = meant(con, org)
        matches = ranking.rank(con, one.id, mode=mode, top=top, countries=codes(country), programme=funded, today=today)
        renewed = ranking.known(con, one.id)
        named = names_of(con, [match.partner for match in matches])
        titles = network_titles(con)
    if as_json:
        print_json(
            {
                "organisation": asdict(one),
                "mode": mode.value,
                "recipe": recipe(mode).name,
                "weights": dict(recipe(mode).weights),
                "partners": [
                    {
                        "rank": match.rank,
                        "id": match.partner,
                        "name": named[match.partner].name,
                        "country": named[match.partner].country,
                        "score": match.score,
                        "reasons": [as_data(reason, one.name, named[match.partner].name, titles) for reason in match.reasons],
                    }
                    for match in matches
                ],
                "known_partners": [asdict(partner) for partner in renewed],
            }
        )
        return
    if matches:
        print_partners(one, matches, named, titles, mode=mode, language=language)
    else:
        warn(told(language, "nobody", name=one.name))
    if renewed:
        say("\n" + told(language, "known"))
        for partner in renewed:
            year = f", {partner.year}" if partner.year else ""
            say(
                f"     {partner.name} ({partner.country}): {partner.partnership}{year}: {', '.join(partner.source_urls)}",
                indent=5,
            )


def codes(countries: list[str] | None) -> list[str]:
    """ISO 3166-1 codes of countries named by code or name. Stops where there is no such country."""
    found = []
    for country in countries or []:
        try:
            found.append("XK" if country.upper() == "XK" else pycountry.countries.lookup(country).alpha_2)
        except LookupError as error:
            raise Stop(Exit.USAGE, f"wanted --country with an ISO 3166-1 code such as 'FI', found {country!r}") from error
    return found


def names_of(con: Connection, ids: list[int]) -> dict[int, Named]:
    """Numbers, names and countries of organisations, by number."""
    rows = con.execute(
        "SELECT organisation_id, name, country FROM clusters WHERE list_contains($ids::BIGINT[], organisation_id)", {"ids": ids}
    ).fetchall()
    return {row[0]: Named(*row) for row in rows}


def network_titles(con: Connection) -> dict[str, str]:
    """Short name -> what each network calls itself, as the staff's page names it."""
    return {name: card.title for name, card in imprint(con).networks.items()}


def print_partners(
    one: Named,
    matches: list[PartnerMatch],
    named: dict[int, Named],
    titles: Mapping[str, str],
    *,
    mode: ranking.Mode = ranking.Mode.BALANCED,
    most_reasons: int = 4,
    language: str = "en",
) -> None:
    """The partners in order, each with the reasons that weigh most.

    Arguments:
        titles: ``network_titles``.
    """
    weights = weights_of(mode, language)
    say(told(language, "partners", name=one.name, mode=told(language, mode), weights=weights, recipe=matches[0].recipe))
    for match in matches:
        partner = named[match.partner]
        score = f"{told(language, 'score')} {decimals(match.score, '.1f', language)}"
        say(f"\n{match.rank:>3}. {partner.name} ({partner.country})  {score}")
        weightiest = sorted(match.reasons, key=lambda reason: -abs(reason.contribution))
        for reason in weightiest[:most_reasons]:
            text = sentence(reason, one.name, partner.name, language, networks=titles)
            say(f"     {decimals(reason.contribution, '+6.1f', language)}  {text}", indent=13)
        rest = weightiest[most_reasons:]
        if rest:
            more = told(language, "more reasons", number=len(rest))
            say(f"     {decimals(sum(reason.contribution for reason in rest), '+6.1f', language)}  {more}")
