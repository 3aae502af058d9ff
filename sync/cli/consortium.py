"""``clusterbridge consortium``: whether a team meets a programme's rules, and who would complete it."""

from __future__ import annotations

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
from sync.cli.ask import Countries, codes, current_edition, meant
from sync.cli.output import Json, Stop, print_json, print_table, say, warn
from sync.clock import SystemClock
from sync.exits import Exit

app = typer.Typer(no_args_is_help=True, help="Check and complete a consortium under a programme's rules.")

Orgs = Annotated[list[str], typer.Argument(metavar="ORG ...", help="Number, name or part of a name; the first leads.")]
Asked = Annotated[str, typer.Option("--programme", metavar="P", help="`clusterbridge consortium programmes` names them.")]
Language = Annotated[str, typer.Option("--lang", metavar="en|sv", help="Language of the sentences.")]


@app.command("programmes")
def list_programmes(as_json: Json = False) -> None:
    """The programmes whose rules are known, when they were checked, and how far to trust them."""
    if as_json:
        print_json([_programme(one) for one in programmes().values()])
        return
    print_table(
        ("programme", "name", "checked", "trust", "rules"),
        [(one.id, one.name["en"], one.checked_on, one.status.value, len(one.rules)) for one in programmes().values()],
    )


@app.command()
def check(ctx: typer.Context, orgs: Orgs, programme: Asked, lang: Language = "en", as_json: Json = False) -> None:
    """Check a team rule by rule: met, not met or unknown, why, and who would mend it."""
    wanted, language = named(programme), _language(lang)
    today = SystemClock().now().date()
    with current_edition(ctx.obj) as con:
        ids = [meant(con, words).id for words in orgs]
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
    wanted, language = named(programme), _language(lang)
    today = SystemClock().now().date()
    with current_edition(ctx.obj) as con:
        ids = list(dict.fromkeys(meant(con, words).id for words in orgs))
        if size < len(ids):
            raise Stop(Exit.USAGE, f"wanted --size of at least {len(ids)}, the organisations named, found {size}")
        try:
            found = completed(read_ground(con, today), wanted, ids, size, today, countries=codes(country), cover=cover or ())
        except NothingToCover as nothing:
            raise Stop(Exit.USAGE, f"--cover: {nothing}") from nothing
    lead = found.check.members[0]
    if as_json:
        print_json(
            {"worth": found.worth, "suggested": [_chosen(one, lead) for one in found.chosen], "check": _check(found.check)}
        )
        return
    _print_suggestion(found, language)
    if len(found.check.members) < size:
        warn(f"wanted {size} organisations, found {len(found.check.members)} that may join under these filters")


def _language(lang: str) -> str:
    if lang not in ("en", "sv"):
        raise Stop(Exit.USAGE, f"wanted --lang with en or sv, found {lang!r}")
    return lang


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
    reasons = [{**asdict(reason), "text_sv": sentence(reason, lead.name, one.member.name, "sv")} for reason in one.reasons]
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


_SAYS = {
    "en": {"covers": "adds {}", "country": "a further country", "meets": "helps to meet {}", "fit": "fit {:.2f} of 1"},
    "sv": {"covers": "tillför {}", "country": "ett ytterligare land", "meets": "bidrar till {}", "fit": "passform {:.2f} av 1"},
}


def _why(one: Chosen, language: str) -> str:
    says = _SAYS[language]
    parts = [says["fit"].format(one.fit)]
    if one.covers:
        parts.append(says["covers"].format(", ".join(one.covers[:4])))
    if one.is_new_country:
        parts.append(says["country"])
    if one.meets:
        parts.append(says["meets"].format(", ".join(one.meets)))
    return "; ".join(parts)


def _print_suggestion(found: Suggestion, language: str) -> None:
    lead = found.check.members[0]
    for number, one in enumerate(found.chosen, start=1):
        say(f"{number:>3}. {one.member.name} ({one.member.country})  {_why(one, language)}")
        for reason in one.reasons:
            say(f"     {sentence(reason, lead.name, one.member.name, language)}", indent=5)
    say("")
    _print_check(found.check, language)


_FIXES = {
    "en": {"add": "would help", "lead": "could lead", "replace": "replace"},
    "sv": {"add": "skulle hjälpa", "lead": "kan leda", "replace": "ersätt"},
}
_ANSWERS = {
    "en": {"met": "met", "not met": "not met", "unknown": "unknown"},
    "sv": {"met": "uppfyllt", "not met": "inte uppfyllt", "unknown": "okänt"},
}


def _print_check(found: Check, language: str) -> None:
    programme, answers = found.programme, _ANSWERS[language]
    say(f"{programme.name[language]}: {answers[found.answer.value]}  (checked {programme.checked_on}, {programme.status.value})")
    if not found.is_valid:
        warn(f"the rules of {programme.id} hold from {programme.valid_from} to {programme.valid_until}, not today")
    print_table(
        ("", "rule", "because", "mend", "trust"),
        [
            (
                answers[one.answer.value],
                one.rule.text[language],
                one.because[language],
                _fixes(one.fixes, language),
                one.rule.status.value,
            )
            for one in found.verdicts
        ],
    )
    say(programme.note[language])


def _fixes(fixes: Sequence[Fix], language: str) -> str:
    return "; ".join(f"{_FIXES[language][fix.how]}: {fix.member.name} ({fix.member.country})" for fix in fixes)
