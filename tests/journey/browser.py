"""A person at a real browser: finds fields and buttons by role, label and words, as somebody who sees or hears the page does."""

from __future__ import annotations

import re
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Browser, Locator, Page, expect

from grants.demo.people import PASSWORD, address

PATIENCE_MS = 60_000


class Watch:
    """What every page of the journey must not have: errors in the console, violations that axe finds."""

    def __init__(self) -> None:
        self.axe = Axe()
        self.seen: set[str] = set()
        self.faults: list[str] = []

    def listen(self, page: Page) -> None:
        page.on("console", lambda said: self.told(page, said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: self.told(page, str(error)))

    def told(self, page: Page, what: str) -> None:
        self.faults.append(f"{page.url}: {what}")
        print(self.faults[-1])  # shown when the journey ends early

    def look(self, page: Page, what: str = "") -> None:
        """Check the page with axe, once for each heading and address without its ids; ``what``: a dialog that is open on it."""
        heading = page.locator("h1").first.inner_text() if page.locator("h1").count() else ""
        key = re.sub(r"[0-9a-f-]{36}|\d+", "*", page.url) + heading + what
        if key in self.seen:
            return
        self.seen.add(key)
        for violation in self.axe.run(page).response["violations"]:
            nodes = [node["html"][:160] for node in violation["nodes"][:3]]
            self.told(page, f"({heading}) {violation['id']}: {violation['help']}: {nodes}")


class BrowserPerson:
    """Somebody at a browser window of their own; does what ``tests.journey.web.Person`` does."""

    def __init__(self, browser: Browser, base: str, watch: Watch, arguments: dict[str, Any], name: str) -> None:
        self.base, self.watch = base, watch
        self.context = browser.new_context(**arguments)
        self.context.set_default_timeout(PATIENCE_MS)
        self.page = self.context.new_page()
        watch.listen(self.page)
        self.visit(reverse("account_login"))
        self.fill("E-post", address(name))
        self.fill("Lösenord", PASSWORD)
        self.press("Logga in")
        expect(self.page).not_to_have_url(re.compile("login"), timeout=PATIENCE_MS)

    def leave(self) -> None:
        """Sign out by the menu and close the window."""
        self.page.locator("details.usermenu > summary").click()
        with self.page.expect_navigation():
            self.page.get_by_role("button", name="Logga ut", exact=True).click()
        self.context.close()

    # Going places ----------------------------------------------------------------------------------------------------

    @property
    def url(self) -> str:
        return self.page.url.removeprefix(self.base)

    def visit(self, url: str) -> None:
        answer = self.page.goto(url if url.startswith("http") else self.base + url)
        assert answer is not None and answer.status == 200, f"{url}: {answer and answer.status}"
        self.watch.look(self.page)

    def follow(self, text: str) -> None:
        main = self.page.get_by_role("main")
        places = (main.get_by_role("link", name=text, exact=True), main.get_by_role("link", name=begins(text)))
        link = next(
            (place.first for place in places if place.count()), self.page.get_by_role("link", name=begins(text)).first
        )
        with self.page.expect_navigation():
            link.click()
        self.watch.look(self.page)

    def sees(self, *texts: str) -> None:
        for text in texts:
            words = r"\s+".join(re.escape(word) for word in text.split())
            expect(self.page.get_by_role("main")).to_contain_text(re.compile(words))

    # Forms -------------------------------------------------------------------------------------------------------------

    def fill(self, label: str, value: Any = True, nth: int = 0) -> None:
        fields = self.page.locator("input, select, textarea")  # a group of fields has a label too
        exact = self.page.get_by_label(label, exact=True).and_(fields)
        field = (exact if exact.count() > nth else self.page.get_by_label(begins(label)).and_(fields)).nth(nth)
        kind = field.evaluate("field => field.type")
        if kind in ("checkbox", "radio"):
            field.check()
        elif kind.startswith("select"):
            field.select_option(label=option_of(field, str(value)))
        else:
            field.fill(str(value))

    def choose(self, group: str, option: str, nth: int = 0) -> None:
        fields = self.page.get_by_role("group", name=begins(group))
        fields.nth(nth).get_by_label(option, exact=True).check()

    def answer_every(self, option: str) -> None:
        for field in self.page.get_by_role("main").get_by_role("radio", name=option, exact=True).all():
            field.check()

    def first_objective(self) -> str:
        return " ".join(self.page.locator("ul.pick b").first.inner_text().split())

    def press(self, button: str) -> None:
        place = self.page.get_by_role("main")
        scope = place if place.get_by_role("button", name=begins(button)).count() else self.page.locator("body")
        exact = scope.get_by_role("button", name=button, exact=True)
        with self.page.expect_navigation():
            (exact if exact.count() else scope.get_by_role("button", name=begins(button))).first.click()
        self.watch.look(self.page)

    def take(self, step: str, **answers: str) -> None:
        """Open the step's question where it has one, answer it and press its button."""
        asked = self.page.locator("details").filter(
            has=self.page.locator("summary", has_text=re.compile(f"^\\s*{step}\\s*$"))
        )
        if not asked.count():
            self.press(step)
            return
        asked.locator("summary").click()
        dialog = self.page.get_by_role("dialog")
        place = dialog if dialog.count() else asked
        for label, value in answers.items():
            place.get_by_label(begins(label)).fill(value)
        if dialog.count():
            self.watch.look(self.page, f"{step}?")
        with self.page.expect_navigation():
            place.get_by_role("button", name=step, exact=True).last.click()
        self.watch.look(self.page)


def begins(text: str) -> re.Pattern[str]:
    """A name that begins with the text, whatever its spaces."""
    return re.compile(r"^\s*" + r"\s+".join(re.escape(word) for word in text.split()))


def option_of(field: Locator, value: str) -> str:
    """The option with the words, or the first that begins with them."""
    options = [" ".join(text.split()) for text in field.locator("option").all_inner_texts()]
    return value if value in options else next(option for option in options if option.startswith(value))
