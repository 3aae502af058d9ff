"""How far a rule, a list of countries or a whole programme can be trusted: the one place that words it, for pages and files."""

from __future__ import annotations

from urllib.parse import urlsplit

from markupsafe import Markup, escape

from matching.partners.programmes import Programme, Rule, Status
from portal.hostile import link, visible
from portal.tongue import Tongue

FOLDER = "matching/programmes"


def words(tongue: Tongue, status: Status) -> Markup:
    """What a status means: ``from memory, not checked at the source``."""
    return tongue(f"trust.{status.value}")


def of_rule(tongue: Tongue, rule: Rule) -> Markup:
    """How far to trust a rule: its own text, and where not all was read at its source the countries that it speaks of."""
    own = words(tongue, rule.status)
    if rule.group is None or rule.trust is Status.SEEN:
        return own
    group = tongue("trust.of_group", group=rule.group.name[tongue.code], trust=words(tongue, rule.group.status))
    return Markup("{}; {}").format(own, group)


def of_entry(tongue: Tongue, programme: Programme) -> Markup:
    """How far to trust which countries may take part; where that was read and other rules were not, both are said."""
    own = words(tongue, programme.trust_of_entry)
    if programme.trust is programme.trust_of_entry:
        return own
    return tongue("trust.entry", own=own, rest=words(tongue, programme.trust))


def of_programme(tongue: Tongue, programme: Programme) -> Markup:
    """How far to trust all rules of a programme together."""
    own = words(tongue, programme.trust)
    return own if programme.trust is Status.SEEN else tongue("trust.some", trust=own)


def checked(tongue: Tongue, programme: Programme) -> Markup:
    """When the rules were gone through, and whether all of them were read at their source, to which it leads."""
    return _checked(tongue, programme, out(programme.source))


def checked_in_words(tongue: Tongue, programme: Programme) -> str:
    """The same for files, where the address of the source stands in full."""
    return str(_checked(tongue, programme, programme.source).unescape())


def _checked(tongue: Tongue, programme: Programme, source: str) -> Markup:
    values = {"day": tongue.day(programme.checked_on), "source": source}
    if programme.trust is Status.SEEN:
        return tongue.filled("programme.checked", values)
    return tongue.filled(f"programme.checked.{programme.trust.value}", values)


def cited(tongue: Tongue, programme: Programme, rule: Rule) -> str:
    """What a link to a rule's source says: whose site it is, and when the rule was read there, if it was."""
    site = visible(urlsplit(link(rule.source) or "").hostname or rule.source)
    if rule.status is not Status.SEEN:
        return site
    return str(tongue("programme.source.read", site=site, day=tongue.day(programme.checked_on)).unescape())


def out(address: str) -> Markup:
    """A link to an address outside, which reads as the site that it leads to; what no browser should open stays text."""
    safe = link(address)
    if not safe:
        return escape(visible(address))
    site = urlsplit(safe).hostname or safe
    return Markup('<a class="out" href="{}" rel="noopener noreferrer nofollow">{}</a>').format(safe, visible(site))
