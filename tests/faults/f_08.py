"""F-8: random scripts of people who write in a real browser while tabs, sessions, servers and lines fail: 0 lost characters.

Every piece of text that is typed is one of a kind. When a script ends, all is mended (server up, line whole, signed in), and each
piece must stand in the application, in its history, in an open page, or in a copy that a page offers.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import string
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from django.contrib.sessions.models import Session
from django.db import connection
from playwright.sync_api import Browser, BrowserContext, Dialog, Error, Page, sync_playwright

from applications.models import Application, Revision
from benchmarks.fill import session_for
from grants.accounts.enums import Level
from grants.accounts.models import Membership
from tests.builders import applications, base, calls
from tests.conftest import BROWSER_ARGUMENTS
from tests.faults.figures import Figures
from tests.faults.servers import Web, web
from tests.faults.world import invariants_hold
from tools import system

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # the browser's driver keeps an event loop in this thread

FIELDS = ("id_title", "id_summary", "id_fraga_problem", "id_fraga_purpose")
TITLE_MOST = 140
LETTERS = string.ascii_lowercase + "åäöé"
STEPS = (5, 9)
COPIED_MS = 500
"""How long after a key the browser's own copy must stand (writing.js copies after 250 ms)."""
PATIENCE_MS = 30_000
LOGIN = "/konto/login/"


