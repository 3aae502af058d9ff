"""What records say as arrays: each distinct text a number, each name a list of words."""

from __future__ import annotations

from collections.abc import Set
from itertools import chain

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from matching.sameness.comparable import NameKind, host_phrases
from matching.sameness.evidence import BODY_OF
from matching.sameness.population import Population
from matching.sameness.setwise.described import KINDS
from matching.sameness.setwise.places import Places, Whereabouts
from matching.sameness.setwise.printed import domain_labels
from matching.sameness.setwise.ragged import Bits, Flags, Ints, Ragged, Small, as_flags, coded, ends, numbered
from matching.sameness.setwise.vocabulary import FIRST, Lexicon, Vocabulary, bloom
from matching.sameness.words import word_list

_FULL, _ADDRESS = KINDS.index(NameKind.FULL), KINDS.index(NameKind.ADDRESS)


class Names:
    """Every comparable name of the records, in the order of records and within each in that of ``Facts.names``.

    Arguments:
        lists: of each record, its names, as ``described.NAME``.
    """

    def __init__(self, lists: pa.Array, population: Population) -> None:
        table = pa.Table.from_struct_array(pc.list_flatten(lists)).combine_chunks()
        count = len(lists)
        self.record = record = pc.list_parent_indices(lists).to_numpy().astype(np.int64)
        self.kind: Small = table["kind"].to_numpy().astype(np.int32)
        self.printed = table["printed"].combine_chunks()
        self.is_single = np.asarray(table["is_single"].to_numpy(zero_copy_only=False), np.bool_)
        self.begins: Bits = table["begins"].to_numpy().astype(np.uint64)
        self.holds: Bits = table["holds"].to_numpy().astype(np.uint64)
        lists = table["words"].combine_chunks()
        said, texts = numbered(lists.flatten())
        self.vocabulary = words = Vocabulary(texts, population)
        self.words = Ragged.of(said + FIRST, pc.list_value_length(lists).to_numpy(zero_copy_only=False))
        self.has_core: Flags = self.words.counts(~words.is_body[self.words.values]) > 0
        self.core = self.words.where(~words.is_body[self.words.values] | ~self.has_core[self.words.owners])
        self.gist = self.core.where(self.has_core[self.core.owners]).through(words.concepts).once()
        """What each core says, each thing once."""
        joined = pc.binary_join(lists, "")
        self.joined, _ = coded(joined)
        self.compact, self.compact_texts = numbered(table["spelt"])
        self.joined_length = pc.utf8_length(joined).to_numpy(zero_copy_only=False)
        self.compact_length = pc.utf8_length(table["spelt"]).to_numpy()
        self.is_full: Flags = self.kind == _FULL
        self.is_address: Flags = self.kind == _ADDRESS
        has_gist = self.gist.lengths > 0
        is_of_place = words.names_place[self.gist.values] | words.is_national[self.gist.values]
        self.is_of_clusters: Flags = (
            has_gist & (self.gist.counts(~is_of_place) == 0) & (self.words.counts(words.says_cluster[self.words.values]) > 0)
        )
        """Says no more than "the clusters of ...", as ``likeness.names_clusters_of_a_place`` says."""
        bits = bloom(np.arange(words.size))
        self.bloom = self.core.any_bits(bits) | self.gist.any_bits(bits)
        self.letters = self.core.any_bits(words.letters)
        self.initial: Bits = words.initial[self.core.values[self.core.starts[:-1]]]
        """The letter with which a name begins, as a bit; every name has a word."""
        by_record = Ragged(np.arange(len(record), dtype=np.int32), ends(np.bincount(record, minlength=count)))
        # A record's names by their core: of those that share one, the first.
        _, first = np.unique(record * np.int64(len(record) + 1) + self.compact, return_index=True)
        is_first = np.zeros(len(record), np.bool_)
        is_first[first] = True
        self.borne = by_record.where(is_first)
        self.printed_borne = self.borne.counts(~self.is_address[self.borne.values])
        """How many of the names that a record bears, of the first ones, are not only spelt by its address, which come last."""
        self.whole = by_record.where(self.is_full)
        self.single = by_record.where(self.is_full & self.is_single)
        self.by_record = by_record


