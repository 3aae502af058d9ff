"""Persons in JSON-LD (https://schema.org): taken out of a ``<script type="application/ld+json">``."""

from __future__ import annotations

import json
from typing import Any

from sync.privacy.addresses import without_personal

OF_PERSONS = frozenset(
    {"author", "creator", "editor", "contributor", "founder", "founders", "employee", "employees", "contactperson", "alumni"}
)
"""Properties whose value is a person also where it is a plain text."""


class NotJsonLd(Exception):  # noqa: N818  it says what is the case
    """The text is no JSON that can be read."""


def without_persons(text: str) -> tuple[str, int]:
    """JSON-LD without its persons and their addresses, and how many things were taken out; unchanged when none were.

    Raises:
        NotJsonLd: for anything that cannot be read as JSON.
    """
    try:
        tree = json.loads(text)
        persons = _Persons()
        persons.note_ids(tree)
        kept = persons.without(tree)
        if not persons.removed:
            return text, 0
        written = json.dumps(kept, ensure_ascii=False, separators=(",", ":"))
    except (ValueError, RecursionError) as error:
        raise NotJsonLd(f"wanted JSON, found {type(error).__name__}") from error
    # "</script>" inside a string would end the element.
    return written.replace("</", "<\\/"), persons.removed


class _Persons:
    def __init__(self) -> None:
        self.removed = 0
        self._ids: set[str] = set()
        self._gone = object()

    def note_ids(self, node: Any) -> None:
        """Remember the ``@id`` of every person: a reference to it may hold the name."""
        if isinstance(node, dict):
            if _is_person(node) and isinstance(node.get("@id"), str):
                self._ids.add(node["@id"])
            for value in node.values():
                self.note_ids(value)
        elif isinstance(node, list):
            for value in node:
                self.note_ids(value)

    def without(self, node: Any) -> Any:
        kept = self._kept(node)
        return {} if kept is self._gone else kept

    def _kept(self, node: Any, under: str = "") -> Any:
        """The node without persons; ``self._gone`` where it is one."""
        if isinstance(node, list):
            values = [self._kept(value, under) for value in node]
            return [value for value in values if value is not self._gone]
        if isinstance(node, dict):
            if _is_person(node) or node.get("@id") in self._ids or _is_someones_contact(node, under):
                self.removed += 1
                return self._gone
            pairs = {key: self._kept(value, key) for key, value in node.items()}
            return {key: value for key, value in pairs.items() if value is not self._gone}
        if isinstance(node, str):
            if _name_of(under) in OF_PERSONS or node in self._ids:
                self.removed += 1
                return self._gone
            plain, count = without_personal(node)
            self.removed += count
            return plain
        return node


def _name_of(key: str) -> str:
    return key.rpartition("/")[2].rpartition(":")[2].lower()


def _is_person(node: dict[str, Any]) -> bool:
    kinds = node.get("@type", ())
    kinds = [kinds] if isinstance(kinds, str) else kinds if isinstance(kinds, list) else []
    return any(isinstance(kind, str) and _name_of(kind) in ("person", "patient") for kind in kinds)


def _is_someones_contact(node: dict[str, Any], under: str) -> bool:
    """Whether a contact point is a person's: it has a name, or a person's address."""
    if _name_of(under) not in ("contactpoint", "contactpoints"):
        return False
    email = node.get("email")
    has_name = any(_name_of(key) in ("name", "givenname", "familyname") for key in node)
    return has_name or (isinstance(email, str) and without_personal(email)[1] > 0)
