"""Light or dark, and single keys: chosen without JavaScript, remembered in the browser."""

from __future__ import annotations

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.preferences import THEMES, Preferences
from support.staff import Person

pytestmark = pytest.mark.xdist_group("portal")


@given(st.dictionaries(st.sampled_from(["theme", "keys", "other"]), st.text(max_size=20) | st.sampled_from([*THEMES, "off"])))
def test_whatever_cookies_say_it_is_one_of_the_choices(cookies: dict[str, str]) -> None:
    found = Preferences.read(cookies)
    assert found.theme in ("", *THEMES)
    assert Preferences.read({name: value for name, value in found.cookies().items() if value}) == found


def test_a_choice_is_remembered_and_taken_back(site: str) -> None:
    with httpx.Client(base_url=site) as client:
        ada = Person(client)
        assert "data-theme" not in ada.get("/en/clusters").text
        answer = ada.send("/en/display", theme="dark")
        assert (answer.status_code, answer.headers["location"]) == (303, "/en/display")
        assert all(
            {"HttpOnly", "SameSite=lax"} <= {part.strip() for part in cookie.split(";")}
            for cookie in answer.headers.get_list("set-cookie")
        )
        page = ada.get("/sv/clusters").text
        assert '<html lang="sv" data-theme="dark" data-keys="off">' in page
        assert '<meta name="color-scheme" content="dark">' in page
        assert '<dialog id="shortcuts"' not in page
        assert ada.data("/en/display") == {"theme": "dark", "keys": False}
        assert 'data-theme="dark"' in client.get("/en/nowhere").text
        ada.send("/en/display", theme="", keys="on")
        assert ada.data("/en/display") == {"theme": None, "keys": True}
        assert '<html lang="en">' in ada.get("/en/clusters").text


def test_what_cannot_be_chosen_is_refused_and_a_form_of_others_too(site: str) -> None:
    with httpx.Client(base_url=site) as client:
        ada = Person(client)
        assert ada.send("/en/display", theme='"><script>').status_code == 400
        assert client.post("/en/display", data={"theme": "dark"}).status_code == 403
        assert "data-theme" not in client.get("/en/display", headers={"cookie": 'theme="><script>'}).text
