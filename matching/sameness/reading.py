"""Records taken apart, here or in another process, which therefore loads no more than that needs.

``reading`` and the small functions that it asks are what is meant; ``readings`` says the same of many records at once, and a test
holds it against that.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from matching.sameness import candidates
from matching.sameness.comparable import NameKind
from matching.sameness.population import bearer
from matching.sameness.records import COLUMNS, Facts, mail_domain_of, site_of
from matching.sameness.setwise.addresses import addresses
from matching.sameness.setwise.borne import Borne
from matching.sameness.setwise.described import KINDS, NAME, described
from matching.sameness.setwise.hashed import Made, made
from matching.sameness.setwise.keys import Keys
from matching.sameness.setwise.places import Whereabouts
from matching.sameness.setwise.printed import printed
from matching.sameness.setwise.ragged import Flags, as_flags, ends

READINGS = pa.schema(
    [
        ("strong", pa.list_(pa.string())), ("acronyms", pa.list_(pa.string())), ("initials", pa.list_(pa.string())),
        ("key_words", pa.list_(pa.string())), ("places", pa.list_(pa.string())), ("names", pa.list_(NAME)),
        ("bearer", pa.string()), ("words", pa.list_(pa.string())), ("site", pa.string()), ("mail", pa.string()),
    ]
)  # fmt: skip
"""What is made of a record: keys, names, whose words are borne, and addresses that others may share."""
OTHER_THAN_TEXT = {"record_id": pa.int64(), "other_names": pa.list_(pa.string()), "founded_on": pa.date32()}
"""Of the columns of records that hold that, what."""


def reading(record: Facts) -> tuple[object, ...]:
    """What is made of one record, in the order of ``READINGS``."""
    borne = bearer(record)
    return (
        list(candidates.strong_keys(record)),
        list(candidates.acronyms(record)),
        list(candidates.all_initials(record)),
        list(candidates.words(record)),
        candidates.places(record),
        [described(one) for one in record.names],
        borne.identity if borne else "",
        borne.words if borne else (),
        record.host,
        record.mail_domain,
    )


def readings(said: pa.Table, mails: pa.Array | None = None) -> pa.Table:
    """What is made of records, a row each; lists of keys and words are in no order.

    Arguments:
        said: rows of ``records.COLUMNS``, one at least.
        mails: their ``mail_domains``, where they are known.
    """
    said = said.combine_chunks()
    where, lines = Whereabouts.of(said), printed(said)
    borne = Borne(lines, len(said))
    keys = Keys(borne, where, lines.labels)
    cities = [" ".join(words) for words in where.city_words]
    bearers, words = _bearers(borne, where, cities, len(said))
    sites, mails = _sites(said), mail_domains(said) if mails is None else mails
    columns = (
        keys.strong(addresses(said, lines.labels, sites, mails)),
        keys.acronyms(),
        keys.initials(),
        keys.words(),
        _places(where, cities),
        borne.described(),
        bearers,
        words,
        sites,
        mails,
    )
    return pa.table(list(columns), READINGS)


def taken_apart(piece: tuple[pa.Table, pa.Array]) -> Made:
    """What is remembered of records.

    Arguments:
        piece: rows of ``records.COLUMNS``, one at least; and their ``mail_domains``, so that one process alone reads the list of
            public suffixes, which takes as long as some thousand records.
    """
    said, mails = piece
    return made(said, readings(said, mails))


def as_table(records: Sequence[Facts]) -> pa.Table:
    """Records as rows of ``COLUMNS``."""
    return pa.table(
        {name: pa.array([getattr(one, name) for one in records], OTHER_THAN_TEXT.get(name, pa.string())) for name in COLUMNS}
    )


def _places(where: Whereabouts, cities: list[str]) -> pa.Array:
    """As ``candidates.places``."""
    of_city = pa.array([f"city {city}" if city else None for city in cities], pa.string()).take(where.city % len(cities))
    regions = [f"region {region}" if region else None for region in where.regions] + [None]
    of_region = pa.array(regions, pa.string()).take(where.region % len(regions))
    both = pa.concat_arrays([of_city, of_region]).take(np.arange(2 * len(of_city)).reshape(2, -1).T.reshape(-1))
    is_said = np.asarray(both.is_valid())
    return pa.ListArray.from_arrays(ends(is_said.reshape(-1, 2).sum(axis=1)).astype(np.int32), both.filter(pa.array(is_said)))


def _sites(said: pa.Table) -> pa.Array:
    """As ``records.site_of``: nearly every website is at the domain itself."""
    domain, website = (said[column].combine_chunks() for column in ("domain", "website"))
    host = pc.struct_field(pc.extract_regex(website, r"^https?://(?:www\.)?(?P<host>[a-z0-9.-]+)(?:/|$)"), "host")
    return _but_for(pc.equal(host, domain), domain, site_of, domain, website)


def mail_domains(said: pa.Table) -> pa.Array:
    """Of records, as ``records.mail_domain_of``: nearly every mailbox is at the domain of the website."""
    mailbox, domain = (said[column].combine_chunks() for column in ("role_email", "domain"))
    host = pc.replace_substring_regex(mailbox, r"^.*@", "")
    is_at_domain = pc.and_(pc.equal(pc.ascii_lower(host), domain), pc.string_is_ascii(host))
    return _but_for(is_at_domain, domain, mail_domain_of, mailbox, domain)


def _but_for(is_usual: pa.Array, usual: pa.Array, work: Callable[..., str | None], first: pa.Array, second: pa.Array) -> pa.Array:
    """What is usual where it is, and what work makes of two columns elsewhere; nothing where the first says nothing."""
    says = as_flags(pc.greater(pc.binary_length(first), 0).fill_null(False))
    others = np.nonzero(says & ~as_flags(is_usual.fill_null(False)))[0]
    worked = pa.array(map(work, first.take(others).to_pylist(), second.take(others).to_pylist()), pa.string())
    at = np.where(says, np.arange(len(says)), -1)
    at[others] = len(says) + np.arange(len(others))
    return pa.concat_arrays([usual, worked]).take(pa.array(at, mask=at < 0))


def _bearers(borne: Borne, where: Whereabouts, cities: list[str], count: int) -> tuple[pa.Array, pa.Array]:
    """As ``population.bearer``: its identity, and its words."""
    spelt = borne.spelt
    is_whole: Flags = borne.kind == KINDS.index(NameKind.FULL)
    whole = borne.by_record.where(is_whole)
    is_named = whole.lengths > 0
    first = np.full(count, -1)
    first[is_named] = spelt.joined[borne.text[whole.values[whole.starts[:-1][is_named]]]]
    named = spelt.spellings.take(pa.array(first, mask=first < 0))
    city = pa.array([f" {city}" if city else "" for city in cities], pa.string()).take(where.city % len(cities))
    identity = pc.binary_join_element_wise(pc.binary_join_element_wise(named, where.country_texts(), " "), city, "")
    text = whole._replace(values=borne.text[whole.values])
    return pc.fill_null(identity, ""), spelt.as_lists(text.through(spelt.words).once())
