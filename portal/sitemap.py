"""Which pages there are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from portal.answers import Answer
from portal.pages import (
    changes,
    changes_digest,
    cluster,
    compare,
    display,
    duplicates,
    gaps,
    map,
    member_example,
    members,
    opinions,
    partners,
    programmes,
    remove,
    saved,
    search,
    sheet,
    shortlist,
    shortlists,
    sign_in,
    sources,
    take_away,
    write,
)
from portal.visit import Visit

Handler = Callable[[Visit], Answer]
SIGN_IN = "/sign-in"


@dataclass(frozen=True)
class At:
    """A page.

    Arguments:
        path: without its language.
        shows: who answers a visit; takes: who takes a form that is sent there.
        is_open: whether one sees it without signing in.
        has_json: whether it is there for programs too.
        takes_file: whether its form may bring a file.
        is_rehearsed: whether it is made of a new edition before that is seen, if it is asked for again and again: what it takes
            long to make hangs on the edition and on what its address says, and is remembered. The first such is where all begin.
    """

    path: str
    shows: Handler | None
    takes: Handler | None = None
    is_open: bool = False
    has_json: bool = True
    takes_file: bool = False
    is_rehearsed: bool = False


PAGES = (
    At("/clusters", search.clusters, is_rehearsed=True),
    At("/clusters/{number}", cluster.cluster),
    At("/clusters/{number}/partners", partners.partners, partners.opine, is_rehearsed=True),
    At("/clusters/{number}/sheet", sheet.cluster),
    At("/clusters/{number}/partners/sheet", sheet.partners),
    At("/clusters/{number}/write", write.write),
    At("/display", display.display, display.choose, is_open=True),
    At("/compare", compare.compare),
    At("/map", map.europe),
    At("/gaps", gaps.gaps),
    At("/changes", changes.changes),
    At("/changes.atom", changes.feed, is_open=True, has_json=False),
    At("/changes/digest", changes_digest.digest),
    At("/changes/digest.txt", changes_digest.digest_text, has_json=False),
    At("/changes/digest.html", changes_digest.digest_html, has_json=False),
    At("/duplicates", duplicates.duplicates, duplicates.decide),
    At("/opinions.csv", opinions.csv, has_json=False),
    At("/opinions", opinions.opinions),
    At("/programmes", programmes.programmes),
    At("/sources", sources.sources),
    At("/searches", saved.searches, saved.keep),
    At("/searches/feed/{token}.atom", saved.feed, is_open=True, has_json=False),
    At("/searches/{number}", saved.search, saved.change),
    At("/shortlists", shortlists.shortlists, shortlists.begin),
    At("/shortlists/add", None, shortlists.put_on, has_json=False),
    At("/shortlists/{number}.xlsx", take_away.excel, has_json=False),
    At("/shortlists/{number}.csv", take_away.csv, has_json=False),
    At("/shortlists/{number}", shortlist.shortlist, shortlist.change),
    At("/members", members.lists, members.upload, takes_file=True),
    At("/members/example.csv", member_example.example, has_json=False),
    At("/members/{token}", members.preview, members.decide),
    At("/remove", remove.form, remove.ask, is_open=True, has_json=False),
    At(SIGN_IN, sign_in.door, sign_in.sign_in, is_open=True, has_json=False),
    At("/sign-out", None, sign_in.sign_out, is_open=True, has_json=False),
)
"""In the order in which an address is looked for."""
