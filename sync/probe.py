"""One list and one profile of a live network, read as a run would read them, with each step told; nothing is stored.

It is what an operator mends ``network.toml`` and ``phrasebook.toml`` by: which address answered, which selector found how much,
which label was read how and as what, and what was left.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from bs4 import BeautifulSoup
from bs4.element import Tag

from connectors.contract import Connector, PageChanged, PageKind, PageRequest, ParsedProfile, RawPage
from connectors.labels import Words, fold_label, read_page
from connectors.markup import read_html
from connectors.network import Network
from connectors.pages import content_of
from sync.crawled import Fetches
from sync.fetch import BudgetSpent, Fetched, NetworkDown, PageGone, Refused, RobotsUnreadable, Unreachable
from sync.normalise.profile import normalise
from sync.normalise.readings import Normalised
from sync.privacy.strip import redact, strip_personal

MOST_GUIDES = 12
"""Sitemaps and lists that are asked for: the beginnings of every list, not their further pages."""
MOST_CANDIDATES = 3
"""Addresses that are tried for a profile: the first may be news, or gone."""
_ON_GUIDES = ("content", "entry", "next_page")
_ON_PROFILES = ("content", "name", "description", "remove")


class Answer(StrEnum):
    """What became of asking for a page."""

    READ = "read"
    GONE = "gone"
    OTHER = "another sort of page"
    """A proper page without a profile, or a list's page that leads nowhere."""
    CHANGED = "changed"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"


@dataclass(frozen=True)
class Selected:
    """What one selector of ``network.toml`` finds on a page. Of several of one name the first that finds anything wins."""

    name: str
    css: str
    elements: int


@dataclass(frozen=True)
class Step:
    """One page that was asked for.

    Arguments:
        because: what stands in the way, as a sentence; empty: nothing does.
        leads: how many addresses of each kind it leads to; ``mention`` are those that only tell when a page changed.
        next_page: the list's next page.
    """

    url: str
    kind: PageKind
    answer: Answer
    because: str = ""
    final_url: str = ""
    size: int = 0
    """Bytes, without what names persons."""
    leads: Mapping[str, int] = field(default_factory=dict)
    next_page: str | None = None
    selected: tuple[Selected, ...] = ()


@dataclass(frozen=True)
class Labelled:
    """One label on the profile's page.

    Arguments:
        values: none where the label is set aside: they may name persons.
        how: the label reader's strategy.
        meaning: a printed field, or ``set aside``, ``section``, ``unread``.
    """

    label: str
    values: tuple[str, ...]
    how: str
    meaning: str


@dataclass(frozen=True)
class ProbedProfile:
    """One profile: in the network's words, and in ours."""

    parsed: ParsedProfile
    normalised: Normalised


@dataclass
class Probe:
    """What a probe saw.

    Arguments:
        labels: of the last profile page that was read, or that could not be.
        profiles: of that page; the first is enough where it holds many.
        holds: how many profiles the page holds.
    """

    network: str
    steps: list[Step] = field(default_factory=list)
    labels: tuple[Labelled, ...] = ()
    profiles: tuple[ProbedProfile, ...] = ()
    holds: int = 0


def probe(network: Network, connector: Connector, fetcher: Fetches, now: Callable[[], datetime]) -> Probe:
    """Ask for the beginnings of a network's lists and for one profile; never raises for what the network does."""
    looking = _Looking(network, connector, fetcher, now)
    # The last step says so, and nothing more may be asked.
    with suppress(Refused, NetworkDown, RobotsUnreadable, BudgetSpent):
        looking.look()
    return looking.probe


