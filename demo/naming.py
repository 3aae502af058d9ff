"""The names, addresses and websites of one organisation, as different networks write them: always its own."""

from __future__ import annotations

import tldextract

from demo.facts import Organisation, names_of_several
from demo.invented import Draw
from demo.printing import slug

_domain = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)

WEBSITE_FORMS = (
    "https://{host}/",
    "https://{host}",
    "http://{host}/",
    "http://{host}",
    "{host}",
    "https://{other_host}/",
    "https://{host}/en",
    "HTTP://{upper_host}/",
    "https://{host}/index.html",
)
"""``other_host`` is the host with ``www.`` where the fact has none, and the other way round."""


def own_names(org: Organisation) -> tuple[str, ...]:
    """Its names that make different addresses; the usual one also where another organisation bears it too."""
    own = {slug(name): name for name in reversed(org.names) if name == org.name or name.casefold() not in names_of_several()}
    return tuple(reversed(own.values()))


def some_name(org: Organisation, draw: Draw, other_than_usual: float) -> str:
    """The usual name, or with the given probability another one of its own (or another spelling), where it has one."""
    others = [name for name in org.names[1:] if name.casefold() not in names_of_several()]
    return draw.one(others) if others and draw.chance(other_than_usual) else org.name


def free_slug(name: str, taken: set[str]) -> str:
    """The name's slug, numbered as Drupal does where another page has it already."""
    base = slug(name)
    chosen = next(candidate for candidate in (base, *(f"{base}-{n}" for n in range(100))) if candidate not in taken)
    taken.add(chosen)
    return chosen


def website(org: Organisation, draw: Draw, forms: tuple[str, ...] = WEBSITE_FORMS) -> tuple[str, dict[str, str]] | None:
    """Its address in one of the forms, and what it says in ClusterProfile's fields; None: it is not known."""
    if org.website is None:
        return None
    host, _, path = org.website.partition("://")[2].partition("/")
    form = draw.one(forms) if not path.strip("/") else "https://{host}/" + path  # a deeper page is kept: it is not the host's
    bare = host.removeprefix("www.")
    is_short = bare == _domain(host).top_domain_under_public_suffix
    # "www." goes before a registrable domain only: www.lifescience.stuns.se is an address that nobody has.
    other = bare if host != bare else f"www.{host}" if is_short else host
    printed = form.format(host=host, other_host=other, upper_host=host.upper())
    return printed, {"website": printed, "domain": _domain(host).top_domain_under_public_suffix}
