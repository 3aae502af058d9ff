"""Facts that a page states as schema.org data of an Organization, in JSON-LD."""

from __future__ import annotations

import json
from collections.abc import Iterator

from bs4.element import Tag

from connectors.labels.reader import Pair
from connectors.labels.words import collapse

_LABELS = (
    *("name", "alternateName", "legalName", "url", "foundingDate", "description", "email", "telephone", "numberOfEmployees"),
    *("address", "address.streetAddress", "address.addressLocality", "address.postalCode", "address.addressCountry"),
    *(
        "geo.latitude",
        "geo.longitude",
        "location.geo.latitude",
        "location.geo.longitude",
        "knowsLanguage",
        "memberOf",
        "keywords",
    ),
)
_KINDS = frozenset(("Organization", "Corporation", "NGO", "LocalBusiness", "GovernmentOrganization", "Consortium"))


def read_json_ld(root: Tag) -> list[list[Pair]]:
    """For each schema.org Organization on the page its pairs; labels are ``schema.org name``, ``schema.org address.postalCode`` …

    The site's own publisher is among them: it is for the caller to say which one the page is about. Scripts that are not JSON
    state nothing.
    """
    found = []
    for script in root.find_all("script", attrs={"type": "application/ld+json"}):
        try:
            data = json.loads(script.string or "")
        except (json.JSONDecodeError, RecursionError):
            continue
        for node in _organisations(data):
            pairs = [
                Pair(f"schema.org {label}", values, "json-ld") for label in _LABELS if (values := tuple(_texts(node, label)))
            ]
            if pairs:
                found.append(pairs)
    return found


def _organisations(data: object) -> Iterator[dict[str, object]]:
    """Organisations at the top, in a list or in ``@graph``; not those that another thing merely mentions."""
    if isinstance(data, list):
        for item in data:
            yield from _organisations(item)
    elif isinstance(data, dict):
        kinds = data.get("@type")
        if any(kind in _KINDS for kind in (kinds if isinstance(kinds, list) else [kinds])):
            yield data
        yield from _organisations(data.get("@graph"))


def _texts(node: object, path: str) -> Iterator[str]:
    """The plain values at a dotted path."""
    if isinstance(node, list):
        for item in node:
            yield from _texts(item, path)
    elif isinstance(node, dict) and path:
        name, _, rest = path.partition(".")
        yield from _texts(node.get(name), rest)
    elif not path:
        yield from _plain(node)


def _plain(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        inner = value.get("@value", value.get("name", value.get("value")))
        if not isinstance(inner, dict | list):
            yield from _plain(inner)
    elif isinstance(value, str | int | float) and not isinstance(value, bool) and collapse(str(value)):
        yield collapse(str(value))