class _Looking:
    def __init__(self, network: Network, connector: Connector, fetcher: Fetches, now: Callable[[], datetime]) -> None:
        self._network = network
        self._connector = connector
        self._fetcher = fetcher
        self._now = now
        self._candidates: list[tuple[int, PageRequest, RawPage | None]] = []
        self.probe = Probe(network.facts.name)

    def look(self) -> None:
        for request in self._connector.start():
            self._guide(request, may_descend=True)
        self._candidates.sort(key=lambda candidate: candidate[0])
        for _, request, page in self._candidates[:MOST_CANDIDATES]:
            if self._profile(request, page):
                return

    def _guide(self, request: PageRequest, *, may_descend: bool) -> None:
        """Look at a sitemap or list; of a sitemap of sitemaps also at the first."""
        if request.kind is PageKind.PROFILE:
            self._candidates.append((0, request, None))
            return
        if len(self.probe.steps) >= MOST_GUIDES:
            return
        found = self._page(request)
        if found is None:
            return
        step, page = found
        try:
            leads = tuple(self._connector.follow(page))
        except PageChanged as changed:
            self._note(replace(step, answer=Answer.CHANGED, because=str(changed), selected=self._selected(page, _ON_GUIDES)))
            return
        self._note(self._led(step, page, leads))
        for lead in leads:
            if lead.kind is PageKind.PROFILE:
                own = page if lead.url == page.request.url else None
                self._candidates.append((self._rank(request, lead), lead, own))
        parts = [lead for lead in leads if lead.kind is PageKind.SITEMAP]
        if parts and may_descend:
            self._guide(parts[0], may_descend=False)

    def _rank(self, guide: PageRequest, lead: PageRequest) -> int:
        """A list knows its profiles best; what is merely mentioned comes last."""
        return 0 if guide.kind is PageKind.LISTING and lead.discovers else 1 if lead.discovers else 2

    def _led(self, step: Step, page: RawPage, leads: tuple[PageRequest, ...]) -> Step:
        counts = Counter(lead.kind.value if lead.discovers else "mention" for lead in leads)
        next_page = next((lead.url for lead in leads if lead.kind is PageKind.LISTING), None)
        return replace(
            step,
            answer=Answer.READ if leads else Answer.OTHER,
            leads=dict(counts),
            next_page=next_page,
            selected=self._selected(page, _ON_GUIDES) if step.kind is PageKind.LISTING else (),
        )

    def _profile(self, request: PageRequest, page: RawPage | None) -> bool:
        """Read one profile page; whether it was one, or should have been."""
        if page is None:
            found = self._page(request)
            if found is None:
                return False
            step, page = found
        else:
            step = Step(request.url, PageKind.PROFILE, Answer.READ, final_url=page.final_url, size=len(page.body))
        step = replace(step, selected=self._selected(page, _ON_PROFILES))
        try:
            self.probe.labels = tuple(labels_of(page, self._network))
            profiles = list(self._connector.parse(page))
        except PageChanged as changed:
            self._note(replace(step, answer=Answer.CHANGED, because=str(changed)))
            return True
        self._note(replace(step, answer=Answer.READ if profiles else Answer.OTHER))
        today = self._now().date()
        self.probe.holds = len(profiles)
        self.probe.profiles = tuple(ProbedProfile(one, normalise(one, self._network, today=today)) for one in profiles[:1])
        return bool(profiles)

    def _page(self, request: PageRequest) -> tuple[Step, RawPage] | None:
        """Ask for a page or its alternatives; None where none of them answers. Raises what ends a network's run."""
        for url in (request.url, *request.alternatives):
            step = Step(url, request.kind, Answer.READ)
            try:
                answer = self._fetcher.fetch(url, None)
            except PageGone as gone:
                self._note(replace(step, answer=Answer.GONE, because=str(gone)))
                continue
            except Refused as refused:
                self._note(replace(step, answer=Answer.REFUSED, because=refused.told(self._network.facts.name)))
                raise
            except (Unreachable, BudgetSpent) as trouble:
                self._note(replace(step, answer=Answer.UNREACHABLE, because=str(trouble)))
                if isinstance(trouble, (NetworkDown, RobotsUnreadable, BudgetSpent)):
                    raise
                return None
            if not isinstance(answer, Fetched):
                raise TypeError(f"wanted the page {url}, which was asked for without a condition, found {answer!r}")
            try:
                body = strip_personal(answer.body, answer.charset, self._network.facts.personal, request.kind).body
            except PageChanged as changed:
                self._note(replace(step, answer=Answer.CHANGED, because=str(changed)))
                return None
            one = replace(request, url=url, alternatives=())
            page = RawPage(one, body, sha256(body).hexdigest(), self._now(), answer.charset, answer.final_url)
            return replace(step, final_url=answer.final_url, size=len(body)), page
        return None

    def _note(self, step: Step) -> None:
        self.probe.steps.append(step)

    def _selected(self, page: RawPage, names: Iterable[str]) -> tuple[Selected, ...]:
        """What each selector that may stand in ``network.toml`` for such a page finds on it."""
        facts = self._network.facts
        selectors: dict[str, tuple[str, ...]] = {name: found for name, found in facts.selectors.items() if name in names}
        if "name" in names and facts.directory is not None:
            selectors |= {f"fields.{name}": found for name, found in facts.directory.fields.items()}
        soup = read_html(page)
        return tuple(Selected(name, css, len(soup.select(css))) for name, tried in selectors.items() for css in tried)


def labels_of(page: RawPage, network: Network) -> Iterator[Labelled]:
    """Every label that the label reader sees in the page's content, and what the phrasebook makes of it."""
    words = Words.from_phrasebook(network.phrasebook)
    fields = {fold_label(label): name for label, name in network.phrasebook.labels.items()}
    for pair in read_page(_content(read_html(page), network), words).pairs:
        meaning = fields.get(fold_label(pair.label), "unread")
        if words.is_section(pair.label):
            meaning = "section"
        elif words.is_ignored(pair.label):
            meaning = "set aside"
        values = () if meaning == "set aside" else tuple(map(redact, pair.values))
        yield Labelled(pair.label, values, pair.how, meaning)


def _content(soup: BeautifulSoup, network: Network) -> Tag:
    return content_of(soup, network.facts)
