"""The command that opens the staff page."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from support.commands import called
from support.made_up_clusters import MadeUp

pytestmark = pytest.mark.xdist_group("portal")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


@contextmanager
def opened(*words: str | Path) -> Iterator[tuple[subprocess.Popen, str]]:
    """The command as a process of its own, and what it said first."""
    command = [sys.executable, "-m", "sync.cli", *map(str, words)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        try:
            yield running, running.stdout.readline()
        finally:
            running.kill()


def test_serve_says_where_it_is_answers_and_ends_in_order_when_it_is_told_to(made_up: MadeUp) -> None:
    port = free_port()
    with opened("--config", made_up.var.parent / "config.toml", "serve", "--port", str(port)) as (running, said):
        assert said.startswith(f"http://127.0.0.1:{port}/")
        answer = httpx.get(f"http://127.0.0.1:{port}/", headers={"accept-language": "en"}, follow_redirects=True)
        assert "cluster organisations" in answer.text
        assert "Demonstration" not in answer.text
        running.send_signal(signal.SIGTERM)
        assert running.wait(10) == 0


def test_the_demos_edition_is_said_to_be_one(made_up: MadeUp, tmp_path: Path) -> None:
    (tmp_path / "var" / "demo").mkdir(parents=True)
    shutil.copytree(made_up.editions, tmp_path / "var" / "demo" / "editions", symlinks=True)
    (tmp_path / "config.toml").write_text("[portal]\nlanguages = ['en']\n", encoding="utf-8")
    port = free_port()
    with opened("--config", tmp_path / "config.toml", "serve", "--port", str(port)):
        page = httpx.get(f"http://127.0.0.1:{port}/en/clusters")
        assert httpx.get(f"http://127.0.0.1:{port}/sv/clusters").status_code == 404
    assert "Demonstration: names and subjects are real" in page.text


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::"])  # noqa: S104
def test_without_anybody_who_can_sign_in_the_page_is_not_opened_to_strangers(
    made_up: MadeUp, capsys: pytest.CaptureFixture[str], host: str
) -> None:
    ended = called(capsys, "--config", made_up.var.parent / "config.toml", "serve", "--host", host)
    assert ended.code == 3
    assert "clusterbridge user add NAME" in ended.err


def test_a_demo_that_is_served_opens_the_page_on_the_demos_folder(
    made_up: MadeUp, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[object] = []
    monkeypatch.setattr("sync.cli.play._play_well", lambda *_arguments, **_more: None)
    monkeypatch.setattr("sync.cli.serve.open_page", lambda _asked, folders, **_more: seen.extend(folders))
    assert called(capsys, "--config", made_up.var.parent / "config.toml", "demo", "--serve").code == 0
    assert seen == [made_up.var / "demo"]


def test_a_demo_is_not_both_told_as_json_and_served(capsys: pytest.CaptureFixture[str]) -> None:
    ended = called(capsys, "demo", "--serve", "--json")
    assert ended.code == 2
    assert "--serve" in ended.err
