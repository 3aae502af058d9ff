"""A page's printed words to a ClusterProfile: which reader reads which printed field into which of ours."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial

from connectors.contract import ParsedProfile
from connectors.network import Network
from sync.normalise.countries import read_country
from sync.normalise.counts import read_count, read_range
from sync.normalise.dates import read_day, read_past_date
from sync.normalise.eras import merge_eras, merge_findings
from sync.normalise.labels import dated, one_date_each, read_level
from sync.normalise.languages import read_language
from sync.normalise.nace import read_nace
from sync.normalise.places import read_address, read_degrees, read_percentage, split_country_region
from sync.normalise.readings import Doubt, Kind, Normalised, Read
from sync.normalise.regions import is_region, read_region
from sync.normalise.sheet import GARBLE, GARBLED, Sheet, Word
from sync.normalise.texts import extract, fold, read_name, read_text, says_nothing
from sync.normalise.web import read_phone, read_role_mail, read_website
from sync.normalise.words import (
    read_ecosystem,
    read_emerging_industry,
    read_organisation_type,
    read_sector,
    split_keywords,
    split_names,
)
from warehouse.profile import Label
from warehouse.vocabulary import OrganisationType

__all__ = ["PRINTED_FIELDS", "Normalised", "is_printed_field", "merge_eras", "merge_findings", "normalise"]

_COUNTS = (
    "members_total",
    "members_sme",
    "members_startup",
    "members_large",
    "members_research",
    "members_other",
)
_LISTS = {
    "other_names": read_text,
    "ecosystems": read_ecosystem,
    "sectors": read_sector,
    "nace": read_nace,
    "technologies": read_text,
    "s3_priorities": read_text,
    "emerging_industries": read_emerging_industry,
    "memberships": read_text,
    "partnerships": read_text,
}
PRINTED_FIELDS = frozenset({
    *_COUNTS, *_LISTS,
    "name", "native_name", "acronym", "country", "region", "country_region", "city", "postcode", "address", "website",
    "email", "phone", "latitude", "longitude", "founded", "staff", "keywords", "languages", "excellence_label",
    "label_awarded", "label_valid_until", "other_label", "target_countries", "description", "completeness", "updated",
    "organisation_type",
})  # fmt: skip
"""The right-hand sides that a phrasebook may use; beside them ``description.`` with a language (ISO 639-1)."""


def is_printed_field(name: str) -> bool:
    """Whether a phrasebook may map a label to ``name``."""
    return name in PRINTED_FIELDS or _language_of(name, "en") is not None


def normalise(parsed: ParsedProfile, network: Network, *, today: date) -> Normalised:
    """What one page prints, in our words: every printed value ends in a value, or in a finding and a claim without one.

    Arguments:
        parsed: the page in the network's words.
        network: its facts, phrasebook and corrections.
        today: nothing is founded, updated or awarded later.

    Never raises for what stands in ``parsed.printed``. Mail addresses of persons are nowhere in the result.
    """
    sheet = Sheet(parsed, network)
    _names(sheet)
    strays = _sizes(sheet)
    country = _place(sheet, strays)
    _reach(sheet, country)
    _focus(sheet)
    _labels(sheet, today)
    _texts(sheet, country)
    sheet.one("completeness", "completeness", read_percentage)
    founded_words = sheet.take("founded")
    founded = sheet.first("founded_on", founded_words, partial(read_past_date, today=today))
    sheet.put("founded_on", founded and founded.on, founded_words)
    sheet.put("founded_precision", founded and founded.precision, founded_words)
    sheet.one("profile_updated_on", "updated", partial(read_day, today=today))
    return sheet.finished()


def _names(sheet: Sheet) -> None:
    for field in ("name", "native_name", "acronym"):
        sheet.one(field, field, read_name)
    words = sheet.take("organisation_type")
    kind = sheet.network.facts.organisation_type
    if kind and not words:
        sheet.put("organisation_type", OrganisationType(kind), ())
    else:
        sheet.put("organisation_type", sheet.first("organisation_type", words, read_organisation_type), words)


def _sizes(sheet: Sheet) -> list[Word]:
    """Read staff and members; returns the names of regions that stood under their labels.

    A region line has no label of its own: where a page is flattened, it falls under the label above it.
    """
    strays: list[Word] = []

    def counted(source: str) -> list[Word]:
        words = sheet.take(source)
        strays.extend(word for word in words if is_region(word.text))
        return [word for word in words if not is_region(word.text)]

    words = counted("staff")
    bounds = sheet.first("staff_min", words, read_range)
    for field, bound in zip(("staff_min", "staff_max"), bounds or (None, None), strict=True):
        if bounds is None or bound is not None:  # "50+" says nothing of a highest number, and is understood all the same
            sheet.put(field, bound, words)
    for field in _COUNTS:
        words = counted(field)
        sheet.put(field, sheet.first(field, words, read_count), words)
    return strays


def _place(sheet: Sheet, strays: list[Word]) -> str | None:
    """Country, region, city, postcode and coordinates; returns the country."""
    country_words, region_words, joint_words = sheet.take("country"), sheet.take("region") + strays, sheet.take("country_region")
    country = sheet.first("country", country_words, read_country)
    for word in joint_words:
        stated, region = split_country_region(word.text)
        if stated is not None:
            country = _agree(sheet, country, stated, word)
            country_words.append(word)
        if region is not None:
            region_words.append(Word(word.printed, region))
    read = sheet.first("nuts2", region_words, partial(read_region, country=country))
    if read is not None and country is None:
        country, country_words = read.country, country_words + region_words
    sheet.put("country", country, country_words)
    sheet.put("region_printed", _region_as_printed(region_words, joint_words), region_words)
    if region_words and (read is None or read.nuts2):
        sheet.put("nuts2", read and read.nuts2, region_words)
    _address(sheet, country)
    sheet.one("latitude", "latitude", partial(read_degrees, limit=90))
    sheet.one("longitude", "longitude", partial(read_degrees, limit=180))
    return country


def _agree(sheet: Sheet, country: str | None, stated: str, word: Word) -> str:
    if country not in (None, stated):
        why = f"the page says {country} in one place and {stated} in another; the first is kept"
        sheet.doubt("country", word, Doubt(Kind.CONTRADICTION, why))
    return country or stated


def _region_as_printed(words: list[Word], joint_words: list[Word]) -> str | None:
    word = next((word for word in words if not says_nothing(word.text) and GARBLE not in word.text), None)
    if word is None:
        return None
    # Of "Country: Region" the region alone; otherwise the network's own words, also where a correction reads them differently.
    return word.text if any(word.printed == joint.printed for joint in joint_words) else word.printed or word.text


def _address(sheet: Sheet, country: str | None) -> None:
    address = sheet.take("address")
    city_words, postcode_words = sheet.take("city"), sheet.take("postcode")
    city = sheet.first("city", city_words, read_text)
    postcode = sheet.first("postcode", postcode_words, read_text)
    seat = sheet.first("city", address, partial(read_address, country=country))
    if seat is not None:
        city, postcode = city or seat.city, postcode or seat.postcode
        postcode_words = postcode_words + address
    sheet.put("city", city, city_words + address)
    sheet.put("postcode", postcode, postcode_words)


def _reach(sheet: Sheet, country: str | None) -> None:
    """Website, mail and telephone."""
    words = sheet.take("website")
    site = sheet.first("website", words, read_website)
    sheet.put("website", site and site.website, words)
    if site and site.domain:
        sheet.put("domain", site.domain, words)
    _mail(sheet)
    sheet.one("phone", "phone", partial(read_phone, country=country))


def _mail(sheet: Sheet) -> None:
    # Without their printed form: what stands under a mail label may be a person's, and is then in no finding either.
    words = [Word("", word.text) for word in sheet.take("email")]
    mails = [Word(_as_printed(mail, word), mail) for word, mail in sheet.readings("role_email", words, read_role_mail)]
    mail = sheet.first("role_email", mails, read_role_mail)
    sheet.put("role_email", mail, mails)


def _as_printed(mail: str, word: Word) -> str:
    return word.text if word.text.lower() == mail else mail


def _focus(sheet: Sheet) -> None:
    """What the cluster works on, with whom and in which languages."""
    for field, reader in _LISTS.items():
        sheet.many(field, field, reader)
    for field, name_reader in (("languages", read_language), ("target_countries", read_country)):
        words = sheet.take(field)
        parts = [part for word in words for part in _named(word, name_reader)]
        values = dict.fromkeys(value for _, value in sheet.readings(field, parts, name_reader))
        sheet.put(field, tuple(values), words)
    words = sheet.take("keywords")
    # A word of separators alone has no parts: it is told as it stands.
    parts = [Word(word.printed, part) for word in words for part in split_keywords(word.text) or (word.text,)]
    keywords: dict[str, str] = {}
    for _, value in sheet.readings("keywords", parts, read_text):
        keywords.setdefault(fold(value), value)
    sheet.put("keywords", tuple(keywords.values()), words)


def _named(word: Word, reader: Callable[[str], Read[str]]) -> list[Word]:
    """The names in ``English, French``, if each of them is understood and the whole is not; otherwise the word as it stands."""
    parts = split_names(word.text)
    if len(parts) < 2 or reader(word.text).value is not None or any(reader(part).value is None for part in parts):
        return [word]
    return [Word(word.printed, part) for part in parts]


def _labels(sheet: Sheet, today: date) -> None:
    """The excellence label with its dates, and other labels, whose text stands for their issuer."""
    level_words, other_words = sheet.take("excellence_label"), sheet.take("other_label")
    awarded_words, until_words = sheet.take("label_awarded"), sheet.take("label_valid_until")
    levels = [level for _, level in sheet.readings("labels", level_words, read_level)]
    awarded = _label_dates(sheet, "award", len(levels), awarded_words, partial(read_day, today=today))
    excellence = dated(levels, awarded, _label_dates(sheet, "expiry", len(levels), until_words, read_day))
    for doubt in excellence.doubts:
        sheet.doubt("labels", None, doubt)
    others = tuple(Label(issuer=text) for _, text in sheet.readings("labels", other_words, read_text, phrases="other_label"))
    labels = tuple(dict.fromkeys((*(excellence.value or ()), *others)))
    sheet.put("labels", labels, level_words + awarded_words + until_words + other_words)


def _label_dates(
    sheet: Sheet, name: str, levels: int, words: list[Word], reader: Callable[[str], Read[date]]
) -> list[date | None]:
    dates = list(sheet.readings("labels", words, reader, phrases=f"label_{name}"))
    if len(dates) == levels:
        return [day for _, day in dates]
    for word, _ in dates:
        sheet.doubt("labels", word, one_date_each(name, levels, len(dates)))
    return [None] * levels


def _texts(sheet: Sheet, country: str | None) -> None:
    """Extracts of the descriptions, one a language; of free text nothing more is stored, also not as a claim's printed words."""
    extracts: dict[str, str] = {}
    for source in sheet.sources:
        language = _language_of(source, sheet.network.facts.language)
        words = sheet.take(source) if language else []
        if not language or not words:
            continue
        text, removed = extract(tuple(word.text for word in words), country)
        if removed:
            why = f"wanted no telephone numbers and no mail addresses of persons in a text, found and removed {removed}"
            sheet.doubt("extracts", None, Doubt(Kind.PERSONAL, why))
        if says_nothing(text):
            sheet.doubt("extracts", None, Doubt(Kind.NO_WORDS, f"wanted a text in {language}, found no words"))
        elif GARBLE in text:
            sheet.doubt("extracts", None, GARBLED)
        elif extracts.setdefault(language, text) != text:
            why = f"wanted one text in {language}, found another one under {source!r}; the first is kept"
            sheet.doubt("extracts", None, Doubt(Kind.MORE_THAN_ONE, why))
    sheet.put("extracts", extracts, [Word(text, text) for text in extracts.values()])


def _language_of(source: str, page_language: str) -> str | None:
    """The language of a printed field that holds a description; None where it holds something else."""
    if source == "description":
        return page_language
    code = source.removeprefix("description.") if source.startswith("description.") else ""
    return read_language(code).value if len(code) in (2, 3) else None
