"""What a check of a consortium says: of each rule, why, who would mend it, and what people confirmed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from matching.partners.programmes import Answer, Programme, Rule, RuleKind, Texts


@dataclass(frozen=True)
class Member:
    """An organisation as the rules see it; the first member of a team leads it.

    Arguments:
        country: ISO 3166-1; type: of the organisation; domain: of its website; None: not known.
    """

    id: int
    name: str
    country: str | None
    type: str | None
    domain: str | None = None


@dataclass(frozen=True)
class Fix:
    """A way to meet a rule: ``add`` an organisation, ``lead``: let it lead, ``replace`` it."""

    how: str
    member: Member


@dataclass(frozen=True)
class Confirmed:
    """Who confirmed what is not on record, and when; ``number`` names the confirmation."""

    number: int
    by: str
    at: datetime


@dataclass(frozen=True)
class Lapsed:
    """What somebody confirmed of other members, or of a rule in other words, and holds no longer.

    Arguments:
        joined, left: entries of the shortlist that are counted since, or no longer.
        merged: entries that turned out to be one organisation, for each such: the one that counts for them is the first.
        is_led_anew: another leads, though the one that led before is still counted.
        words: of the rule then, where they were others; else None.
    """

    number: int
    by: str
    at: datetime
    joined: tuple[int, ...] = ()
    left: tuple[int, ...] = ()
    merged: tuple[tuple[int, ...], ...] = ()
    is_led_anew: bool = False
    words: str | None = None


@dataclass(frozen=True)
class Verdict:
    """What is known of one rule.

    Arguments:
        because: why, in each language.
        shortfall: how many organisations are certainly wanting; 0 where it is met or where adding would not help.
        confirmed: by whom it was answered; None: by what is on record.
        lapsed: the last answer that holds no longer, where there is no other.
    """

    rule: Rule
    answer: Answer
    because: Texts
    shortfall: int
    fixes: tuple[Fix, ...] = ()
    confirmed: Confirmed | None = None
    lapsed: Lapsed | None = None


@dataclass(frozen=True)
class Check:
    """A team against a programme.

    Arguments:
        answer: ``not met`` where one required rule is not met, else ``unknown`` where one is unknown, else ``met``.
        is_valid: whether the programme's rules hold on the day.
    """

    programme: Programme
    members: tuple[Member, ...]
    verdicts: tuple[Verdict, ...]
    answer: Answer
    is_valid: bool

    @property
    def to_confirm(self) -> tuple[Rule, ...]:
        """The required rules that only people can answer, where nothing else is missing; else none."""
        if self.answer is not Answer.UNKNOWN:
            return ()
        return tuple(one.rule for one in self.verdicts if one.answer is Answer.UNKNOWN and not one.rule.is_advice)

    @property
    def doubtful(self) -> tuple[Member, ...]:
        """Members of whom it is not known whether they may take part with funding, where no rule asks that of each."""
        return self._who(Answer.UNKNOWN)

    @property
    def outside(self) -> tuple[Member, ...]:
        """Members that may not take part with funding, where no rule asks of each that it may."""
        return self._who(Answer.NOT_MET)

    def _who(self, answer: Answer) -> tuple[Member, ...]:
        participants = self.programme.participants
        of_each = [rule.group for rule in self.programme.rules if rule.kind is RuleKind.EACH_FROM and not rule.is_advice]
        if participants in of_each:
            return ()
        return tuple(one for one in self.members if participants.holds(one.country) is answer)
