"""Somebody of the staff at their browser, without a screen: a client that sends forms as a page's own."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

import httpx


@dataclass
class Person:
    """One person's browser.

    Arguments:
        name: how they sign what they write; empty: they do not say.
    """

    client: httpx.Client
    name: str = ""

    def get(self, path: str) -> httpx.Response:
        """A page, through redirects."""
        return self.client.get(path, follow_redirects=True)

    def token(self) -> str:
        """The token of their session's forms."""
        found = re.search(r'name="token" value="(\w+)"', self.get("/en/shortlists").text)
        assert found is not None
        return found[1]

    def send(self, path: str, **fields: object) -> httpx.Response:
        """A form, as a page of theirs has it; redirects are not followed."""
        named = {"by": self.name} if self.name else {}
        return self.client.post(path, data={"token": self.token(), **named, **{key: str(value) for key, value in fields.items()}})

    def begin(self, name: str, programme: str = "") -> str:
        """A new shortlist; its path."""
        answer = self.send("/en/shortlists", name=name, programme=programme)
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    def put(self, organisation: int, onto: str) -> int:
        """An organisation onto a shortlist; the entry's number."""
        answer = self.send("/en/shortlists/add", organisation=organisation, shortlist=onto.rsplit("/", 1)[1])
        assert answer.status_code == 303, answer.text
        return max(entry["entry"] for entry in self.data(onto)["entries"])

    def data(self, path: str) -> dict:
        """A page for programs."""
        answer = self.client.get(f"{path}.json")
        assert answer.status_code == 200, answer.text
        return answer.json()


def shown(page: str) -> str:
    """The text of a page as its reader sees it."""
    page = re.sub(r"</?bdi>", "", page)
    page = re.sub(r'<span lang="">([^<]*)</span>', r"\1", page)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())