class Desk:
    """A script: two windows that write in the same application, of one person or of two."""

    def __init__(self, browser: Browser, server: Web, chance: random.Random, people: list[Any]):
        self.browser, self.server, self.chance = browser, server, chance
        self.people = people
        self.who: dict[int, Any] = {}
        self.base = f"http://127.0.0.1:{server.port}"
        self.typed: list[str] = []
        self.done: list[str] = []
        self.clashes = self.clashes_with_both = 0
        self.draft: Any = None
        self.contexts: list[BrowserContext] = []
        self.tabs: list[Page] = []
        self.sessions: list[str] = []

    def open(self, draft: Any) -> None:
        self.draft = draft
        one = self.window(self.people[0])
        two = one if self.chance.random() < 0.5 else self.window(self.people[1])
        self.tabs = [self.page(one), self.page(two)]

    def window(self, person: Any) -> BrowserContext:
        context = self.browser.new_context(locale="sv-SE", timezone_id="Europe/Stockholm")
        context.set_default_timeout(PATIENCE_MS)
        self.who[id(context)] = person
        self.sign_in(context)
        self.contexts.append(context)
        return context

    def sign_in(self, context: BrowserContext) -> None:
        """As a sign-in does: a new session, and a new token for forms."""
        context.clear_cookies()
        session = session_for(self.who[id(context)])
        self.sessions.append(session)
        context.add_cookies([{"name": "sessionid", "value": session, "url": self.base}])

    @property
    def address(self) -> str:
        return f"{self.base}/ansokningar/{self.draft.pk}/projekt/"

    def page(self, context: BrowserContext) -> Page:
        page = context.new_page()
        page.on("dialog", lambda dialog: stay_or_go(dialog))
        self.visit(page)
        return page

    def visit(self, page: Page) -> None:
        page.goto(self.address)
        if LOGIN in page.url:
            # A late answer to the session that ended has taken the new one's cookie away: one signs in once more.
            self.sign_in(page.context)
            page.goto(self.address)
        page.wait_for_selector("form[data-ready]")

    # What happens ----------------------------------------------------------------------------------------------------

    def play(self) -> None:
        """A random script. Writing is what happens most."""
        steps: list[Callable[[], None]] = [
            self.write, self.write, self.write, self.write_in_both, self.go_back, self.reload, self.end_sessions,
            self.kill_server, self.go_offline, self.crash, self.press_save, self.settle,
        ]  # fmt: skip
        self.write()
        for _ in range(self.chance.randint(*STEPS)):
            step = self.chance.choice(steps)
            self.done.append(step.__name__)
            step()
            time.sleep(self.chance.uniform(0, 0.6))

    def write(self, tab: Page | None = None, field: str = "") -> None:
        """Type a piece that nobody else types at the end of a field."""
        tab = tab or self.chance.choice(self.tabs)
        field = field or self.chance.choice(FIELDS)
        box = tab.locator(f"#{field}")
        if field == "id_title" and len(box.input_value()) > TITLE_MOST - 20:
            field, box = "id_summary", tab.locator("#id_summary")
        piece = "".join(self.chance.choices(LETTERS, k=self.chance.randint(6, 14)))
        box.focus()
        tab.keyboard.press("Control+End")
        box.press_sequentially(f" {piece}", delay=self.chance.choice((0, 5, 20)))
        self.typed.append(piece)

    def write_in_both(self) -> None:
        field = self.chance.choice(FIELDS[1:])
        for tab in self.tabs:
            self.write(tab, field)
            time.sleep(self.chance.choice((0, 0.3, 1.3)))

    def go_back(self) -> None:
        tab = self.chance.choice(self.tabs)
        tab.wait_for_timeout(COPIED_MS)
        with contextlib.suppress(Error):
            tab.locator("nav.steps ol a").first.click(timeout=5_000)
            tab.wait_for_load_state()
            tab.go_back()
            tab.wait_for_load_state()
        self.visit_if_elsewhere(tab)

    def reload(self) -> None:
        tab = self.chance.choice(self.tabs)
        tab.wait_for_timeout(COPIED_MS)
        tab.reload()
        with contextlib.suppress(Error):
            tab.wait_for_selector("form[data-ready]", timeout=10_000)
        self.visit_if_elsewhere(tab)  # a form that was sent is sent again by it, and may be answered with another page

    def end_sessions(self) -> None:
        """Everybody's session ends; one writes on; then one signs in anew, in another window of the same browser."""
        Session.objects.filter(session_key__in=self.sessions).delete()
        self.write()
        time.sleep(self.chance.uniform(0.2, 2))
        for context in self.contexts:
            self.sign_in(context)

    def kill_server(self) -> None:
        self.server.kill()
        self.write()
        time.sleep(self.chance.uniform(0.2, 1.5))
        self.server.start()
        self.server.wait()

    def go_offline(self) -> None:
        tab = self.chance.choice(self.tabs)
        tab.context.set_offline(True)
        self.write(tab)
        time.sleep(self.chance.uniform(0.2, 1.5))
        tab.context.set_offline(False)

    def crash(self) -> None:
        """A page ends without a word, and the person opens it again."""
        place = self.chance.randrange(len(self.tabs))
        tab = self.tabs[place]
        tab.wait_for_timeout(COPIED_MS)
        context = tab.context
        fresh = context.new_page()
        fresh.on("dialog", lambda dialog: stay_or_go(dialog))
        tab.close(run_before_unload=False)
        self.visit(fresh)
        self.tabs[place] = fresh

    def press_save(self) -> None:
        tab = self.chance.choice(self.tabs)
        tab.locator("button[name=gor][value=spara]").last.click()
        tab.wait_for_timeout(1_500)
        self.visit_if_elsewhere(tab)

    def settle(self) -> None:
        """Whoever sees two texts chooses; whoever is offered a text takes it."""
        for tab in self.tabs:
            offers = tab.locator(".atfield.offer button", has_text="Använd")
            if offers.count():
                offers.first.click()
                tab.wait_for_timeout(200)
            clash = tab.locator(".atfield.clash").first
            if clash.count():
                self.clashes += 1
                self.clashes_with_both += clash.locator(".sides .kept").count() == 2
                clash.locator("button").nth(self.chance.randrange(clash.locator("button").count())).click()
                tab.wait_for_timeout(300)

    def visit_if_elsewhere(self, tab: Page) -> None:
        if tab.url.split("?")[0].split("#")[0] != self.address or not tab.locator("form[data-ready]").count():
            self.visit(tab)

    # What is left ----------------------------------------------------------------------------------------------------

    def mend(self) -> None:
        """All is well again, and everything that was on its way has arrived or been told."""
        for context in self.contexts:
            context.set_offline(False)
        for _ in range(8):
            for tab in self.tabs:
                tab.bring_to_front()
                tab.evaluate("dispatchEvent(new Event('focus'))")
                tab.wait_for_timeout(1_200)
            if all("Inte sparat" not in tab.inner_text("[data-saved]") for tab in self.tabs):
                return
            self.settle()

    def lost(self) -> list[str]:
        """The typed pieces that are nowhere."""
        row = Application.objects.get(pk=self.draft.pk)
        kept = [row.title, row.summary, json.dumps(row.answers, ensure_ascii=False)]
        kept += [json.dumps(row.typed, ensure_ascii=False)]
        for old, new in Revision.objects.filter(application=row).values_list("old", "new"):
            kept += [old, new]
        for tab in self.tabs:
            kept += tab.locator(".kept").evaluate_all("all => all.map((one) => one.textContent)")
            kept += tab.locator("form[data-writing] :is(textarea, input)").evaluate_all(
                "all => all.map((one) => one.value)"
            )
        everything = "\n".join(kept)
        return [piece for piece in self.typed if piece not in everything]

    def close(self) -> None:
        for context in self.contexts:
            context.close()