class Columns:
    """Records as arrays, in the order of their numbers.

    Arguments:
        records: what ``gather`` of ``warehouse/sql/sameness.sql`` selects, in the order of ``record_id``: the fields of
            ``Facts``, with ``site`` (``Facts.host``), ``mail`` (``Facts.mail_domain``) and the names.
    """

    def __init__(self, records: pa.Table, population: Population) -> None:
        self.table = records = records.combine_chunks()
        self.record_id: Ints = records["record_id"].to_numpy()
        self.names = Names(records["names"].combine_chunks(), population)
        self.network, _ = coded(records["network"])
        self._find_places()
        self._find_bodies()
        self._find_addresses(population)
        self.day = records["founded_on"].cast(pa.int32()).fill_null(_NEVER).to_numpy()
        self.year = pc.year(records["founded_on"]).fill_null(0).to_numpy()
        starts = pc.and_(pc.equal(pc.month(records["founded_on"]), 1), pc.equal(pc.day(records["founded_on"]), 1))
        self.is_new_year = np.asarray(starts.fill_null(False).to_numpy(zero_copy_only=False), np.bool_)
        self.is_dated: Flags = self.day != _NEVER

    def _find_places(self) -> None:
        where = Whereabouts.of(self.table)
        self.country, self.region = where.country, where.region
        self.has_country, self.has_region = (
            _told(pa.array(texts, pa.string()))[number]
            for number, texts in ((where.country, where.countries), (where.region, where.regions))
        )
        self.city, self.city_words, self.place = where.city, where.city_words, where.place
        vocabulary = self.names.vocabulary
        self.around = Places.around(where, vocabulary, word_list("place"))
        """The words that say where a record is, but for those of the compass."""
        self.within = Places.within(where, vocabulary)
        """Those that say where within its country."""

    def _find_bodies(self) -> None:
        names = self.names
        self.is_host = np.zeros(len(self.record_id), np.bool_)
        self.is_host[names.record[name_hosts(names.words, names.vocabulary) & names.is_full]] = True
        kinds, texts = numbered(self.table["organisation_type"])
        self.bodies = sorted({"host", *(body for kind in texts if (body := BODY_OF.get(kind, kind)))})
        number = {body: at for at, body in enumerate(self.bodies)} | {None: -1, "": -1}
        self.host = number["host"]
        of_kind = np.array([*(number[BODY_OF.get(kind, kind)] for kind in texts), -1], np.int32)
        self.body = np.where(self.is_host, np.int32(self.host), of_kind[kinds])

    def _find_addresses(self, population: Population) -> None:
        table = self.table
        self.site, sites = coded(table["site"])
        domain, domains = coded(table["domain"])
        mailbox, mailboxes = coded(table["role_email"])
        self.phone, phones = coded(table["phone"])
        mail, mails = coded(table["mail"])
        both, self.address_domains = coded(pa.concat_arrays([domains, mails]))
        site_is_shared = _flags(population.shared_hosts, sites)[self.site]
        self.is_own_site = (self.site >= 0) & ~site_is_shared & ~_flags(population.shared_hosts, domains)[domain]
        self.own_site = np.where(self.is_own_site, self.site, -1)
        of_site, of_mail = both[: len(domains)], both[len(domains) :]
        self.site_domain = np.where(self.is_own_site, np.append(of_site, -1)[domain], -1)
        is_mail_shared = _flags(population.shared_mail, mails)[mail]
        self.mail_domain = np.where(is_mail_shared, -1, np.append(of_mail, -1)[mail])
        self.is_used_by_many = _flags(population.mail_of_many, mails)[mail]
        self.is_switchboard = _flags(population.shared_phones, phones)[self.phone]
        self.mailbox = np.where(_told(mailboxes)[mailbox], mailbox, -1)
        of_domain, self.labels = coded(domain_labels(domains))
        label = np.append(of_domain, -1)[domain]
        self.label = np.where(_told(self.labels)[label], label, -1)


def name_hosts(names: Ragged, words: Lexicon) -> Flags:
    """Of names, as lists of words, what ``comparable.names_a_host`` says."""
    found = np.zeros(len(names.lengths), np.bool_)
    owners = names.owners
    begins = np.nonzero(words.are(host_phrases().keys())[names.values])[0]
    for phrase in chain.from_iterable(host_phrases().values()):
        numbers = words.known(phrase)
        at = begins if len(numbers) == len(phrase) else begins[:0]
        for step, number in enumerate(numbers):
            at = at[at + step < len(owners)]
            at = at[(names.values[at + step] == number) & (owners[at + step] == owners[at])]
        found[owners[at]] = True
    return found


def _told(texts: pa.Array) -> Flags:
    """Of each text whether it is not empty, and last of none."""
    return np.append(as_flags(pc.greater(pc.binary_length(texts), 0)), np.False_)


def _flags(among: Set[str], texts: pa.Array) -> Flags:
    """Of each text whether it is among these, and last of none."""
    return np.append(as_flags(pc.is_in(texts, pa.array(among, pa.string()))), np.False_)


_NEVER = np.iinfo(np.int32).min
