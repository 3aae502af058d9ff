"""What ``partners`` and ``consortium`` say around names and reasons, in both languages; ``--json`` says it in no language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import typer

from matching.partners.explain import LANGUAGES
from matching.partners.phrases import name
from matching.partners.recipe import Mode, Origin, recipe
from sync.cli.output import Stop
from sync.exits import Exit

Language = Annotated[str, typer.Option("--lang", metavar="en|sv", help="Language of headings, sentences and names of sectors.")]

TEXTS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "partners": "Partners for {name}: {mode} ({weights}; {recipe}). The order favours variety of country and field.",
        "similar": "similar",
        "complement": "complement",
        "balanced": "balanced",
        "learned": "weights learned from funded consortia",
        "hand": "weights set by hand",
        "half-learned": "weights half learned from funded consortia, half set by hand",
        "score": "score",
        "more reasons": "{number} more reasons; --json has them all",
        "known": "Partners already, known from public sources:",
        "nobody": "no partner fits {name} under these filters; partners are organisations of other countries",
        "fit": "fit {fit} of 1",
        "asked": "adds {values}, which you asked for and nobody has",
        "covers": "adds {values}",
        "country": "a further country",
        "meets": "helps to meet {rules}",
        "add": "would help",
        "lead": "could lead",
        "replace": "replace",
        "met": "met",
        "not met": "not met",
        "unknown": "unknown",
        "except": "met, except what people must confirm: {rules}",
        "met if": "met, if {names} may take part: not confirmed",
        "doubtful": "it is not confirmed either that {names} may take part",
        "outside": "{names} may not take part with funding",
        "confirmed": "confirmed by {by} on {day}",
        "lapsed": "what {by} confirmed on {day} of other members, or in other words, holds no longer",
        "checked": "gone through {day}, {trust}",
        "seen": "seen",
        "recalled": "recalled",
        "inferred": "inferred",
        "not valid": "the rules of {programme} hold from {begin} to {end}, not today",
        "open end": "further notice",
        "rule": "rule",
        "because": "because",
        "mend": "mend",
        "trust": "trust",
        "programme": "programme",
        "name": "name",
        "on": "gone through",
        "rules": "rules",
        "too few": "wanted {size} organisations, found {found} that may join under these filters",
        "without": "nobody of the team has {values}, which you asked for: there is no place left, or nobody who may join has it",
        "twice": "{name} is named {times} times and counts once",
    },
    "sv": {
        "partners": "Partner till {name}: {mode} ({weights}; {recipe}). Ordningen gynnar variation i land och område.",
        "similar": "lika",
        "complement": "kompletterande",
        "balanced": "balanserat",
        "learned": "vikter inlärda från finansierade konsortier",
        "hand": "vikter satta för hand",
        "half-learned": "vikter till hälften inlärda från finansierade konsortier, till hälften satta för hand",
        "score": "poäng",
        "more reasons": "{number} skäl till; --json har alla",
        "known": "Redan partner, enligt öppna källor:",
        "nobody": "ingen partner passar {name} med dessa filter; partner är organisationer i andra länder",
        "fit": "passform {fit} av 1",
        "asked": "tillför {values}, som du bad om och som ingen har",
        "covers": "tillför {values}",
        "country": "ett ytterligare land",
        "meets": "bidrar till {rules}",
        "add": "skulle hjälpa",
        "lead": "kan leda",
        "replace": "ersätt",
        "met": "uppfyllt",
        "not met": "inte uppfyllt",
        "unknown": "okänt",
        "except": "uppfyllt, utom det som människor måste bekräfta: {rules}",
        "met if": "uppfyllt, om {names} får delta: inte bekräftat",
        "doubtful": "det är inte heller bekräftat att {names} får delta",
        "outside": "{names} får inte delta med finansiering",
        "confirmed": "bekräftat av {by} den {day}",
        "lapsed": "det som {by} bekräftade den {day} om andra medlemmar, eller med andra ord, gäller inte längre",
        "checked": "genomgånget {day}, {trust}",
        "seen": "läst",
        "recalled": "ur minnet",
        "inferred": "slutsats",
        "not valid": "reglerna för {programme} gäller från {begin} till {end}, inte i dag",
        "open end": "vidare",
        "rule": "regel",
        "because": "skäl",
        "mend": "åtgärd",
        "trust": "tillit",
        "programme": "program",
        "name": "namn",
        "on": "genomgånget",
        "rules": "regler",
        "too few": "ville ha {size} organisationer, hittade {found} som får vara med med dessa filter",
        "without": "ingen i gruppen har {values}, som du bad om: ingen plats är kvar, eller ingen som får vara med har det",
        "twice": "{name} nämns {times} gånger och räknas en gång",
    },
}


def spoken(lang: str) -> str:
    """The language asked for. Stops where there is no such language."""
    if lang not in LANGUAGES:
        raise Stop(Exit.USAGE, f"wanted --lang with {' or '.join(LANGUAGES)}, found {lang!r}")
    return lang


def told(language: str, key: str, **values: object) -> str:
    """The text of a key in a language."""
    return TEXTS[language][key].format(**values)


def weights_of(mode: Mode, language: str) -> str:
    """Where the weights of a mode come from."""
    return told(language, recipe(mode).origin or Origin.HAND)


def value_names(values: tuple[str, ...], language: str) -> str:
    """Ecosystems and technologies by their names in the language, with commas between; what has none stays as printed."""
    return ", ".join(name(value, ("ecosystem", "technology"), language) or value for value in values)


def decimals(value: float, form: str, language: str) -> str:
    """A number with the language's decimal mark.

    Arguments:
        form: as ``format`` takes it, without marks for thousands.
    """
    return format(value, form).replace(".", "," if language == "sv" else ".")
