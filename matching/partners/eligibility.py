"""Whether a consortium meets a programme's rules: rule by rule, why, and what would mend it. What is not on record is unknown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

from matching.partners.checks import Check, Confirmed, Fix, Lapsed, Member, Verdict
from matching.partners.phrases import country as country_name
from matching.partners.phrases import joined
from matching.partners.programmes import Answer, Programme, Rule, RuleKind
from warehouse.ordering import sort_keys

MOST_FIXES = 3
MOST_COUNTRIES = 6
"""Countries that a reason names before it counts the rest."""


def check(programme: Programme, members: Sequence[Member], today: date, candidates: Sequence[Member] = ()) -> Check:
    """Check a team.

    Arguments:
        members: the first leads; one that is named twice counts once.
        candidates: who could join, the fittest first: among them are looked for those that would mend a rule.
    Errors:
        ValueError: no member.
    """
    team = tuple(dict.fromkeys(members))
    if not team:
        raise ValueError("wanted at least one organisation, found none")
    verdicts = tuple(_mended(verdict, team, candidates) for verdict in (judge(rule, team) for rule in programme.rules))
    return Check(programme, team, verdicts, _worst(verdicts), programme.is_valid(today))


def confirmed(found: Check, said: Mapping[str, Confirmed], lapsed: Mapping[str, Lapsed] = MappingProxyType({})) -> Check:
    """A check with what people confirmed: of a rule, by its id, whose answer is not on record. What is on record stands.

    Arguments:
        lapsed: what holds no longer, by the rule's id; it changes no answer.
    """
    verdicts = tuple(
        replace(one, answer=Answer.MET, shortfall=0, fixes=(), confirmed=said[one.rule.id])
        if one.answer is Answer.UNKNOWN and one.rule.id in said
        else one
        for one in found.verdicts
    )
    verdicts = tuple(replace(one, lapsed=lapsed.get(one.rule.id)) if one.answer is Answer.UNKNOWN else one for one in verdicts)
    return replace(found, verdicts=verdicts, answer=_worst(verdicts))


def _worst(verdicts: Sequence[Verdict]) -> Answer:
    required = {verdict.answer for verdict in verdicts if not verdict.rule.is_advice}
    return next((worst for worst in (Answer.NOT_MET, Answer.UNKNOWN) if worst in required), Answer.MET)


def judge(rule: Rule, team: Sequence[Member]) -> Verdict:
    """What is known of one rule for a team of at least one."""
    return _JUDGES[rule.kind](rule, team)


def shortfall(rule: Rule, team: Sequence[Member]) -> int:
    """How many organisations are certainly wanting for a rule; whoever could lead counts as the lead."""
    if rule.kind is RuleKind.LEAD_FROM:
        return min((int(_holds(rule, one) is not Answer.MET) for one in team), default=1)
    if rule.kind is RuleKind.LEAD_OF_TYPE:
        return min((int(_of_type(rule, one) is not Answer.MET) for one in team), default=1)
    return judge(rule, team).shortfall


def _mended(verdict: Verdict, team: tuple[Member, ...], candidates: Sequence[Member]) -> Verdict:
    if verdict.answer is Answer.MET:
        return verdict
    rule = verdict.rule
    fixes: list[Fix] = []
    if rule.kind in (RuleKind.LEAD_FROM, RuleKind.LEAD_OF_TYPE):
        fixes = [Fix("lead", one) for one in team[1:] if judge(rule, [one]).answer is Answer.MET]
    if rule.kind in (RuleKind.EACH_FROM, RuleKind.EACH_OF_TYPE):
        fixes = [Fix("replace", one) for one in team if judge(rule, [one]).answer is Answer.NOT_MET]
    wanting = shortfall(rule, team)
    if wanting and not fixes:
        chosen: list[Fix] = []
        have = {one.id for one in team}
        helps: dict[tuple[str | None, str | None], bool] = {}
        for one in candidates:
            kind = (one.country, one.type)
            if kind not in helps:
                helps[kind] = shortfall(rule, [*team, one]) < wanting
            if helps[kind] and one.id not in have:
                chosen.append(Fix("add", one))
                if len(chosen) == MOST_FIXES:
                    break
        fixes = chosen
    return replace(verdict, fixes=tuple(fixes[:MOST_FIXES]))


def _different_countries(rule: Rule, team: Sequence[Member]) -> Verdict:
    certain = sorted({one.country for one in team if one.country and _holds(rule, one) is Answer.MET})
    doubtful = [one for one in team if _holds(rule, one) is Answer.UNKNOWN]
    may_count = len({one.country for one in doubtful if one.country}) + sum(one.country is None for one in doubtful)
    return _counted(rule, len(certain), may_count, _home_first(certain, team), doubtful, "countries", "länder")


def _some_from(rule: Rule, team: Sequence[Member]) -> Verdict:
    certain = [one for one in team if _holds(rule, one) is Answer.MET]
    doubtful = [one for one in team if _holds(rule, one) is Answer.UNKNOWN]
    countries = sorted({one.country for one in certain if one.country})
    named = _home_first(countries, team)
    return _counted(rule, len(certain), len(doubtful), named, doubtful, "organisations", "organisationer")


@dataclass(frozen=True)
class _Countries:
    """Countries to be named: that of the one that leads before the others."""

    home: tuple[str, ...]
    others: tuple[str, ...]

    def told(self, language: str) -> str:
        """The others in the alphabet of the language."""
        names = [country_name(code, language) for code in self.others]
        ordered = [name for _, name in sorted(zip(sort_keys(names, language), names, strict=True))]
        words = {"en": ("and", "more", "none"), "sv": ("och", "till", "inga")}[language]
        named = [*(country_name(code, language) for code in self.home), *ordered]
        return joined(named, conjunction=words[0], more=words[1], nothing=words[2], most=MOST_COUNTRIES)


def _home_first(codes: Sequence[str], team: Sequence[Member]) -> _Countries:
    home = team[0].country if team else None
    return _Countries(tuple(one for one in codes if one == home), tuple(one for one in codes if one != home))


def _counted(
    rule: Rule, certain: int, may_count: int, countries: _Countries, doubtful: Sequence[Member], noun_en: str, noun_sv: str
) -> Verdict:
    least = rule.least or 0
    answer = Answer.MET if certain >= least else Answer.UNKNOWN if certain + may_count >= least else Answer.NOT_MET
    group = rule.group.name if rule.group else {"en": "", "sv": ""}
    many_en, many_sv = f"{certain} of {least} {noun_en}", f"{certain} av {least} {noun_sv}"
    if certain > least:
        many_en, many_sv = f"{certain} {noun_en}, at least {least} needed", f"{certain} {noun_sv}, minst {least} behövs"
    en = f"{many_en} ({group['en']}): {countries.told('en')}"
    sv = f"{many_sv} ({group['sv']}): {countries.told('sv')}"
    if doubtful and answer is not Answer.MET:
        en += f"; not certain of {_named(doubtful, 'en')}"
        sv += f"; osäkert om {_named(doubtful, 'sv')}"
    return Verdict(rule, answer, {"en": en, "sv": sv}, max(least - certain, 0))


def _each_from(rule: Rule, team: Sequence[Member]) -> Verdict:
    return _each(rule, team, [_holds(rule, one) for one in team])


def _each_of_type(rule: Rule, team: Sequence[Member]) -> Verdict:
    return _each(rule, team, [_of_type(rule, one) for one in team])


def _each(rule: Rule, team: Sequence[Member], answers: Sequence[Answer]) -> Verdict:
    outside = [one for one, answer in zip(team, answers, strict=True) if answer is Answer.NOT_MET]
    doubtful = [one for one, answer in zip(team, answers, strict=True) if answer is Answer.UNKNOWN]
    if outside:
        because = {"en": f"it does not hold of {_named(outside, 'en')}", "sv": f"det gäller inte {_named(outside, 'sv')}"}
        return Verdict(rule, Answer.NOT_MET, because, 0)
    if doubtful:
        because = {"en": f"not on record for {_named(doubtful, 'en')}", "sv": f"inte registrerat för {_named(doubtful, 'sv')}"}
        return Verdict(rule, Answer.UNKNOWN, because, 0)
    return Verdict(rule, Answer.MET, {"en": "it holds of all", "sv": "det gäller alla"}, 0)


def _lead_from(rule: Rule, team: Sequence[Member]) -> Verdict:
    return _lead(rule, team[0], _holds(rule, team[0]))


def _lead_of_type(rule: Rule, team: Sequence[Member]) -> Verdict:
    return _lead(rule, team[0], _of_type(rule, team[0]))


def _lead(rule: Rule, lead: Member, answer: Answer) -> Verdict:
    own = {language: f"{lead.name} ({_country(lead.country, language)})" for language in ("en", "sv")}
    because = {
        Answer.MET: {"en": f"{own['en']} leads, and it holds of it", "sv": f"{own['sv']} leder, och det gäller den"},
        Answer.NOT_MET: {
            "en": f"{own['en']} leads, and it does not hold of it",
            "sv": f"{own['sv']} leder, och det gäller inte den",
        },
        Answer.UNKNOWN: {
            "en": f"not on record for {own['en']}, which leads",
            "sv": f"inte registrerat för {own['sv']}, som leder",
        },
    }[answer]
    return Verdict(rule, answer, because, int(answer is not Answer.MET))


def _independent(rule: Rule, team: Sequence[Member]) -> Verdict:
    least = rule.least or 0
    if len(team) < least:
        en, sv = f"{len(team)} of {least} organisations", f"{len(team)} av {least} organisationer"
        return Verdict(rule, Answer.NOT_MET, {"en": en, "sv": sv}, least - len(team))
    times = Counter(one.domain for one in team if one.domain)
    together = [one for one in team if one.domain and times[one.domain] > 1]
    en, sv = "who controls whom is not on record", "vem som kontrollerar vem är inte registrerat"
    if together:
        en += f"; {_named(together, 'en')} share a web address"
        sv += f"; {_named(together, 'sv')} delar webbadress"
    return Verdict(rule, Answer.UNKNOWN, {"en": en, "sv": sv}, 0)


def _size(rule: Rule, team: Sequence[Member]) -> Verdict:
    least = rule.least or 0
    fits = len(team) >= least and (rule.most is None or len(team) <= rule.most)
    because = {"en": f"{len(team)} organisations", "sv": f"{len(team)} organisationer"}
    return Verdict(rule, Answer.MET if fits else Answer.NOT_MET, because, max(least - len(team), 0))


def _to_confirm(rule: Rule, _team: Sequence[Member]) -> Verdict:
    because = {"en": "to be confirmed in the call", "sv": "måste bekräftas i utlysningen"}
    return Verdict(rule, Answer.UNKNOWN, because, 0)


def _holds(rule: Rule, one: Member) -> Answer:
    if rule.group is None:
        raise ValueError(f"rule {rule.id}: wanted a group, found none")
    return rule.group.holds(one.country)


def _of_type(rule: Rule, one: Member) -> Answer:
    if one.type in rule.types:
        return Answer.MET
    return Answer.NOT_MET if one.type in rule.other_types else Answer.UNKNOWN


def _named(members: Sequence[Member], language: str) -> str:
    words = {"en": ("and", "more"), "sv": ("och", "till")}[language]
    names = [f"{one.name} ({_country(one.country, language)})" for one in members]
    return joined(names, conjunction=words[0], more=words[1], nothing="-")


def _country(code: str | None, language: str) -> str:
    return country_name(code, language) if code else {"en": "country not known", "sv": "okänt land"}[language]


_JUDGES: dict[RuleKind, Callable[[Rule, Sequence[Member]], Verdict]] = {
    RuleKind.DIFFERENT_COUNTRIES: _different_countries,
    RuleKind.SOME_FROM: _some_from,
    RuleKind.EACH_FROM: _each_from,
    RuleKind.EACH_OF_TYPE: _each_of_type,
    RuleKind.LEAD_FROM: _lead_from,
    RuleKind.LEAD_OF_TYPE: _lead_of_type,
    RuleKind.INDEPENDENT: _independent,
    RuleKind.SIZE: _size,
    RuleKind.TO_CONFIRM: _to_confirm,
}
