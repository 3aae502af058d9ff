"""A directory's addresses: which list a page belongs to, which page of a list it is, what may be a profile."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from connectors.addresses import Addresses
from connectors.labels import fold_label
from connectors.network import Directory, Network, NetworkFacts, Paths, ProfileList


def fits(path: str, patterns: Paths) -> bool:
    """Whether the whole path is what one of the patterns says."""
    return any(pattern.fullmatch(path) for pattern in patterns)


@dataclass(frozen=True)
class Site:
    """What ``network.toml`` says of addresses and names."""

    network: Network
    directory: Directory
    addresses: Addresses

    @property
    def facts(self) -> NetworkFacts:
        """The network's facts."""
        return self.network.facts

    @cached_property
    def names(self) -> frozenset[str]:
        """What the site calls itself, folded: no cluster's name."""
        return frozenset(map(fold_label, (self.facts.title, *self.directory.site_names)))

    def list_of(self, url: str) -> ProfileList:
        """The list that a list's page belongs to: the one that begins there, else the one whose address it extends."""
        exact = self._list_at(url)
        if exact is not None:
            return exact
        path = urlsplit(url).path
        shared = [
            (len(start), one)
            for one in self.directory.lists
            for start in (urlsplit(start).path.rstrip("/") for start in one.paths)
            if path.startswith(f"{start}/")
        ]
        return max(shared, key=lambda pair: pair[0])[1] if shared else self.directory.lists[0]

    def holder_at(self, url: str) -> ProfileList | None:
        """The list whose page this is, if its entries are profiles themselves."""
        exact = self._list_at(url)
        if exact is not None:
            return exact if exact.holds == "profiles" else None
        one = self.list_of(url)
        return one if all(each.holds == "profiles" for each in self.directory.lists) else None

    def list_of_profile(self, url: str) -> ProfileList:
        """The list that a profile's address belongs to: the first whose ``profiles`` fit, else whose ``possible`` do."""
        path = urlsplit(url).path
        leading = [one for one in self.directory.lists if one.holds == "links"]
        exact = [one for one in leading if fits(path, one.profiles)]
        return next(iter([*exact, *(one for one in leading if fits(path, one.possible)), *leading]))

    def may_be_profile(self, url: str, one: ProfileList) -> bool:
        """Whether a profile of this list can stand at the address."""
        path = urlsplit(url).path
        return (
            not self.is_list(url)
            and not fits(path, self.directory.other)
            and (fits(path, one.profiles) or fits(path, one.possible))
        )

    def is_list(self, url: str) -> bool:
        """Whether a page of one of the lists stands at the address."""
        return self._list_at(url) is not None

    def page_number(self, url: str) -> int:
        """Which page of a list the address is; ``first_page`` where it has no number."""
        parts = urlsplit(url)
        for name, value in parse_qsl(parts.query):
            if name == self.directory.page_word and value.isdecimal():
                return int(value)
        found = self._numbered.search(parts.path)
        return int(found[1]) if found else self.directory.first_page

    def page_at(self, url: str, number: int) -> str:
        """The address of another page of the same list, as the network counts."""
        parts = urlsplit(self.unnumbered(url))
        if self.directory.pager == "query":
            query = urlencode([*parse_qsl(parts.query, keep_blank_values=True), (self.directory.page_word, str(number))])
            return urlunsplit(parts._replace(query=query))
        return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/{self.directory.page_word}/{number}/"))

    def unnumbered(self, url: str) -> str:
        """The address without its page's number: equal for all pages of one list."""
        parts = urlsplit(url)
        query = [
            (name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name != self.directory.page_word
        ]
        return urlunsplit(parts._replace(path=self._numbered.sub("", parts.path).rstrip("/") or "/", query=urlencode(query)))

    @cached_property
    def _numbered(self) -> re.Pattern[str]:
        return re.compile(rf"/{re.escape(self.directory.page_word)}/(\d+)/?$")

    def _list_at(self, url: str) -> ProfileList | None:
        path = urlsplit(self.unnumbered(url)).path.rstrip("/")
        for one in self.directory.lists:
            if any(urlsplit(start).path.rstrip("/") == path for start in one.paths):
                return one
        return None
