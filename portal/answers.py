"""What a page answers, before it becomes HTML or JSON, and why it may not answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from portal.preferences import Preferences
from portal.session import Session


@dataclass(frozen=True)
class Page:
    """A page.

    Arguments:
        template: its file; fragment: the file for htmx, where it differs.
        values: what the template shows.
        data: the same for programs: what ``.json`` answers, or what makes it, so that people need not wait for it; None: it is
            for people only.
        permalink: the path and query under which this very page is found again.
        preferences: what the browser is to remember; None: what it does.
    """

    template: str
    values: Mapping[str, Any]
    data: Any
    permalink: str
    fragment: str | None = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    preferences: Preferences | None = None

    def says(self, session: Session) -> bool:
        """Whether it says what a session is to say: what waits for a place of another page is said there (``places``)."""
        return session.said is None or session.said.is_for(self.values.get("places", ()))

    def for_programs(self) -> Any:
        """The data."""
        return self.data() if callable(self.data) else self.data


@dataclass(frozen=True)
class Redirect:
    """Look elsewhere, on this page: a path, with a query perhaps. For good (``301``), or after a form (``303``).

    Arguments:
        session: what the browser's session becomes; None: it stays.
        is_whole: whether ``to`` has its language already.
        preferences: what the browser is to remember; None: what it does.
    """

    to: str
    is_for_good: bool = False
    session: Session | None = None
    is_whole: bool = False
    preferences: Preferences | None = None


@dataclass(frozen=True)
class File:
    """A file to take away; or, where it is ``inline``, what a program reads at its address."""

    content: bytes
    media_type: str
    name: str
    is_inline: bool = False


Answer: TypeAlias = Page | Redirect | File


class Refusal(Exception):  # noqa: N818  an answer, not an error
    """No page: the status, and the text of the catalogue that says why (``refused.<why>.title``, ``refused.<why>.text``).

    Arguments:
        details: what the text names.
    """

    def __init__(self, status: int, why: str, **details: object) -> None:
        super().__init__(f"{status} {why}")
        self.status = status
        self.why = why
        self.details = details


def not_found(**details: object) -> Refusal:
    """There is no such thing."""
    return Refusal(404, "not_found", **details)
