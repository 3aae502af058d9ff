"""The words in which the operator is told that something is not right, and that it is well again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sync.telling.by_apprise import Message, Tone
from sync.telling.memory import EDITION, RUN, Entry
from sync.telling.reporting import Status

LONGEST_REASON = 600
MENDS = {
    "held": (
        "look at `clusterbridge status`; where the network is right and what we expect of it is not: "
        "clusterbridge accept {run} --by NAME --because TEXT"
    ),
    "refused": "the network says no, so ask it; meanwhile a list can be brought by hand: clusterbridge import {subject} FILE",
    "failed": "it is tried again when it is due next, or now: clusterbridge sync {subject}",
    "barred": "write that down in config.toml; `clusterbridge doctor` shows whether it suffices",
    "broken off": "look at `clusterbridge doctor` and at the last lines in var/logs, then: clusterbridge sync",
}
"""What was wrong -> what to do."""


def trouble_message(
    wrong: Mapping[str, Entry], well: Mapping[str, Entry], status: Status, now: datetime, place: ZoneInfo
) -> Message:
    """What is not right after a run.

    Arguments:
        wrong: what this run found not right, by subject, as it is remembered: with the moment since when.
        well: what was not right, was told, and now is.
        place: whose time the message speaks.
    """
    heads = [f"{subject} {_state(entry, now, place)}" for subject, entry in wrong.items()]
    parts = [_paragraph(subject, entry, status, now, place) for subject, entry in wrong.items()]
    parts += _well_lines(well, place)
    parts.append(_closing(status, place))
    return Message(f"clusterbridge: {', '.join(heads)}", "\n\n".join(parts) + "\n", Tone.WARNING)


def well_message(well: Mapping[str, Entry], still: Sequence[str], status: Status, place: ZoneInfo) -> Message:
    """What is well again after a run that found nothing wrong.

    Arguments:
        still: what is not right since an earlier run, and was not looked at in this one.
    """
    parts = _well_lines(well, place)
    if still:
        parts.append(f"Not looked at in this run and not right since an earlier one: {', '.join(still)}.")
    parts.append(_closing(status, place))
    return Message(f"clusterbridge: {', '.join(well)} well again", "\n\n".join(parts) + "\n", Tone.SUCCESS)


def try_out_message(now: datetime, place: ZoneInfo) -> Message:
    """A message that says nothing but that messages arrive."""
    body = f"Messages arrive. This one was asked for at {_moment(now, place)} with: clusterbridge doctor --tell\n"
    return Message("clusterbridge: a message to try out", body, Tone.INFO)


def nights(entry: Entry, now: datetime, place: ZoneInfo) -> int:
    """For how many nights something has not been right, the first and the present one counted."""
    return (now.astimezone(place).date() - entry.since.astimezone(place).date()).days + 1


def _state(entry: Entry, now: datetime, place: ZoneInfo) -> str:
    count = nights(entry, now, place)
    return entry.what if count == 1 else f"{entry.what} for {count} nights"


def _paragraph(subject: str, entry: Entry, status: Status, now: datetime, place: ZoneInfo) -> str:
    because = entry.because if len(entry.because) <= LONGEST_REASON else f"{entry.because[: LONGEST_REASON - 1]}…"
    named = {RUN: "The run", EDITION: "The new edition"}.get(subject, subject)
    if entry.is_told:
        since = f"since {_moment(entry.since, place)} ({nights(entry, now, place)} nights)"
        return f"{named} still is {entry.what}, {since}: {because}{_last_good(subject, status, place)}"
    mend = MENDS[entry.what].format(run=status.run.number, subject=subject)
    return f"{named} is {entry.what}: {because}{_last_good(subject, status, place)}\nWhat to do: {mend}"


def _last_good(subject: str, status: Status, place: ZoneInfo) -> str:
    if subject in (RUN, EDITION):
        return ""
    good = status.networks[subject].last_good_at if subject in status.networks else None
    return f"\nLast read well: {_moment(good, place)}; what was read then stands." if good else "\nIt was never read well."


def _well_lines(well: Mapping[str, Entry], place: ZoneInfo) -> list[str]:
    return [
        f"{ {RUN: 'The run', EDITION: 'The new edition'}.get(subject, subject) } is well again; "
        f"it was {entry.what} since {_moment(entry.since, place)}."
        for subject, entry in well.items()
    ]


def _closing(status: Status, place: ZoneInfo) -> str:
    edition = status.edition
    if edition is None:
        lines = ["There is no edition that readers could open."]
    else:
        hours = edition.age_seconds / 3600
        lines = [f"Readers have edition {edition.number} of {_moment(edition.published_at, place)}, {hours:.0f} hours old."]
    for name, one in status.networks.items():
        if one.findings_new and one.last_try_at is not None and one.last_try_at >= status.run.began_at:
            kinds = ", ".join(f"{times} {kind}" for kind, times in one.findings_new.items())
            lines.append(f"New findings of {name}: {kinds}.")
    return "\n".join(lines)


def _moment(moment: datetime, place: ZoneInfo) -> str:
    return f"{moment.astimezone(place):%Y-%m-%d %H:%M}"
