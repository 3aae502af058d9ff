"""The sheet on which one page is normalised: printed words are taken off it, values, claims and findings are put on it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from connectors.contract import ParsedProfile
from connectors.network import Correction, Network, entry
from sync.normalise.readings import Doubt, Kind, Normalised, Read, shown
from sync.normalise.texts import PRINTED_LENGTH, cut, fold, says_nothing, tidy, without_personal_mail
from warehouse.profile import ClusterProfile
from warehouse.rows import ClaimInput, Finding

T = TypeVar("T")

# Where a correction names a field of ours that is printed under another name.
_PRINTED_AS = {
    "region_printed": ("region", "country_region"),
    "nuts2": ("region", "country_region"),
    "country": ("country", "country_region", "region"),
    "city": ("city", "address"),
    "postcode": ("postcode", "address"),
    "domain": ("website",),
    "role_email": ("email",),
    "founded_on": ("founded",),
    "founded_precision": ("founded",),
    "staff_min": ("staff",),
    "staff_max": ("staff",),
    "labels": ("excellence_label", "other_label", "label_awarded", "label_valid_until"),
    "extracts": ("description",),
    "profile_updated_on": ("updated",),
}
# Free text is stored as an extract only, and mail addresses are kept or dropped by their own reader.
_FREE = ("description", "email")

GARBLE = "\N{REPLACEMENT CHARACTER}"
"""What stands in a text for bytes that its charset does not have."""
GARBLED = Doubt(Kind.GARBLED, "wanted text, found bytes that are none in the charset that the page is said to be in; left out")


@dataclass(frozen=True)
class Word:
    """One printed value: as it stands, and as it is to be read (they differ where a correction applies)."""

    printed: str
    text: str


class Sheet:
    """One page in the making. ``take`` empties it; what nobody has taken is reported at the end.

    Arguments:
        parsed: the page in the network's words.
        network: its facts, phrasebook and corrections.
    """

    def __init__(self, parsed: ParsedProfile, network: Network) -> None:
        self._parsed = parsed
        self._network = network
        self._values: dict[str, Any] = {}
        self._claims: dict[str, tuple[str, ...]] = {}
        self._findings: list[Finding] = []
        self._phrases: dict[str, None] = {}
        self._words = {source: self._tidied(source, values) for source, values in parsed.printed.items()}
        for correction in network.corrections:
            if correction.source_key == parsed.source_key:
                self._correct(correction)

    @property
    def network(self) -> Network:
        """The network that printed the page."""
        return self._network

    @property
    def sources(self) -> tuple[str, ...]:
        """The printed fields that nobody has taken yet."""
        return tuple(self._words)

    def take(self, *sources: str) -> list[Word]:
        """The words of these printed fields, which are thereby dealt with."""
        return [word for source in sources for word in self._words.pop(source, [])]

    def first(self, field: str, words: Iterable[Word], reader: Callable[[str], Read[T]]) -> T | None:
        """The first value that ``reader`` finds in ``words``; what the others say is doubted."""
        found: T | None = None
        for word, value in self.readings(field, words, reader):
            if found is None:
                found = value
            elif found != value:
                self.doubt(
                    field,
                    word,
                    Doubt(Kind.MORE_THAN_ONE, f"wanted one value, found also {shown(word.printed)}; the first is kept"),
                )
        return found

    def readings(
        self, field: str, words: Iterable[Word], reader: Callable[[str], Read[T]], *, phrases: str | None = None
    ) -> Iterable[tuple[Word, T]]:
        """Each word that gives a value, with its value; the doubts become findings.

        Arguments:
            phrases: the phrasebook's table of words, where it is not named like ``field``.
        """
        table = phrases or field
        values = self._network.phrasebook.values.get(table, {})
        ours = {fold(printed): value for printed, value in values.items()}
        for word in words:
            if says_nothing(word.text):
                self.doubt(field, word, Doubt(Kind.NO_WORDS, f"wanted a value, found only {shown(word.text)}"))
                continue
            if GARBLE in word.text:
                self.doubt(field, word, GARBLED)
                continue
            if ours:
                self._phrases[entry(f"values.{table}", word.text)] = None
            read = reader(ours.get(fold(word.text), word.text) if ours else word.text)
            for doubt in read.doubts:
                self.doubt(field, word, doubt)
            if read.value is not None:
                yield word, read.value

    def one(self, field: str, source: str, reader: Callable[[str], Read[Any]]) -> None:
        """Take a printed field, and put its first value."""
        words = self.take(source)
        self.put(field, self.first(field, words, reader), words)

    def many(self, field: str, source: str, reader: Callable[[str], Read[Any]]) -> None:
        """Take a printed field, and put all its values, each once and in order."""
        words = self.take(source)
        self.put(field, tuple(dict.fromkeys(value for _, value in self.readings(field, words, reader))), words)

    def put(self, field: str, value: object, words: Iterable[Word]) -> None:
        """A value (None, or empty: not understood) and the words that it comes from."""
        printed = tuple(dict.fromkeys(word.printed for word in words if word.printed))
        has_value = value is not None and value not in ((), {})
        if has_value:
            self._values[field] = value
        if has_value or printed:
            self._claims[field] = printed

    def doubt(self, field: str, word: Word | None, doubt: Doubt) -> None:
        """Make a doubt a finding."""
        self._find(field, word.printed or None if word else None, doubt)

    def finished(self) -> Normalised:
        """The profile, its claims and all findings."""
        for source, words in self._words.items():
            for word in words:
                why = f"the printed field {source!r} is not one that normalising knows; mend the phrasebook's right-hand side"
                self._find(source, None if source.startswith(_FREE) else word.printed, Doubt(Kind.UNKNOWN_FIELD, why))
        if "name" not in self._values:
            self._find("name", None, Doubt(Kind.NO_NAME, "wanted a name, found none that has a letter; the page is left out"))
            return Normalised(None, (), tuple(self._findings), tuple(self._phrases))
        facts, parsed = self._network.facts, self._parsed
        profile = ClusterProfile(network=facts.name, source_key=parsed.source_key, url=parsed.url, **self._values)
        values = profile.model_dump(mode="json", include=set(self._values))
        claims = tuple(
            ClaimInput(
                field=field,
                value=json.dumps(values[field], ensure_ascii=False, sort_keys=True) if field in values else None,
                printed=printed,
                url=parsed.url,
                page_digest=parsed.page_digest,
                era=parsed.era,
            )
            for field, printed in self._claims.items()
        )
        return Normalised(profile, claims, tuple(self._findings), tuple(self._phrases))

    def _tidied(self, source: str, values: tuple[str, ...]) -> list[Word]:
        words = []
        for value in values:
            tidied = tidy(value)
            text = tidied.value or ""
            if not source.startswith(_FREE):
                text = self._storable(source, text)
            for doubt in tidied.doubts:
                self._find(source, None if source.startswith(_FREE) else text, doubt)
            if text:
                words.append(Word(text, text))
        return words

    def _storable(self, source: str, text: str) -> str:
        # Roughly cut before the search for addresses, which is the slow part; cut to length after it, so that none is halved.
        kept, removed = without_personal_mail(cut(text, 2 * PRINTED_LENGTH))
        if removed:
            self._find(source, None, Doubt(Kind.PERSONAL, f"wanted no mail address of a person, found and removed {removed}"))
        if len(text) > 2 * PRINTED_LENGTH or len(kept) > PRINTED_LENGTH:
            why = f"wanted at most {PRINTED_LENGTH} characters, found {len(text)} and kept the beginning"
            kept = cut(kept, PRINTED_LENGTH)
            self._find(source, kept, Doubt(Kind.TOO_LONG, why))
        return kept

    def _correct(self, correction: Correction) -> None:
        """Let the words that the correction names be read as its value."""
        sources = _PRINTED_AS.get(correction.field, (correction.field,))
        wanted = tidy(correction.printed).value
        for source in sources:
            words = self._words.get(source, [])
            for place, word in enumerate(words):
                if word.printed == wanted:
                    words[place] = Word(word.printed, correction.value)
                    return
        if not wanted and not any(self._words.get(source) for source in sources):
            self._words[sources[0]] = [Word("", correction.value)]
            return
        why = f"the page does not print {correction.printed!r}, corrected to {correction.value!r} ({correction.because})"
        self._find(correction.field, correction.printed, Doubt(Kind.NOT_NEEDED, why))

    def _find(self, field: str | None, printed: str | None, doubt: Doubt) -> None:
        where = self._parsed
        self._findings.append(
            Finding(
                kind=doubt.kind.value,
                because=doubt.because,
                network=self._network.facts.name,
                field=field,
                printed=printed,
                source_key=where.source_key,
                url=where.url,
            )
        )
