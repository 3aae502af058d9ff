"""The truth between two nights: what an observer must ask for and find, computed from the facts, never by reading."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from demo.pages import Site
from demo.truth import TruthPage, TruthRecord, records

MEMBERS_NETWORK = "clusters_of_sweden"
"""Whoever stands there is a Swedish cluster."""


@dataclass(frozen=True)
class Change:
    """One change of one organisation.

    Arguments:
        organisation: id in ``organisations.jsonl``.
        kind, field: as in the warehouse's table ``changes``.
        old, new: the values in their JSON form; of ``url`` the path; of an organisation that is new its name and labels.
    """

    organisation: str
    kind: str
    field: str | None = None
    old: object = None
    new: object = None


@dataclass(frozen=True)
class NightTruth:
    """What an observer of the earlier night must find on the later one.

    Arguments:
        fetched: network -> paths of the profile pages that are new or were changed since: no other is worth a request.
        changes: what became of the organisations, as one visit shows it.
        absent: what follows for those that are nowhere any more once enough further visits have not found them.
    """

    fetched: Mapping[str, frozenset[str]]
    changes: tuple[Change, ...]
    absent: tuple[Change, ...]


def between(earlier: Sequence[Site], later: Sequence[Site], *, gone: frozenset[str] = frozenset()) -> NightTruth:
    """The truth between two nights of the same networks.

    Arguments:
        gone: organisations that the observer of the earlier night knew to be gone.

    Raises ValueError where something happens to an organisation of several records: what is shown of it then does not follow
    from one page.
    """
    before, after = _standing(earlier), _standing(later)
    changes, absent = [], []
    for organisation in sorted(before.keys() | after.keys()):
        was, now = before.get(organisation, {}), after.get(organisation, {})
        if was == now:
            continue
        if len(was) > 1 or len(now) > 1:
            raise ValueError(f"wanted changes to organisations of one record only, found {organisation} with {sorted(was | now)}")
        if not now:
            absent += _presence(organisation, "gone", *was)
        elif organisation in gone:
            changes += _presence(organisation, "returned", *now)
        elif not was:
            changes.append(_new(organisation, *now.values()))
        else:
            changes += _changed(organisation, *was.values(), *now.values())
    fetched = {site.network: _fetched(old, site) for old, site in zip(earlier, later, strict=True)}
    return NightTruth(fetched, tuple(changes), tuple(absent))


def _standing(sites: Sequence[Site]) -> dict[str, dict[str, TruthRecord]]:
    """Organisation -> its records, by network and key."""
    found: defaultdict[str, dict[str, TruthRecord]] = defaultdict(dict)
    for site in sites:
        for key, record in records(site.truth, site.network).items():
            found[record.organisation][f"{site.network}/{key}"] = record
    return dict(found)


def _presence(organisation: str, kind: str, record: str) -> list[Change]:
    """Whoever leaves the Swedish association's list is no Swedish cluster any more, and one again when back."""
    is_swedish = kind == "returned"
    membership = [Change(organisation, "changed", "is_swedish", not is_swedish, is_swedish)]
    return [Change(organisation, kind), *(membership if record.startswith(f"{MEMBERS_NETWORK}/") else ())]


def _new(organisation: str, record: TruthRecord) -> Change:
    return Change(organisation, "new", new={"name": record.facts["name"], "labels": record.facts.get("labels", [])})


def _changed(organisation: str, was: TruthRecord, now: TruthRecord) -> list[Change]:
    found = [
        Change(organisation, "renamed" if field == "name" else "changed", field, was.facts.get(field), now.facts.get(field))
        for field in sorted(was.facts.keys() | now.facts.keys())
        if was.facts.get(field) != now.facts.get(field)
    ]
    if was.source_key != now.source_key:
        found.append(Change(organisation, "changed", "url", _path(was.pages), _path(now.pages)))
    return found


def _path(pages: Sequence[TruthPage]) -> str:
    return pages[-1].path


def _fetched(earlier: Site, later: Site) -> frozenset[str]:
    return frozenset(
        page.path
        for page in later.truth
        if page.path not in earlier.pages or earlier.pages[page.path].modified < later.pages[page.path].modified
    )
