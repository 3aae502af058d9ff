"""On a narrow screen, in both languages: buttons keep apart, and what is chosen can be read."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from support.looking import Looking

pytestmark = pytest.mark.xdist_group("browser")
LEAST_APART = 5
"""Pixels between two buttons, and between a button and the text below it."""
CROWDED = """
least => {
  const isSeen = one => one.checkVisibility({checkVisibilityCSS: true}) && one.getClientRects().length;
  const buttons = [...document.querySelectorAll("main button:not(.text), main .button")].filter(isSeen);
  const texts = [...document.querySelectorAll("main p, main li, main h1, main h2, main select")].filter(isSeen)
    .filter(one => one.tagName === "SELECT" || one.textContent.trim());
  const near = (a, b) => {
    const [one, other] = [a.getBoundingClientRect(), b.getBoundingClientRect()];
    const across = Math.max(one.left - other.right, other.left - one.right);
    const down = Math.max(one.top - other.bottom, other.top - one.bottom);
    return across < least && down < least;
  };
  const found = [];
  for (const button of buttons) {
    for (const other of [...buttons, ...texts]) {
      if (other !== button && !other.contains(button) && !button.contains(other) && near(button, other)) {
        found.push(`${button.textContent.trim()} | ${other.textContent.trim().slice(0, 40)}`);
      }
    }
  }
  return found;
}
"""
CUT = """
() => [...document.querySelectorAll("main select")].filter(one => one.checkVisibility()).filter(one => {
  const style = getComputedStyle(one), pen = document.createElement("canvas").getContext("2d");
  pen.font = style.font;
  const arrow = 24, room = one.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight) - arrow;
  return one.name === "programme" && [...one.options].some(option => pen.measureText(option.text).width > room);
}).map(one => one.id)
"""


def looked_at(page: Page, address: str) -> tuple[list[str], list[str]]:
    page.goto(address)
    return page.evaluate(CROWDED, LEAST_APART), page.evaluate(CUT)


@pytest.mark.thorough
@pytest.mark.parametrize("width", [390, pytest.param(320, marks=pytest.mark.thorough)])
def test_the_list_of_countries_goes_on_downwards_only(looking: Looking, number_of: Callable[[str], int], width: int) -> None:
    with looking(viewport={"width": width, "height": 800}) as page:
        page.goto(f"/en/clusters/{number_of('Northwood Alliance')}/partners")
        page.get_by_text("Only from certain countries").click()
        # As many as a network of the whole world has.
        page.evaluate(
            "const ul = document.querySelector('.countries ul'), all = [...ul.children];"
            "for (let i = 0; i < 60; i++) ul.append(all[i % all.length].cloneNode(true))"
        )
        across, down = page.evaluate(
            "(one => [one.scrollWidth - one.clientWidth, one.scrollHeight - one.clientHeight])"
            "(document.querySelector('.countries ul'))"
        )
        assert across <= 0
        assert down > 0


@pytest.mark.thorough
@pytest.mark.parametrize("width", [pytest.param(390, marks=pytest.mark.thorough), 320])
@pytest.mark.parametrize("language", ["en", "sv"])
def test_buttons_keep_apart_and_programmes_are_not_cut(
    looking: Looking, own_site: str, number_of: Callable[[str], int], width: int, language: str
) -> None:
    home, programme = number_of("Northwood Alliance"), "horizon-europe-ria-ia"
    partners = f"/{language}/clusters/{home}/partners?programme={programme}"
    with looking(base_url=own_site, viewport={"width": width, "height": 800}) as page:
        page.goto(partners)
        page.locator(".add").first.click()
        page.locator(".added:not(:empty)").wait_for()
        assert page.evaluate(CROWDED, LEAST_APART) == []
        searched = f"/{language}/clusters?q=cluster"
        for address in (
            searched,
            partners,
            f"/{language}/shortlists/1",
            f"/{language}/shortlists",
            f"/{language}/clusters/{home}/write",
        ):
            assert looked_at(page, address) == ([], []), address
            assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
