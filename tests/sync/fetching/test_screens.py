"""Telling a page from a screen in its place."""

from __future__ import annotations

import time

import pytest

from sync.fetching.screens import challenge, is_login_address, is_login_title


@pytest.mark.parametrize(
    "markup",
    [
        "<title>Attention Required! | Cloudflare</title>",
        "<TITLE lang=en> Just a moment... </TITLE>",
        "<p>Verifying <b>you are human</b>. This may take a few seconds.</p>",
        "<noscript>Enable JavaScript and cookies to continue</noscript>",
        "<p>Making sure you&#39;re not a bot!</p>",
    ],
)
def test_a_challenge_is_known_by_its_title_words_or_markup(markup: str) -> None:
    assert challenge(markup.encode(), "utf-8", None)


@pytest.mark.parametrize(
    "markup",
    [
        "<title>Innovation challenge</title><form id='challenge-form'>Join our open innovation challenge</form>",
        "<script>/* verify you are human */</script><p>A cluster</p>",
        "<!-- verify you are human --><p>A cluster</p>",
        "<script src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'></script><p>A cluster</p>",
        "",
    ],
)
def test_an_ordinary_page_is_no_challenge(markup: str) -> None:
    assert challenge(markup.encode(), "utf-8", None) is None


@pytest.mark.parametrize("charset", [None, "utf-8", "no-such-charset", "utf-16"])
def test_any_charset_can_be_looked_at(charset: str | None) -> None:
    text = "<title>Log in | Platform</title>"
    body = text.encode("utf-16") if charset == "utf-16" else text.encode()
    assert is_login_title(body, charset)


@pytest.mark.parametrize("title", ["Log In &lsaquo; Network &#8212; WordPress", "Sign in | Network", "Logga in - Nätverket"])
def test_a_login_form_is_known_by_the_titles_of_usual_systems(title: str) -> None:
    assert is_login_title(f"<title>{title}</title>".encode(), "utf-8")
    assert is_login_address("https://clusters.example/wp-login.php?redirect_to=x")


def test_a_cluster_may_be_called_what_it_likes() -> None:
    assert not is_login_title(b"<title>Log in Forest | Platform</title>", None)
    assert not is_login_title(b"<title>Sign in Motion - Network</title>", None)
    assert not is_login_address("https://clusters.example/content/user-login-cluster")
    assert is_login_address("https://clusters.example/sv/user/login/?x=1")


@pytest.mark.parametrize("hostile", ["<title", "<script", "<!--", "<<<<", "< ", "verify you are "])
def test_no_markup_takes_long_to_look_at(hostile: str) -> None:
    body = (hostile * (262_144 // len(hostile))).encode()
    began = time.process_time()
    challenge(body, "utf-8", None)
    assert time.process_time() - began < 1.0
