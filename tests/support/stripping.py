"""What the tests of privacy share: rules, an invented person, and stripping twice."""

from __future__ import annotations

from pathlib import Path

from bs4 import BeautifulSoup

from connectors.network import PersonalBlock, read_network
from sync.privacy.strip import Stripped, strip_personal

ECCP = read_network(Path(__file__).parents[2] / "connectors" / "eccp").facts.personal
RULE = PersonalBlock(after=r"(?:Bulgaria|Sweden): .+", before=r"\d+% completed", because="a contact person")
PERSON = "Vesela Zlatanova"


def strip(html: str, rules: tuple[PersonalBlock, ...] = (RULE,), charset: str | None = "utf-8") -> Stripped:
    """Strip twice: a second time changes nothing."""
    once = strip_personal(html.encode(charset or "utf-8"), charset, rules)
    twice = strip_personal(once.body, charset, rules)
    assert twice.body == once.body
    assert twice.removed == 0
    return once


def text(stripped: Stripped) -> str:
    return stripped.body.decode()


def lines(stripped: Stripped) -> list[str]:
    return list(BeautifulSoup(stripped.body, "lxml").stripped_strings)
