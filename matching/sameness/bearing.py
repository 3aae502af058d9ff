"""How many bear each word, counted on from night to night."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from matching.sameness.population import rounded
from matching.sameness.setwise.packed import words_of
from matching.sameness.setwise.ragged import beginnings, coded
from matching.sameness.translation import Sort, concepts, positions_of_others, sort_of
from warehouse.named_sql import Script

_SAID = ("network", "bearer", "words")
_COUNTS = pa.schema([("word", pa.string()), ("network", pa.string()), ("bearers", pa.int64())])


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
    # Most records that are read anew say the same as before of their names.
    moved = _moved(fresh, taken)
    if not len(moved):
        return []
    bearing = sql.table_over("find_bearers", pa.table({"bearer": pc.unique(moved["bearer"])}))
    changed = changes(moved, bearing)
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


def _moved(fresh: pa.Table, taken: pa.Table) -> pa.Table:
    """What more or fewer records say of who bears which words, and in ``more`` how many more."""
    more = Counter(zip(*(fresh[name].to_pylist() for name in _SAID), strict=True))
    more.subtract(zip(*(taken[name].to_pylist() for name in _SAID), strict=True))
    moved = {said: times for said, times in more.items() if times}
    columns = zip(*moved, strict=True) if moved else [()] * len(_SAID)
    arrays = {name: pa.array(column, fresh[name].type) for name, column in zip(_SAID, columns, strict=True)}
    return pa.table(arrays | {"more": pa.array(moved.values(), pa.int64())})


def changes(moved: pa.Table, bearing: pa.Table) -> dict[tuple[str, str], int]:
    """Words, with the network, that more or fewer bear in it than before, and by how many.

    Arguments:
        moved: rows of ``network``, ``bearer``, ``words``, which are parted by spaces, and how many ``more`` records say so than
            before.
        bearing: the same without ``more`` of every record, as things stand, of these bearers.
    """
    said = pa.concat_tables([moved.select(_SAID), bearing.select(_SAID)]).combine_chunks()
    lists = pc.split_pattern(said["words"], " ").combine_chunks()
    row, (word, words) = pc.list_parent_indices(lists).to_numpy(), coded(pc.list_flatten(lists))
    network, networks = coded(said["network"])
    bearer, _ = coded(said["bearer"])
    size = np.int64(len(networks) * len(words))
    place = network[row] * np.int64(len(words)) + word
    # 64 bits throughout: bearers times networks times words are more than 32 hold.
    more = np.concatenate([moved["more"].to_numpy(), np.zeros(len(bearing), np.int64)])[row]
    each = bearer[row] * size + place
    order = np.argsort(each)
    starts = beginnings(each[order])
    # Of each word of each bearer in a network: how many records more say it, and how many say it now.
    risen, said_now = (np.add.reduceat(one[order], starts) for one in (more, (row >= len(moved)).astype(np.int64)))
    turned = (said_now > 0).astype(np.int64) - (said_now > risen)
    found = np.bincount(each[order][starts] % size, turned, int(size)).astype(np.int64)
    some = np.nonzero(found)[0]
    texts = words.take(some % len(words)).to_pylist(), networks.take(some // len(words)).to_pylist()
    return {(word, network): count for word, network, count in zip(*texts, found[some].tolist(), strict=True) if word}


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
