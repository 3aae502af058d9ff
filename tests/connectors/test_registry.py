"""Networks are folders."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from connectors import registry
from connectors.labels import fold_label
from sync.normalise.profile import is_printed_field
from sync.normalise.texts import fold
from warehouse import vocabulary


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
def test_no_label_with_its_value_begins_a_personal_block(name: str) -> None:
    network = registry.network(name)
    for block in network.facts.personal:
        for label in (*network.phrasebook.labels, *network.phrasebook.ignore):
            assert not re.fullmatch(block.after, f"{label}: x")


@pytest.mark.parametrize("name", registry.names())
def test_a_personal_block_ends_at_no_label_that_a_person_may_have(name: str) -> None:
    network = registry.network(name)
    of_persons = ("name", "email", "phone", "address", "languages")
    for block in network.facts.personal:
        for label, field in network.phrasebook.labels.items():
            if not block.has_open_end or field in of_persons:
                assert not re.fullmatch(block.before, label)


def test_a_folder_elsewhere_is_a_network_too(tmp_path: Path) -> None:
    (tmp_path / "alpha").mkdir()
    text = """
        name = "alpha"
        title = "Alpha"
        home = "https://alpha.example"
        hosts = ["alpha.example"]
        licence = "none"
    """
    (tmp_path / "alpha" / "network.toml").write_text(text, encoding="utf-8")
    (tmp_path / "alpha" / "phrasebook.toml").write_text('labels = {"Country" = "country"}', encoding="utf-8")
    assert registry.names(tmp_path) == ("alpha",)
    assert registry.network("Alpha", tmp_path).facts.title == "Alpha"
    with pytest.raises(ValueError, match=r"wanted a table \[directory\] in network.toml of 'alpha', or a connector.py"):
        registry.connector("alpha", root=tmp_path)
    with pytest.raises(registry.UnknownNetwork):
        registry.network("eccp", tmp_path)


@pytest.mark.parametrize("name", registry.names())
def test_a_phrasebook_leads_to_fields_and_words_that_there_are(name: str) -> None:
    book = registry.network(name).phrasebook
    assert [field for field in book.labels.values() if not is_printed_field(field)] == []
    closed = {
        "organisation_type": set(vocabulary.OrganisationType),
        "labels": set(vocabulary.LabelLevel),
        "ecosystems": set(vocabulary.ecosystems()),
        "sectors": set(vocabulary.sectors()),
        "emerging_industries": set(vocabulary.emerging_industries()),
    }
    for field, words in book.values.items():
        assert set(words.values()) <= closed[field]
        assert len({fold(word) for word in words}) == len({(fold(word), value) for word, value in words.items()}), field


def test_swedish_words_are_known_for_every_ecosystem() -> None:
    words = registry.network("clusters_of_sweden").phrasebook.values["ecosystems"]
    same_in_swedish = {"Digital"}
    assert set(words.values()) | same_in_swedish == set(vocabulary.ecosystems())
