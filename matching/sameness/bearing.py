"""How many bear each word, counted on from night to night."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from matching.sameness.population import rounded
from matching.sameness.setwise.packed import words_of
from matching.sameness.translation import Sort, concepts, positions_of_others, sort_of
from warehouse.named_sql import Script

Bearing = Counter[tuple[str, int, str]]
"""Network, bearer and word, and how many records say so."""
_SAID = ("network", "bearer", "words")
_COUNTS = pa.schema([("word", pa.string()), ("network", pa.string()), ("bearers", pa.int64())])


def bearing(records: pa.Table) -> Bearing:
    """What records say of it.

    Arguments:
        records: with ``network``, ``bearer`` and ``words``, which are parted by spaces.
    """
    return _words(Counter(zip(*(records[name].to_pylist() for name in _SAID), strict=True)))


def _words(said: Counter[tuple[str, int, str]]) -> Bearing:
    found: Bearing = Counter()
    for (network, bearer, words), times in said.items():
        for word in words.split():
            found[network, bearer, word] += times
    return found


class Bearers:
    """How many bear each word within each network.

    Arguments:
        counts: the rows of ``sameness_word_counts``.
    """

    def __init__(self, counts: pa.Table) -> None:
        self._counts = counts.combine_chunks()
        self._anew: dict[tuple[str, str], int] = {}

    def of(self, words: set[str]) -> dict[tuple[str, str], int]:
        """Those of some words, by word and network, as they were read."""
        some = self._counts.filter(pc.is_in(self._counts["word"], pa.array(words, pa.string())))
        columns = (some[name].to_pylist() for name in ("word", "network", "bearers"))
        return {(word, network): bearers for word, network, bearers in zip(*columns, strict=True)}

    def put(self, counts: dict[tuple[str, str], int]) -> None:
        """From now on they are these, of all networks of some words."""
        self._anew |= counts

    def most(self) -> dict[str, int]:
        """Of each word how many bear it in the network where most do; of words that only one bears nothing need be known."""
        often = self._counts.filter(pc.greater(self._counts["bearers"], 1))
        bearers = often["bearers"].to_numpy()
        # Of several networks the most is written last, and stays.
        order = np.argsort(bearers, kind="stable")
        found = dict(zip(often["word"].take(order).to_pylist(), bearers[order].tolist(), strict=True))
        for word, most in _most(self._anew).items():
            if most > 1:
                found[word] = most
            else:
                found.pop(word, None)
        return found


def count_on(sql: Script, bearers: Bearers, fresh: pa.Table, taken: pa.Table) -> list[str]:
    """Counts the words anew that more or fewer bear than before; those that are rarer or more common by more than nothing, and
    those that say the same in other languages.

    Arguments:
        bearers: as they were before.
        fresh: what is remembered of records from now on; it stands in the state already.
        taken: what was remembered of these, and of records that are no more; it does not.
    """
    came, went = (Counter(zip(*(some[name].to_pylist() for name in _SAID), strict=True)) for some in (fresh, taken))
    # Most records that are read anew say the same as before of their names.
    moved = _words(came - went)
    moved.subtract(_words(went - came))
    moved = Counter({key: more for key, more in moved.items() if more})
    if not moved:
        return []
    changed = _changed(sql, moved)
    if not changed:
        return []
    words = {word for word, _ in changed}
    known = bearers.of(words)
    counts = _sum(known, changed)
    bearers.put(counts)
    sql.run_over("forget_counts", pa.table({"word": pa.array(words, pa.string())}))
    rows = [{"word": word, "network": network, "bearers": count} for (word, network), count in counts.items() if count]
    sql.run_over("note_counts", pa.Table.from_pylist(rows, _COUNTS))
    before, now = _most(known), _most(counts)
    turned = {word for word in now if rounded(before[word]) != rounded(now[word])}
    return with_what_says_them(turned, lambda: pc.unique(words_of(sql.table("tell_words"))).to_pylist())


def _changed(sql: Script, moved: Bearing) -> dict[tuple[str, str], int]:
    """Words, with the network, that more or fewer bear in it than before, and by how many."""
    bearers = pa.table({"bearer": pa.array({bearer for _, bearer, _ in moved}, pa.uint64())})
    standing = bearing(sql.table_over("find_bearers", bearers))
    changed: Counter[tuple[str, str]] = Counter()
    for (network, bearer, word), more in moved.items():
        times = standing[network, bearer, word]
        changed[word, network] += (times > 0) - (times - more > 0)
    return {key: more for key, more in changed.items() if more}


def _sum(known: dict[tuple[str, str], int], changed: dict[tuple[str, str], int]) -> dict[tuple[str, str], int]:
    return known | {key: known.get(key, 0) + more for key, more in changed.items()}


def _most(bearers: dict[tuple[str, str], int]) -> defaultdict[str, int]:
    """Of each word how many bear it in the network where most do."""
    found: defaultdict[str, int] = defaultdict(int)
    for (word, _), count in bearers.items():
        found[word] = max(found[word], count)
    return found


def with_what_says_them(words: set[str], known: Callable[[], list[str]]) -> list[str]:
    """Words, and those that say the same in other languages: a translation is as rare as what it says.

    Arguments:
        known: says all words of names; it is asked only where one of the words may be a translation of others.
    """
    is_common = any(sort_of(word) is not Sort.OWN for word in words)
    others = known() if is_common else []
    translations = {others[at] for at in positions_of_others(others) if not words.isdisjoint(concepts(others[at]))}
    # Of a word that is nobody's common property, what says it is its plural; "photonics" is no plural of "photonic".
    plurals = {f"{word}s" for word in words if word in concepts(f"{word}s")}
    return sorted(words | plurals | translations)