def stay_or_go(dialog: Dialog) -> None:
    """ "Leave the page?": the person leaves."""
    with contextlib.suppress(Error):
        dialog.accept()


@dataclass
class Counted:
    """What the scripts of a lane came to."""

    pieces: int = 0
    characters: int = 0
    lost: int = 0
    clashes: int = 0
    shown: int = 0

    def add(self, desk: Desk, gone: list[str]) -> None:
        self.pieces += len(desk.typed)
        self.characters += sum(map(len, desk.typed))
        self.lost += sum(map(len, gone))
        self.clashes += desk.clashes
        self.shown += desk.clashes_with_both


def run(runs: int = 200, seed: int = 8, lanes: int = 3, first: int = 0) -> Figures:
    """So many scripts, each its own chance from the seed; a script that loses a piece tells which.

    ``lanes``: how many go on beside each other, each with a server, a browser and people of its own. ``first``: the number of
    the first script, to play one again.
    """
    lanes = min(lanes, runs)
    figures = Figures()
    call = calls.open_call()
    with ThreadPoolExecutor(lanes) as pool:
        told = [pool.submit(play_all, call, range(first + lane, first + runs, lanes), seed) for lane in range(lanes)]
        counted = [future.result() for future in told]
    figures["scripts"] = runs
    figures["pieces"], figures["characters"] = (
        sum(one.pieces for one in counted),
        sum(one.characters for one in counted),
    )
    figures.must_equal("lost characters", sum(one.lost for one in counted), 0)
    clashes = figures["texts changed in two places"] = sum(one.clashes for one in counted)
    figures.must_equal("of them shown beside each other", sum(one.shown for one in counted), clashes)
    invariants_hold(figures)
    return figures


def play_all(call: Any, numbers: Iterable[int], seed: int) -> Counted:
    """The scripts of one lane."""
    region = base.region_organisation()
    people = [base.signatory(region), base.person("Projektledare")]
    Membership.objects.create(user=people[1], organisation=region, level=Level.EDIT)
    counted = Counted()
    with web(workers=2, threads=4) as server, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=system.browser(), args=BROWSER_ARGUMENTS, headless=True)
        for number in numbers:
            draft = applications.complete_draft(call=call, applicant=region, by=people[0], title="Ord till rum")
            desk = Desk(browser, server, random.Random(f"{seed}-{number}"), people)
            try:
                desk.open(draft)
                desk.play()
                desk.mend()
                gone = desk.lost()
            except Error as fault:
                print(f"script {number} broke after {' '.join(desk.done)}: {str(fault)[:600]}", flush=True)
                for tab in desk.tabs:
                    with contextlib.suppress(Error):
                        print(f"  {tab.url}: {tab.inner_text('body', timeout=2_000)[:600]!r}", flush=True)
                raise
            finally:
                desk.close()
            if gone:
                print(f"script {number}: lost {gone} of {len(desk.typed)} in {' '.join(desk.done)}")
            counted.add(desk, gone)
            print(
                f"script {number}: {len(desk.typed)} pieces, {len(gone)} lost, {desk.clashes} changed in two places",
                flush=True,
            )
        browser.close()
    connection.close()
    return counted
