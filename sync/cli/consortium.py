"""``clusterbridge consortium``: whether a team meets a programme's rules, and who would complete it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from matching.partners.checks import Check, Fix, Member, Verdict
from matching.partners.coverage import NothingToCover
from matching.partners.explain import as_data, sentence
from matching.partners.phrases import day, quoted
from matching.partners.programmes import Answer, Programme, named, programmes
from matching.partners.ranking import read_ground
from matching.partners.shortlisted import checked_list
from matching.partners.teams import Chosen, Suggestion, checked, completed
from matching.search.find import Named
from sync.cli.ask import Countries, codes, current_edition, edition_path, meant, network_titles, opened
from sync.cli.context import Asked
from sync.cli.output import Json, Stop, print_json, print_table, say, warn
from sync.cli.tongues import Language, decimals, spoken, told, value_names
from sync.clock import SystemClock
from sync.exits import Exit
from sync.places import DESK
from warehouse import shortlists
from warehouse.connection import Connection
from warehouse.desk import Desk
from warehouse.facets import cards
from warehouse.listed import listed
from warehouse.migrate import SchemaOlder
from warehouse.shortlist_shapes import Contents, NoShortlist

app = typer.Typer(no_args_is_help=True, help="Check and complete a consortium under a programme's rules.")

ORGS = typer.Argument(metavar="ORG ...", help="Number, name, part of a name, or a record as NETWORK/KEY; the first leads.")
PROGRAMME = typer.Option("--programme", metavar="P", help="`clusterbridge consortium programmes` names them.")
Orgs = Annotated[list[str], ORGS]
Wanted = Annotated[str, PROGRAMME]

MOST_VALUES = 4
"""Ecosystems and technologies of one pick that are named."""


@app.command("programmes")
def list_programmes(lang: Language = "en", as_json: Json = False) -> None:
    """The programmes whose rules are known, when they were checked, and how far to trust them."""
    language = spoken(lang)
    if as_json:
        print_json([_programme(one) for one in programmes().values()])
        return
    print_table(
        [told(language, key) for key in ("programme", "name", "on", "trust", "rules")],
        [
            (one.id, one.name[language], one.checked_on, told(language, one.trust), len(one.rules))
            for one in programmes().values()
        ],
    )


@app.command()
def check(
    ctx: typer.Context,
    orgs: Annotated[list[str] | None, ORGS] = None,
    programme: Annotated[str | None, PROGRAMME] = None,
    shortlist: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Instead of organisations: a shortlist, by the number in its address.")
    ] = None,
    lang: Language = "en",
    as_json: Json = False,
) -> None:
    """Check a team rule by rule: met, not met or unknown, why, and who would mend it.

    What people confirmed belongs to a shortlist: with --shortlist it counts, and the shortlist's own programme is checked
    unless --programme names another.
    """
    language = spoken(lang)
    if bool(orgs) == (shortlist is not None):
        raise Stop(Exit.USAGE, "wanted one of organisations and --shortlist, found " + ("both" if orgs else "neither"))
    if shortlist is not None:
        found, contents = _checked_list(ctx.obj, shortlist, named(programme) if programme else None)
        kept: dict[str, Any] = {"shortlist": {"number": shortlist, "name": contents.shortlist.name}}
    else:
        if programme is None:
            raise Stop(Exit.USAGE, f"wanted --programme with one of {', '.join(programmes())}, found none")
        wanted, today, kept = named(programme), _today(ctx.obj), {}
        with current_edition(ctx.obj) as con:
            ids = [one.id for one in _meant(con, orgs or [], language)]
            found = checked(read_ground(con, today), wanted, ids, today)
    if as_json:
        print_json({**kept, **_check(found)})
        return
    if kept:
        say(kept["shortlist"]["name"])
    _print_check(found, language, ctx.obj.timezone)


def _checked_list(asked: Asked, number: int, wanted: Programme | None) -> tuple[Check, Contents]:
    """A shortlist of the desk that belongs to the edition, checked. Stops where there is none, or nothing to check."""
    path = asked.reading(edition_path(asked.settings.paths.var))
    today = _today(asked)
    with opened(path) as con, _desk(path.parents[1] / DESK) as desk:
        try:
            contents = shortlists.contents(desk, number)
        except NoShortlist as nothing:
            raise Stop(Exit.USAGE, str(nothing)) from nothing
        programme = wanted or programmes().get(contents.shortlist.programme or "")
        if programme is None:
            raise Stop(Exit.USAGE, f"shortlist {number} has no programme; name one: --programme {' | '.join(programmes())}")
        entries = listed(con, partial(cards, con, today=today), contents)
        found = checked_list(read_ground(con, today), programme, entries, desk, number, today)
    if found is None:
        raise Stop(Exit.USAGE, f"nobody on shortlist {number} is counted: who said no is not, nor who is no longer in the data")
    return found, contents


def _today(asked: Asked) -> date:
    """The day for which rules are checked: that of the page."""
    return SystemClock().now().astimezone(asked.timezone).date()


def _desk(path: Path) -> Desk:
    """The desk to read from; one of an earlier version is brought up to ours. Stops where nobody has written on one yet."""
    try:
        return Desk.open(path, read_only=True)
    except SchemaOlder:
        return Desk.open(path)
    except FileNotFoundError as nothing:
        raise Stop(Exit.USAGE, f"there are no shortlists yet: wanted the desk at {path}, found none") from nothing


@app.command()
def suggest(
    ctx: typer.Context,
    orgs: Orgs,
    programme: Wanted,
    size: Annotated[int, typer.Option(min=1, max=30, help="Of the whole team.")] = 6,
    country: Countries = None,
    cover: Annotated[
        list[str] | None,
        typer.Option("--cover", metavar="TEXT", help="An ecosystem or technology to be covered; may be repeated."),
    ] = None,
    lang: Language = "en",
    as_json: Json = False,
) -> None:
    """Complete a team: who fits, covers what is missing, spreads over countries, and meets the rules."""
    wanted, language = named(programme), spoken(lang)
    today = _today(ctx.obj)
    with current_edition(ctx.obj) as con:
        ids = [one.id for one in _meant(con, orgs, language)]
        if size < len(ids):
            raise Stop(Exit.USAGE, f"wanted --size of at least {len(ids)}, the organisations named, found {size}")
        try:
            found = completed(read_ground(con, today), wanted, ids, size, today, countries=codes(country), cover=cover or ())
        except NothingToCover as nothing:
            raise Stop(Exit.USAGE, f"--cover: {nothing}") from nothing
        titles = network_titles(con)
    if found.without:
        warn(told(language, "without", values=value_names(found.without, language)))
    if as_json:
        print_json(
            {
                "worth": found.worth,
                "suggested": [_chosen(one, found.check, titles) for one in found.chosen],
                "without": list(found.without),
                "check": _check(found.check),
            }
        )
        return
    _print_suggestion(found, language, titles, ctx.obj.timezone)
    if len(found.check.members) < size:
        warn(told(language, "too few", size=size, found=len(found.check.members)))


def _meant(con: Connection, orgs: Sequence[str], language: str) -> list[Named]:
    """The organisations that were named, each once; of one that was named again it is said."""
    named_ones = [meant(con, words) for words in orgs]
    for one, times in Counter(named_ones).items():
        if times > 1:
            warn(told(language, "twice", name=one.name, times=times))
    return list(dict.fromkeys(named_ones))


def _programme(one: Programme) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": one.name["en"],
        "name_sv": one.name["sv"],
        "valid_from": one.valid_from,
        "valid_until": one.valid_until,
        "checked_on": one.checked_on,
        "source": one.source,
        "status": one.status.value,
        "trust": one.trust.value,
        "note": one.note["en"],
        "note_sv": one.note["sv"],
    }


def _member(one: Member) -> dict[str, Any]:
    return {"id": one.id, "name": one.name, "country": one.country, "organisation_type": one.type}


def _check(found: Check) -> dict[str, Any]:
    return {
        "programme": {**_programme(found.programme), "is_valid": found.is_valid},
        "answer": found.answer.value,
        "to_confirm": [rule.id for rule in found.to_confirm],
        "may_take_part_unknown": [one.id for one in found.doubtful],
        "may_not_take_part": [one.id for one in found.outside],
        "lead": _member(found.members[0]),
        "members": [_member(one) for one in found.members],
        "rules": [_verdict(one) for one in found.verdicts],
    }


def _verdict(one: Verdict) -> dict[str, Any]:
    return {
        "id": one.rule.id,
        "answer": one.answer.value,
        "text": one.rule.text["en"],
        "because": one.because["en"],
        "text_sv": one.rule.text["sv"],
        "because_sv": one.because["sv"],
        "is_advice": one.rule.is_advice,
        "status": one.rule.status.value,
        "trust": one.rule.trust.value,
        "source": one.rule.source,
        "confirmed": None if one.confirmed is None else {"by": one.confirmed.by, "at": one.confirmed.at},
        "lapsed": None if one.lapsed is None else {"by": one.lapsed.by, "at": one.lapsed.at},
        "fixes": [{"how": fix.how, **_member(fix.member)} for fix in one.fixes],
    }


def _chosen(one: Chosen, check: Check, titles: Mapping[str, str]) -> dict[str, Any]:
    lead = check.members[0]
    reasons = [as_data(reason, lead.name, one.member.name, titles) for reason in one.reasons]
    if one.is_asked_for:
        en, sv = (_sentence(_asked_for(one, language)) for language in ("en", "sv"))
        asked = {"feature": "cover", "contribution": None, "text": en, "evidence": {"adds": list(one.covers)}, "text_sv": sv}
        reasons.insert(0, asked)
    return {
        **_member(one.member),
        "fit": one.fit,
        "covers": list(one.covers),
        "is_new_country": one.is_new_country,
        "meets": list(one.meets),
        "because": _why(one, check, "en"),
        "because_sv": _why(one, check, "sv"),
        "reasons": reasons,
    }


def _why(one: Chosen, check: Check, language: str) -> str:
    """What speaks for a pick in one line; what was asked for comes first."""
    parts = [told(language, "fit", fit=decimals(one.fit, ".2f", language))]
    if one.covers and one.is_asked_for:
        parts.insert(0, _asked_for(one, language))
    elif one.covers:
        parts.append(told(language, "covers", values=value_names(one.covers[:MOST_VALUES], language)))
    if one.is_new_country:
        parts.append(told(language, "country"))
    if one.meets:
        rules = [verdict.rule.text[language].rstrip(".") for verdict in check.verdicts if verdict.rule.id in one.meets]
        parts.append(told(language, "meets", rules=", ".join(quoted(rule, language) for rule in rules)))
    return "; ".join(parts)


def _asked_for(one: Chosen, language: str) -> str:
    return told(language, "asked", values=value_names(one.covers[:MOST_VALUES], language))


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."


def _print_suggestion(found: Suggestion, language: str, titles: Mapping[str, str], zone: ZoneInfo) -> None:
    lead = found.check.members[0]
    for number, one in enumerate(found.chosen, start=1):
        say(f"{number:>3}. {one.member.name} ({one.member.country})  {_why(one, found.check, language)}")
        for reason in one.reasons:
            say(f"     {sentence(reason, lead.name, one.member.name, language, networks=titles)}", indent=5)
    say("")
    _print_check(found.check, language, zone)


def _print_check(found: Check, language: str, zone: ZoneInfo) -> None:
    programme = found.programme
    checked_on = told(language, "checked", day=programme.checked_on, trust=told(language, programme.trust))
    say(f"{programme.name[language]}: {_answer(found, language)}  ({checked_on})")
    if not found.is_valid:
        end = programme.valid_until or told(language, "open end")
        warn(told(language, "not valid", programme=programme.id, begin=programme.valid_from, end=end))
    print_table(
        ["", *(told(language, key) for key in ("rule", "because", "mend", "trust"))],
        [
            (
                told(language, one.answer),
                one.rule.text[language],
                one.because[language] + _confirmed(one, language, zone),
                _fixes(one.fixes, language),
                told(language, one.rule.trust),
            )
            for one in found.verdicts
        ],
    )
    say(programme.note[language])


def _answer(found: Check, language: str) -> str:
    """What the check comes to; where no rule is broken, also for whom it is not known or not so that they may take part."""
    if found.answer is Answer.NOT_MET:
        return told(language, found.answer)
    doubtful, outside = (", ".join(one.name for one in those) for those in (found.doubtful, found.outside))
    parts = [told(language, "met if", names=doubtful) if doubtful else told(language, found.answer)]
    if left := found.to_confirm:
        parts = [told(language, "except", rules=" ".join(rule.text[language] for rule in left))]
        parts += [told(language, "doubtful", names=doubtful)] if doubtful else []
    parts += [told(language, "outside", names=outside)] if outside else []
    return "; ".join(parts)


def _confirmed(one: Verdict, language: str, zone: ZoneInfo) -> str:
    """By whom and when, behind the reason, also where it holds no longer; empty: nobody confirmed it.

    Arguments:
        zone: whose clocks say which day it was.
    """
    key, said = ("confirmed", one.confirmed) if one.confirmed else ("lapsed", one.lapsed)
    return f"; {told(language, key, by=said.by, day=day(said.at.astimezone(zone).date().isoformat(), language))}" if said else ""


def _fixes(fixes: Sequence[Fix], language: str) -> str:
    return "; ".join(f"{told(language, fix.how)}: {fix.member.name} ({fix.member.country})" for fix in fixes)
