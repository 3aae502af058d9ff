"""What is set aside among files that were handed to us as saved pages: each for a reason, with what to do about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

EXAMPLES = 5
"""Names kept for each reason; of the others only how many there are."""


class Why(StrEnum):
    """Why something is not read as a page. Each is a noun: "3 times ...". None says a word of the page itself."""

    NO_PAGE = "no page: an image, a style, a script, a document"
    NO_ADDRESS = "a page that does not say where it was saved from; name it alone, with --url"
    OTHER_SITE = "a page of another site"
    NO_PLACE = "a page at an address where the network has no list and no profile, and to which no saved list leads"
    LOGIN = "a login page"
    CHALLENGE = "a check for humans in place of a page"
    EXCESS = "more than a page: too many bytes or tags"
    CUT_OFF = "a page that ends in the middle; save it again"
    OTHER_COPY = "another copy of a page, of an earlier date"
    OUTDATED = "a copy that is older than what was last read at its address"
    NESTED = "an archive within an archive; take it out and name it by itself"
    LOCKED = "an entry of an archive that needs a password"
    BOMB = "an entry of an archive that would unpack to more than any page"
    DAMAGED = "damaged: it cannot be read, or not to its end"
    TABLE = "a table; import member lists by themselves"
    STATUS = "a response that is no page: another status than 200"
    MEDIA = "a response that is no page: another type than HTML or XML"
    REVISIT = "a record that only says that a page was as before (revisit); import the archive that holds the page too"
    RECORD = "a record that is no response"


class Unreadable(Exception):  # noqa: N818  it says what is the case
    """Something that was handed to us cannot be read as a page.

    Arguments:
        detail: more than ``why``, where there is more to say; in our own words.
    """

    def __init__(self, why: Why, detail: str = "") -> None:
        super().__init__(f"{why}: {detail}" if detail else str(why))
        self.why = why
        self.detail = detail


@dataclass
class SetAside:
    """What was set aside: how often for each reason, and the first names."""

    times: Counter[Why] = field(default_factory=Counter)
    examples: dict[Why, list[str]] = field(default_factory=dict)
    """Names of files, entries and records, as they were handed to us: for the terminal only."""

    def add(self, why: Why, name: str, detail: str = "") -> None:
        """Set one thing aside.

        Arguments:
            name: what the person who handed it to us calls it.
        """
        self.times[why] += 1
        examples = self.examples.setdefault(why, [])
        if len(examples) < EXAMPLES:
            examples.append(f"{name} ({detail})" if detail else name)

    def __iter__(self) -> Iterator[tuple[Why, int, list[str]]]:
        """Reason, how often, first names; the most frequent reason first."""
        return ((why, times, self.examples[why]) for why, times in self.times.most_common())
