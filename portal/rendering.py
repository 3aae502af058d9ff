"""Answers as HTML and JSON."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from importlib.resources import files
from types import MethodType
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, nodes
from jinja2.runtime import Context
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

from portal.answers import Page
from portal.hostile import is_replica, link, outside, short, visible
from portal.pages import trust
from portal.told import told
from portal.tongue import Tongue, text_of
from portal.visit import Visit
from warehouse.editions import EditionMissing, EditionOlder

MOST_OF_A_NAME = 160
HTML = "text/html; charset=utf-8"
JSON = "application/json"
_QUOTED = re.compile("([“”])([^“”]+)”")
"""In English and in Swedish quotation marks."""


def bdi(text: object, most: int = MOST_OF_A_NAME) -> Markup:
    """A stranger's words, cut, made visible, and isolated: their direction does not leave them."""
    return _isolated(short(str(text), most))


@lru_cache(maxsize=8_000)
def _isolated(text: str) -> Markup:
    return Markup(f"<bdi>{escape(visible(text))}</bdi>")  # noqa: S704  escaped


def quoting(text: str) -> Markup:
    """A sentence of ours; what it quotes from a profile may be of any language, and is marked as of none that is known."""
    return Markup(_QUOTED.sub(r'\1<span lang="">\2</span>”', str(escape(visible(text)))))  # noqa: S704  escaped


def _shown(value: Any) -> Any:
    """What stands in an expression of a template, whoever wrote it. Autoescape comes after this."""
    return visible(value) if type(value) is str else value


@cache
def static(name: str) -> str:
    """The address of a file of ours, with its digest: browsers keep it until it changes."""
    content = files("portal").joinpath("static", name).read_bytes()
    return f"/static/{name}?v={hashlib.sha256(content).hexdigest()[:12]}"


class _Spoken(NodeTransformer):
    """Puts the texts of one language into templates in place of the calls that ask for them.

    Half of what a page did was to ask for texts that never change. Texts with values are asked for as before, and so is a text
    that no catalogue has, which raises where it is wanted.
    """

    def __init__(self, language: str) -> None:
        self._language = language

    def visit_Call(self, call: nodes.Call) -> nodes.Node:  # noqa: N802  Jinja's name
        self.generic_visit(call)
        if not isinstance(call.node, nodes.Name) or call.node.name != "t" or len(call.args) != 1:
            return call
        key = call.args[0]
        if call.kwargs or call.dyn_args or call.dyn_kwargs or not isinstance(key, nodes.Const):
            return call
        text = text_of(self._language, key.value)
        return call if text is None else nodes.MarkSafe(nodes.Const(str(text)), lineno=call.lineno)


class _Context(Context):
    """Calls texts and methods at once: to look whether what it calls wants the context took Jinja a tenth of a page."""

    def call(self, called: Any, /, *args: Any, **kwargs: Any) -> Any:
        if type(called) is Tongue or (type(called) is MethodType and not hasattr(called, "jinja_pass_arg")):
            kwargs.pop("_block_vars", None)
            kwargs.pop("_loop_vars", None)
            return called(*args, **kwargs)
        return super().call(called, *args, **kwargs)


class _Templates(Environment):
    """The templates in one language."""

    context_class = _Context

    def __init__(self, language: str, **more: Any) -> None:
        super().__init__(**more)
        self._language = language

    def compile(self, source: Any, name: Any = None, filename: Any = None, raw: Any = False, defer_init: Any = False) -> Any:
        tree = self.parse(source, name, filename) if isinstance(source, str) else source
        return super().compile(_Spoken(self._language).visit(tree), name, filename, raw, defer_init)


@cache
def templates(language: str) -> Environment:
    """The templates in one language: everything is escaped, and what is not there is an error."""
    made = _Templates(
        language,
        loader=PackageLoader("portal"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,  # they come with the program: to look whether each has changed takes a tenth of a page
    )
    made.filters.update(bdi=bdi, short=short, link=link, outside=outside, is_replica=is_replica, quoting=quoting)
    made.globals.update(static=static, trusted=trust)
    return made


ALSO_IN = {"compare": "clusters", "gaps": "map"}
"""Pages that stand in no menu, and the part of it from which one gets to them."""


def warm(language: str) -> None:
    """Compile all templates in a language, so that no visitor waits for it."""
    for name in templates(language).list_templates(extensions=["html"]):
        templates(language).get_template(name)


def html(page: Page, visit: Visit) -> bytes:
    """A page as HTML: whole, or for htmx its changed part."""
    template = page.fragment if page.fragment and visit.is_partial else page.template
    return templates(visit.tongue.code).get_template(template).render(**frame(visit, page), **page.values).encode()


def part(template: str, tongue: Tongue, **values: Any) -> Markup:
    """A part of a page, which may stand in pages of other visits too: so it is given nothing of this one but its language."""
    made = templates(tongue.code).get_template(template).render(**tongue.texts(), at=tongue.address, **values)
    return Markup(made)  # noqa: S704  escaped in the template


def parts(template: str, macro: str, tongue: Tongue, **values: Any) -> Callable[..., Markup]:
    """What makes a part of a page again and again, each time of another thing: a macro of a template."""
    made = templates(tongue.code).get_template(template).make_module({**tongue.texts(), "at": tongue.address, **values})
    found: Callable[..., Markup] = getattr(made, macro)
    return found


def frame(visit: Visit, page: Page) -> dict[str, Any]:
    """What every page shows around its own."""
    permalink, has_json = page.permalink, page.status < 300 and page.data is not None
    path, _, asked = permalink.partition("?")
    said = visit.session.said if page.says(visit.session) else None
    behind = f"?{asked}" if asked else ""
    return {
        **visit.tongue.texts(),
        "visit": visit,
        "at": visit.address,
        "permalink": permalink,
        "json_address": f"{visit.address(path)}.json{behind}" if has_json else None,
        "languages": {code: visit.address(permalink, code) for code in visit.options.languages},
        "section": ALSO_IN.get(path.split("/")[1], path.split("/")[1]),
        "footer": _footer(visit),
        "token": visit.house.sessions.token(visit.session),
        "said": None if said is None else told(visit, said),
        "said_at": said.at if said else "",
        "said_values": said.values if said else {},
    }


def _footer(visit: Visit) -> dict[str, Any] | None:
    """Which edition this is; None where there is none to read, or nobody has signed in."""
    if not visit.entered.may_enter:
        return None
    if not visit.seen:
        try:
            with visit.edition():
                pass
        except (EditionMissing, EditionOlder):
            return None
    return {"imprint": next(iter(visit.seen.values())), "is_demo": visit.is_demo}


def as_json(data: Any) -> bytes:
    """Data for programs: dates in ISO 8601, as ASCII so that nothing in it can disguise itself."""
    return json.dumps(data, default=_plain, indent=1).encode("ascii")


def _plain(value: Any) -> Any:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    if isinstance(value, Markup):
        return str(escape(value))
    raise TypeError(f"wanted something that JSON has, found a {type(value).__name__}")
