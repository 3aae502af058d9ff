"""A step of ``make bench``, in the peers' environment: the same page's fields by bare selectors, with lxml and with selectolax.

A bare extraction knows one markup, names nothing, misses what it was not written for, and does not say so.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from lxml import html
from lxml.etree import XPath
from selectolax.lexbor import LexborHTMLParser

Fields = dict[str, list[str]]
_CLASS = "contains(concat(' ', normalize-space(@class), ' '), ' {} ')"
_FIELD = XPath(f"//div[{_CLASS.format('field')}][div[{_CLASS.format('field__label')}]]")
_LABEL = XPath(f"string(div[{_CLASS.format('field__label')}])")
_ITEM = XPath(f".//div[{_CLASS.format('field__item')}]")
_TITLE = XPath("string(//h1)")


def by_lxml(body: bytes) -> Fields:
    tree = html.fromstring(body, parser=html.HTMLParser(encoding="utf-8"))
    fields = {_LABEL(field).strip(): [item.text_content().strip() for item in _ITEM(field)] for field in _FIELD(tree)}
    return {"name": [_TITLE(tree).strip()], **fields}


def by_selectolax(body: bytes) -> Fields:
    tree = LexborHTMLParser(body)
    fields: Fields = {}
    for field in tree.css("div.field"):
        label = field.css_first("div.field__label")
        if label is not None:
            fields[label.text().strip()] = [item.text().strip() for item in field.css("div.field__item")]
    title = tree.css_first("h1")
    return {"name": [title.text().strip() if title else ""], **fields}


def main(page: Path, times: int) -> dict[str, object]:
    body = page.read_bytes()
    readers: dict[str, Callable[[bytes], Fields]] = {"lxml": by_lxml, "selectolax": by_selectolax}
    figures: dict[str, object] = {}
    for name, read in readers.items():
        clock, processor = time.perf_counter(), time.process_time()
        for _ in range(times):
            fields = read(body)
        figures[name] = {"clock": time.perf_counter() - clock, "processor": time.process_time() - processor}
        figures[f"{name} values"] = sorted(value for values in fields.values() for value in values)
    figures["versions"] = {name: version(name) for name in readers}
    return figures | {"peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), int(sys.argv[2]))))
