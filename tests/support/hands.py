"""How a person presses, chooses and ticks: with a mouse, or without one."""

from __future__ import annotations

from playwright.sync_api import Locator, expect


class Mouse:
    """A person with a mouse."""

    def press(self, what: Locator) -> None:
        """A link, button or fold."""
        what.click()

    def choose(self, what: Locator, option: str) -> None:
        """From a list of values."""
        what.select_option(label=option)

    def tick(self, what: Locator) -> None:
        """One of several."""
        what.check()


class Keyboard(Mouse):
    """A person without one."""

    def press(self, what: Locator) -> None:
        what.focus()
        expect(what).to_be_focused()
        what.page.keyboard.press("Enter")

    def choose(self, what: Locator, option: str) -> None:
        what.focus()
        what.page.keyboard.type(option)

    def tick(self, what: Locator) -> None:
        what.focus()
        what.page.keyboard.press("Space")
