"""``clusterbridge consortium``: whether a team meets a programme's rules, and who would complete it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Any

import typer

from matching.partners.coverage import NothingToCover
from matching.partners.eligibility import Check, Fix, Member, Verdict
from matching.partners.explain import sentence
from matching.partners.programmes import Programme, named, programmes
from matching.partners.ranking import read_ground
from matching.partners.teams import Chosen, Suggestion, checked, completed
from matching.search.find import Named
from sync.cli.ask import Countries, codes, current_edition, meant
from sync.cli.output import Json, Stop, print_json, print_table, say, warn
from sync.cli.tongues import Language, spoken, told, value_names
from sync.clock import SystemClock
from sync.exits import Exit
from warehouse.connection import Connection

app = typer.Typer(no_args_is_help=True, help="Check and complete a consortium under a programme's rules.")

Orgs = Annotated[list[str], typer.Argument(metavar="ORG ...", help="Number, name or part of a name; the first leads.")]
Asked = Annotated[str, typer.Option("--programme", metavar="P", help="`clusterbridge consortium programmes` names them.")]

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
            (one.id, one.name[language], one.checked_on, told(language, one.status), len(one.rules))
            for one in programmes().values()
        ],
    )


@app.command()
def check(ctx: typer.Context, orgs: Orgs, programme: Asked, lang: Language = "en", as_json: Json = False) -> None:
    """Check a team rule by rule: met, not met or unknown, why, and who would mend it."""
    wanted, language = named(programme), spoken(lang)
    today = SystemClock().now().date()
    with current_edition(ctx.obj) as con:
        ids = [one.id for one in _meant(con, orgs, language)]
        found = checked(read_ground(con, today), wanted, ids, today)
    if as_json:
        print_json(_check(found))
        return
    _print_check(found, language)


@app.command()
def suggest(
    ctx: typer.Context,
    orgs: Orgs,
    programme: Asked,
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
    today = SystemClock().now().date()
    with current_edition(ctx.obj) as con:
        ids = [one.id for one in _meant(con, orgs, language)]
        if size < len(ids):
            raise Stop(Exit.USAGE, f"wanted --size of at least {len(ids)}, the organisations named, found {size}")
        try:
            found = completed(read_ground(con, today), wanted, ids, size, today, countries=codes(country), cover=cover or ())
        except NothingToCover as nothing:
            raise Stop(Exit.USAGE, f"--cover: {nothing}") from nothing
    if found.without:
        warn(told(language, "without", values=value_names(found.without, language)))
    lead = found.check.members[0]
    if as_json:
        print_json(
            {
                "worth": found.worth,
                "suggested": [_chosen(one, lead) for one in found.chosen],
                "without": list(found.without),
                "check": _check(found.check),
            }
        )
        return
    _print_suggestion(found, language)
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
        "note": one.note["en"],
        "note_sv": one.note["sv"],
    }


def _member(one: Member) -> dict[str, Any]:
    return {"id": one.id, "name": one.name, "country": one.country, "organisation_type": one.type}


def _check(found: Check) -> dict[str, Any]:
    return {
        "programme": {**_programme(found.programme), "is_valid": found.is_valid},
        "answer": found.answer.value,
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
        "source": one.rule.source,
        "fixes": [{"how": fix.how, **_member(fix.member)} for fix in one.fixes],
    }


def _chosen(one: Chosen, lead: Member) -> dict[str, Any]:
    reasons: list[dict[str, Any]] = [
        {**asdict(reason), "text_sv": sentence(reason, lead.name, one.member.name, "sv")} for reason in one.reasons
    ]
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
        "because": _why(one, "en"),
        "because_sv": _why(one, "sv"),
        "reasons": reasons,
    }


def _why(one: Chosen, language: str) -> str:
    """What speaks for a pick in one line; what was asked for comes first."""
    parts = [told(language, "fit", fit=one.fit)]
    if one.covers and one.is_asked_for:
        parts.insert(0, _asked_for(one, language))
    elif one.covers:
        parts.append(told(language, "covers", values=value_names(one.covers[:MOST_VALUES], language)))
    if one.is_new_country:
        parts.append(told(language, "country"))
    if one.meets:
        parts.append(told(language, "meets", rules=", ".join(one.meets)))
    return "; ".join(parts)


def _asked_for(one: Chosen, language: str) -> str:
    return told(language, "asked", values=value_names(one.covers[:MOST_VALUES], language))


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."


def _print_suggestion(found: Suggestion, language: str) -> None:
    lead = found.check.members[0]
    for number, one in enumerate(found.chosen, start=1):
        say(f"{number:>3}. {one.member.name} ({one.member.country})  {_why(one, language)}")
        for reason in one.reasons:
            say(f"     {sentence(reason, lead.name, one.member.name, language)}", indent=5)
    say("")
    _print_check(found.check, language)


def _print_check(found: Check, language: str) -> None:
    programme = found.programme
    checked_on = told(language, "checked", day=programme.checked_on, trust=told(language, programme.trust))
    say(f"{programme.name[language]}: {told(language, found.answer)}  ({checked_on})")
    if not found.is_valid:
        end = programme.valid_until or told(language, "open end")
        warn(told(language, "not valid", programme=programme.id, begin=programme.valid_from, end=end))
    print_table(
        ["", *(told(language, key) for key in ("rule", "because", "mend", "trust"))],
        [
            (
                told(language, one.answer),
                one.rule.text[language],
                one.because[language],
                _fixes(one.fixes, language),
                told(language, one.rule.status),
            )
            for one in found.verdicts
        ],
    )
    say(programme.note[language])


def _fixes(fixes: Sequence[Fix], language: str) -> str:
    return "; ".join(f"{told(language, fix.how)}: {fix.member.name} ({fix.member.country})" for fix in fixes)
