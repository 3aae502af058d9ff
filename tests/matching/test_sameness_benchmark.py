"""The command line of the benchmark of sameness; what it measures takes minutes and is no test."""

from __future__ import annotations

import pytest

from benchmarks import sameness


def test_help_is_the_docstring(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        sameness.main(["--help"])
    assert ended.value.code == 0
    assert (sameness.__doc__ or "missing").strip() in capsys.readouterr().out


@pytest.mark.parametrize("word", ["many", "1.5", "0", "-5", "--no-such-option"])
def test_words_that_are_no_numbers_are_a_usage_error(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        sameness.main([word])
    said = capsys.readouterr()
    assert (ended.value.code, said.out) == (2, "")
    assert word in said.err


def test_numbers_beside_keys_are_refused_because_those_are_of_the_labelled_pairs(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        sameness.main(["5000", "--keys"])
    said = capsys.readouterr()
    assert (ended.value.code, said.out) == (2, "")
    assert "wanted RECORDS or --keys" in said.err


@pytest.mark.parametrize(("words", "counts"), [([], [50_000, 500_000]), (["7000", "9000"], [7_000, 9_000])])
def test_numbers_are_how_many_records_to_make_up(words: list[str], counts: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr(sameness, "compete", asked.append)
    sameness.main(words)
    assert asked == counts
