"""What a member page of TCI Network prints, label by label.

Which things a profile holds was seen on the network's application form (contact details, brief description, experiences,
competencies, up to ten contacts); the labels' exact words and the order are ours.
"""

from __future__ import annotations

from dataclasses import dataclass

from demo import printing
from demo.facts import Organisation, country_name
from demo.invented import Draw, Invented, person
from demo.naming import website
from demo.nights import Standing
from demo.printing import FreeText
from demo.sheet import Sheet

GENERAL, WORK = "General information", "Competencies and experiences"

TYPE_WORDS = {
    "cluster": ("Cluster organisation", "Cluster organization", "Cluster initiative"),
    "cluster_association": ("Cluster association", "Network of clusters"),
    "science_park": ("Science park", "Science and technology park"),
    "agency": ("Development agency", "Economic development agency", "Innovation agency"),
    "government": ("Public authority",),
    "research": ("Research organisation",),
    "other": ("Other", "Business association", "Other organisation"),
}
"""Organisation type -> the network's own words."""

AUTHORITIES = ("org-0025", "org-0468")
"""Filed as agencies in the facts; the network calls them what they are, regional authorities."""

COUNTRY_WORDS = {"NL": "The Netherlands", "CZ": "Czech Republic", "TR": "Turkey", "US": "USA", "GB": "UK"}
"""Names that pages use beside CLDR's."""

ROLES = ("Managing Director", "Cluster Manager", "International Projects", "Communications")


@dataclass(frozen=True)
class Contact:
    """An invented person, whom no reader may keep."""

    name: str
    role: str
    mail: str


@dataclass(frozen=True)
class Member:
    """All that one page prints. ``structured``: schema.org properties that repeat what stands on it."""

    sheet: Sheet
    text: FreeText
    contacts: tuple[Contact, ...]
    structured: dict[str, object] | None


def fill(member: Standing, invented: Invented) -> Member:
    """One page, with its truth."""
    sheet, draw = Sheet(), invented.draw("tci", "rows")
    sheet.say((member.name,), {"name": member.name})
    _general(sheet, member, invented, draw)
    text = printing.free_text(member.organisation.description, draw, may_have_headings=False)
    sheet.texts({"en": text})
    _work(sheet, member, draw)
    contacts = tuple(_contact(invented.draw("tci", "contact", number)) for number in range(draw.between(0, 3)))
    return Member(sheet, text, contacts, _structured(sheet, member, contacts) if draw.chance(0.4) else None)


def _type(org: Organisation, draw: Draw) -> tuple[str, str]:
    """The type in the network's words, and in ours."""
    kind = "government" if org.id in AUTHORITIES else org.organisation_type
    is_university = kind == "research" and "university" in org.name.casefold()
    return ("University" if is_university else draw.one(TYPE_WORDS[kind])), kind


def _general(sheet: Sheet, member: Standing, invented: Invented, draw: Draw) -> None:
    org = member.organisation
    words, kind = _type(org, draw)
    sheet.row(GENERAL, draw.one(("Organisation type", "Type of organisation")), (words,), {"organisation_type": kind})
    if org.acronym and org.acronym not in member.name.split() and draw.chance(0.7):
        sheet.row(GENERAL, "Acronym", (org.acronym,), {"acronym": org.acronym})
    if org.native_name and org.native_name != member.name and draw.chance(0.6):
        sheet.row(GENERAL, "Local name", (org.native_name,), {"native_name": org.native_name})
    others = tuple(alias for alias in org.aliases if alias not in (member.name, org.native_name))[:2]
    if others and draw.chance(0.4):
        sheet.row(GENERAL, "Also known as", others, {"other_names": list(others)})
    country = COUNTRY_WORDS.get(org.country) if draw.chance(0.5) else None
    sheet.row(GENERAL, "Country", (country or country_name(org.country),), {"country": org.country})
    if org.city and draw.chance(0.85):
        sheet.row(GENERAL, "City", (org.city,), {"city": org.city})
    site = website(org, invented.draw("tci", "website", member.edited))
    if site:
        sheet.row(GENERAL, "Website", (site[0],), site[1], kind="website")
    if org.founded_year and draw.chance(0.5):
        sheet.row(GENERAL, "Year of foundation", (str(org.founded_year),),
                  {"founded_on": str(org.founded_year), "founded_precision": "year"})  # fmt: skip
    if draw.chance(0.4):
        sheet.row(GENERAL, "E-mail", (invented.email,), {"role_email": invented.email}, kind="email", generated=True)
    if invented.phone and draw.chance(0.4):
        sheet.row(GENERAL, "Phone", (invented.phone,), {"phone": invented.phone.replace(" ", "")}, generated=True)
    sheet.row(GENERAL, "Member since", (str(draw.between(2001, 2025)),))


def _work(sheet: Sheet, member: Standing, draw: Draw) -> None:
    org = member.organisation
    # An edited page names one competency more than before.
    competencies = org.keywords[: len(org.keywords) - 1 + member.edited]
    sheet.row(WORK, "Competencies", competencies, {"keywords": list(competencies)})
    if org.technologies and draw.chance(0.6):
        sheet.row(
            WORK, draw.one(("Technologies", "Technology fields")), org.technologies, {"technologies": list(org.technologies)}
        )
    if draw.chance(0.6):
        sheet.row(WORK, "Sectors", org.sectoral_industries, {"sectors": list(org.sectoral_industries)})
    if draw.chance(0.3):
        sheet.row(WORK, "Experiences", ("Study visits and peer reviews with other members of the replica.",))


def _contact(draw: Draw) -> Contact:
    name = person(draw)
    return Contact(name, draw.one(ROLES), f"{name.lower().replace(' ', '.')}@people.example")


def _structured(sheet: Sheet, member: Standing, contacts: tuple[Contact, ...]) -> dict[str, object]:
    printed = {row.label: row.values[0] for row in sheet.sections[GENERAL]}
    address = {"@type": "PostalAddress", "addressCountry": printed["Country"]}
    if "City" in printed:
        address["addressLocality"] = printed["City"]
    data: dict[str, object] = {"@context": "https://schema.org", "@type": "Organization", "name": member.name}
    if "Website" in printed:
        data["url"] = printed["Website"]
    employees = [{"@type": "Person", "name": contact.name, "email": contact.mail} for contact in contacts]
    return data | {"address": address} | ({"employee": employees} if employees else {})
