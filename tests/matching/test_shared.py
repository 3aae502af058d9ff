"""Addresses that differently named records share, found of many at once as of one alone."""

from __future__ import annotations

import numpy as np
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from matching.sameness.population import Address, Place, is_shared, places
from matching.sameness.reading import as_table, mail_domains, taken_apart
from matching.sameness.records import Facts
from matching.sameness.setwise.ragged import Ragged
from matching.sameness.setwise.shared import are_shared
from matching.sameness.weights import SharedLimits
from support.examples import examples

NAMES = [
    None,
    "Zephyr",
    "Zephyr AB",
    "Quokka Cluster",
    "Quokka (Zephyr)",
    "Larkspur Food",
    "Food Larkspur",
    "Tundra",
    "AB",
    "ZFC",
]
SITES = [None, "shared.org", "zephyr.se"]
MAILS = [None, "info@shared.org", "info@zephyr.se"]
PHONES = [None, "+46701", "+46702"]
ASKED = [
    *(Place(kind, address) for kind in (Address.SITE, Address.MAIL) for address in ("shared.org", "zephyr.se")),
    *(Place(Address.PHONE, number) for number in ("+46701", "+46702", "+46703")),
]
said = st.tuples(
    st.sampled_from(["eccp", "tci"]), st.sampled_from(NAMES), st.sampled_from(NAMES), st.sampled_from(NAMES),
    st.sampled_from(SITES), st.sampled_from(MAILS), st.sampled_from(PHONES),
)  # fmt: skip


def record(number: int, row: tuple[str, str | None, str | None, str | None, str | None, str | None, str | None]) -> Facts:
    network, name, native, acronym, domain, mail, phone = row
    website = domain and f"https://{domain}/"
    return Facts(number, network, name, native, acronym=acronym, domain=domain, website=website, role_email=mail, phone=phone)


def four(name: str, at: int) -> tuple[str, str, None, None, str, None, str]:
    return ("eccp", f"{name} {at}x", None, None, "shared.org", None, "+46701")


@settings(max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(said, min_size=1, max_size=12), st.integers(1, 4), st.integers(1, 5))
@example([four("Zephyr", at) for at in range(4)], 4, 5)
@example([four("Zephyr", at) for at in range(4)], 5, 4)
@example([four("Zephyr", at) for at in range(4)], 5, 5)
def test_the_same_addresses_are_shared_of_all_at_once_as_of_each_alone(rows: list, in_one: int, in_all: int) -> None:
    records = [record(number, row) for number, row in enumerate(rows, 1)]
    limits = SharedLimits(in_one, in_all)
    table = as_table(records)
    told = taken_apart((table, mail_domains(table))).beside(table)
    # Whoever may use them is among those that are asked about each, and so is everybody else.
    near = Ragged.of(np.tile(np.arange(len(records)), len(ASKED)), np.full(len(ASKED), len(records)))
    users = [[one for one in records if place in places(one)] for place in ASKED]
    assert are_shared(ASKED, near, told, limits).tolist() == [is_shared(some, limits) for some in users]


def test_of_nothing_asked_nothing_is_shared() -> None:
    table = as_table([record(1, ("eccp", "Zephyr", None, None, None, None, None))])
    told = taken_apart((table, mail_domains(table))).beside(table)
    nobody = Ragged.of(np.empty(0), np.zeros(1, np.int64))
    assert are_shared(ASKED[:1], nobody, told, SharedLimits(1, 1)).tolist() == [False]
