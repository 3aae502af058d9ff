"""The rows that pass through the warehouse's door: what a run brings, what sameness and partners compute."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from warehouse.profile import ClusterProfile


class Outcome(StrEnum):
    """How a network's run ended."""

    COMPLETE = "complete"
    HELD = "held"
    REFUSED = "refused"
    FAILED = "failed"


class Verdict(StrEnum):
    """What a judgement says of two records."""

    SAME = "same"
    DIFFERENT = "different"
    UNSURE = "unsure"


@dataclass(frozen=True)
class Finding:
    """Something a person should look at; never an exception and never a guess.

    Arguments:
        kind: a short standing phrase ("unknown word", "unread label", "page changed"), the same for all of its sort.
        because: a sentence: what was wanted, what was found.
        field: the ClusterProfile field or printed label concerned.
        printed: the network's own words.
        source_key, url: where.
    """

    kind: str
    because: str
    network: str = ""
    field: str | None = None
    printed: str | None = None
    source_key: str | None = None
    url: str | None = None


@dataclass(frozen=True)
class ClaimInput:
    """One value as one page says it.

    Arguments:
        field: a ClusterProfile field.
        value: the JSON form of the value; None: the words were not understood and stay as printed only.
        printed: the network's words, whole.
        url, page_digest: the page that says so. Neither takes part in a comparison.
        era: generation of the site; claims of two eras of one record stand side by side.
    """

    field: str
    value: str | None
    printed: tuple[str, ...]
    url: str
    page_digest: str
    era: str = ""


@dataclass(frozen=True)
class RecordInput:
    """What a run found of one record: the profile that its eras make together, and every claim behind it."""

    profile: ClusterProfile
    claims: tuple[ClaimInput, ...]


@dataclass(frozen=True)
class PageMemory:
    """What is remembered of a page, so that an unchanged one costs no request, or one conditional request.

    Arguments:
        url: the address asked for.
        kind: ``sitemap``, ``listing`` or ``profile``.
        digest: names the capture that holds its bytes.
        source_keys: records read from it; empty for a proper page that is no profile.
        changed_at: the network's own word for its last change (sitemap ``lastmod``).
        etag, last_modified: validators of RFC 9111, as received.
        carried: facts that stood where the link to it stood, by printed field; needed to read the page again.
        phrases: labels and words that it prints and that the network's phrasebook is for; None: nobody took note.
        unread_labels: its labels that the phrasebook did not know.
        is_doubted: it has changed since and is not believed: all else here is as it was last believed.
    """

    url: str
    kind: str
    digest: str
    fetched_at: datetime
    charset: str | None
    final_url: str
    source_keys: tuple[str, ...] = ()
    changed_at: datetime | None = None
    etag: str | None = None
    last_modified: str | None = None
    carried: Mapping[str, str] = field(default_factory=dict)
    phrases: tuple[str, ...] | None = None
    unread_labels: tuple[str, ...] = ()
    is_doubted: bool = False


@dataclass(frozen=True)
class Doubted:
    """What is kept of a reading that came to its end and is held, beside its pages: so that a person may accept it.

    Arguments:
        reasons: every doubt, as a sentence.
        unfinished: of these, why not all of the network may have been read.
        is_import: whether it is a list that was imported.
        profile_pages: profile pages that the reading came by.
        pages_unread: of these, pages that could not be had.
        set_aside: pages that were read and are not to be remembered, so that the next run asks for them anew.
    """

    reasons: tuple[str, ...]
    unfinished: tuple[str, ...] = ()
    is_import: bool = False
    profile_pages: int = 0
    pages_unread: int = 0
    set_aside: tuple[PageMemory, ...] = ()


@dataclass(frozen=True)
class Acceptance:
    """A person's word that a held run is to be believed.

    Arguments:
        accepted_run: the run that was held.
        accepted_by, because: who decided it and why, in the operator's own words.
        reasons: why it was held.
        accepted_at: with a time zone.
    """

    accepted_run: int
    accepted_by: str
    because: str
    reasons: tuple[str, ...]
    accepted_at: datetime


@dataclass(frozen=True)
class NetworkRun:
    """One network's part of a run, ready to load."""

    network: str
    outcome: Outcome
    because: str
    started_at: datetime
    ended_at: datetime
    pages_fetched: int
    pages_unchanged: int
    pages_changed: int
    """Pages that were not the expected ones (PageChanged)."""
    records: tuple[RecordInput, ...]
    findings: tuple[Finding, ...]
    pages: tuple[PageMemory, ...] = ()
    unchanged_keys: frozenset[str] = frozenset()
    """Source keys that are known to stand as before and were not read again: checked, not changed."""
    unread_keys: frozenset[str] = frozenset()
    """Source keys that the network still lists but that could not be read: not missing, not checked."""
    doubted: Doubted | None = None
    """Of a held run that came to its end; None: it is not held, or was cut short, and then nobody can accept it."""
    acceptance: Acceptance | None = None
    """Of a run that is complete because a person believed what an earlier one had read."""


@dataclass(frozen=True)
class Loaded:
    """What loading one network's run changed."""

    run_id: int
    records_new: int
    records_changed: int
    records_missing: int
    claims_opened: int
    claims_closed: int
    findings: int = 0
    """All that stand after it, those of records that were not read again included."""


@dataclass(frozen=True)
class KnownRecord:
    """A record as sameness sees it: its number, and the profile as of the last good run."""

    record_id: int
    profile: ClusterProfile
    first_seen_on: date
    is_gone: bool


@dataclass(frozen=True, slots=True)
class Judgement:
    """A dated judgement, by a named author, on whether two records are one organisation (``left`` < ``right``)."""

    left: int
    right: int
    verdict: Verdict
    score: float
    """Probability of ``same``, 0 to 1."""
    decided_by: str
    because: str
    decided_at: datetime
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Organisation:
    """A cluster organisation: the records judged to be one, under the number of the oldest."""

    organisation_id: int
    record_ids: tuple[int, ...]
    redirects: tuple[int, ...] = ()
    """Numbers that once named this organisation, or part of it, and lead here."""


@dataclass(frozen=True)
class MatchReason:
    """One feature's part in a score.

    Arguments:
        feature: its name in MATCHING B.
        contribution: signed, in units of the score; the contributions of a match sum to its score.
        text: an English sentence.
        evidence: what the sentence rests on, as names and values.
    """

    feature: str
    contribution: float
    text: str
    evidence: Mapping[str, object]


@dataclass(frozen=True)
class PartnerMatch:
    """A foreign organisation that a Swedish cluster should meet."""

    swedish: int
    partner: int
    score: float
    rank: int
    """From 1."""
    recipe: str
    """Name and version of the weights."""
    reasons: tuple[MatchReason, ...]
