"""Networks are folders."""

from __future__ import annotations

import re

import pytest

from connectors import registry
from connectors.labels import fold_label


def test_every_network_has_a_folder_that_can_be_read_and_a_connector() -> None:
    assert "eccp" in registry.names()
    for name in registry.names():
        network = registry.network(name)
        assert network.facts.name == name
        assert registry.connector(name).network == name


def test_a_network_may_be_named_as_people_write_it() -> None:
    assert registry.folder_name(" ECCP ") == "eccp"
    assert registry.network("Eccp") is registry.network("eccp") or registry.network("Eccp") == registry.network("eccp")


def test_an_unknown_network_lists_those_there_are_and_the_nearest() -> None:
    with pytest.raises(registry.UnknownNetwork, match=r"wanted one of the networks .*eccp.*, found 'ecp'; did you mean 'eccp'\?"):
        registry.connector("ecp")
    with pytest.raises(registry.UnknownNetwork, match=r"found '\.\./eccp'"):
        registry.network("../eccp")


@pytest.mark.parametrize("name", registry.names())
def test_no_label_of_a_phrasebook_is_wanted_and_set_aside_at_once(name: str) -> None:
    book = registry.network(name).phrasebook
    wanted, ignored, sections = (set(map(fold_label, words)) for words in (book.labels, book.ignore, book.sections))
    assert not wanted & ignored and not wanted & sections and not ignored & sections
    assert len(wanted) == len(book.labels), "two labels fold to the same"


@pytest.mark.parametrize("name", registry.names())
def test_personal_blocks_are_bounded_by_lines_that_are_no_labels(name: str) -> None:
    network = registry.network(name)
    for block in network.facts.personal:
        for label in (*network.phrasebook.labels, *network.phrasebook.ignore):
            assert not re.match(block.after, f"{label}: x")
            assert not re.match(block.before, label)
