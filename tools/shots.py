"""make shots: the pictures of docs/screenshots, taken of a running demo (make run) in headless Chromium.

Usage: python -m tools.shots [http://127.0.0.1:8000]
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tools import system
from tools.common import PYTHON, ROOT, fail

if TYPE_CHECKING:
    from playwright.sync_api import Page

FOLDER = ROOT / "docs" / "screenshots"
WIDE, NARROW = {"width": 1440, "height": 1000}, {"width": 390, "height": 844}
OF_DRAFT = {
    "parter/": "parties",
    "projekt/": "project",
    "mal/": "objectives",
    "geografi/": "place",
    "budget/": "application",
    "bilagor/": "attachments",
    "granska/": "review",
    "delning/": "sharing",
    "andringar/": "changes",
    "bekraftelser/": "confirmations",
    "anvand-igen/": "use-again",
}
"""The applicant's pages of a draft, and the names of their pictures."""
OF_CASE = {
    "": "application-decided",
    "kvittens/": "receipt",
    "meddelanden/": "messages",
    "akten/": "case-file",
    "versioner/": "versions",
    "vagen/": "process",
}
"""Those of an application that has been decided."""


def accounts() -> dict[str, dict[str, str]]:
    """The demo's sign-ins by the first role of each and its organisation."""
    told = subprocess.run(
        [str(PYTHON), "manage.py", "demo_accounts", "--json"], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
    )
    return {account["email"]: account for account in json.loads(told.stdout)}


def main(base: str) -> None:
    from playwright.sync_api import sync_playwright

    FOLDER.mkdir(parents=True, exist_ok=True)
    people = accounts()
    browser_path = system.browser()
    if browser_path is None:
        fail("Chromium is missing: install the package chromium.")

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox", "--disable-gpu"])

        def visit(email: str = "", size: Any = WIDE) -> Page:
            page = browser.new_context(locale="sv-SE", timezone_id="Europe/Stockholm", viewport=size).new_page()
            if email:
                page.goto(f"{base}/konto/login/")
                page.fill("[name=login]", email)
                page.fill("[name=password]", people[email]["password"])
                page.locator("form:has([name=login]) [type=submit]").first.click()
                page.wait_for_load_state()
            return page

        def shoot(page: Page, path: str, name: str) -> None:
            answer = page.goto(base + path)
            page.wait_for_load_state("networkidle")
            if answer is None or answer.status != 200:
                fail(f"{path} answered {answer and answer.status}.")
            page.screenshot(path=FOLDER / f"{name}.png")
            print(f"docs/screenshots/{name}.png")

        def closed(page: Page) -> str:
            """The page that opens a closed call again for one applicant."""
            page.goto(f"{base}/utlysningar/hantera/")
            row = page.locator("tr:has-text('Stängd') a[href^='/utlysningar/hantera/']").first
            return (row.get_attribute("href") or "").replace("/hantera/", "/", 1) + "oppna-igen/"

        def closed_ranking(page: Page) -> str:
            return closed(page).replace("oppna-igen/", "rankning/")

        public = visit()
        shoot(public, "/", "start")
        public.goto(f"{base}/utlysningar/")
        call = public.locator("main h3 a[href^='/utlysningar/']").first.get_attribute("href") or ""
        shoot(public, call, "call")
        shoot(visit(size=NARROW), call, "call-narrow")
        manager = "utlysningsansvarig@example.se"
        desk = call.replace("/utlysningar/", "/utlysningar/hantera/", 1)
        for size, suffix in ((WIDE, ""), (NARROW, "-narrow")):
            person = visit(manager, size)
            shoot(person, desk, f"call-desk{suffix}")
            shoot(person, f"{call}andra/bedomning/", f"call-judging{suffix}")
            shoot(person, f"{desk}fragor/", f"call-questions{suffix}")
            shoot(person, f"{call}texter/", f"call-texts{suffix}")
            shoot(person, f"{call}texter/support-reasons-granted/", f"call-text{suffix}")
            shoot(person, f"{desk}svar/", f"call-answers{suffix}")
            shoot(person, f"{call}kopiera/", f"call-copy{suffix}")
            shoot(person, f"{call}stall-in/", f"call-cancel{suffix}")
            shoot(person, closed(person), f"call-reopen{suffix}")
            shoot(person, "/utlysningar/program/nytt/", f"programme{suffix}")
            shoot(visit(size=size), f"{call}fragor/", f"questions-in-advance{suffix}")
            shoot(visit(size=size), "/utlysningar/", f"calls{suffix}")
        for size, suffix in ((WIDE, ""), (NARROW, "-narrow")):
            handler = visit("handlaggare.nord@example.se", size)
            shoot(handler, closed_ranking(handler), f"ranking{suffix}")
            handler.goto(f"{base}/arenden/")
            opinions = handler.locator("main tr a[href^='/arenden/']").first.get_attribute("href") or ""
            shoot(handler, f"{opinions}yttranden/", f"opinions{suffix}")
        handler = visit("handlaggare.nord@example.se")
        shoot(handler, "/arbetslista/", "worklist")
        shoot(handler, "/arenden/", "list")
        case = handler.locator("tr:has(.score) a[href^='/arenden/']").first.get_attribute("href") or ""
        shoot(handler, f"{case}bedomning/", "case")
        handler.goto(f"{base}/beslut/?vy=alla")
        decision = handler.locator("a[href^='/beslut/']").filter(has_text=re.compile("\\w")).last.get_attribute("href")
        shoot(handler, decision or "/beslut/", "decision")
        shoot(handler, "/projekt/", "projects")
        for size, suffix in ((WIDE, ""), (NARROW, "-narrow")):
            region = visit("behorig.foretradare.region.vasterbotten@example.se", size)
            shoot(region, "/ansokningar/", f"applications{suffix}")
            draft = first_in_state(region, base, "Utkast")
            for path, name in OF_DRAFT.items():
                shoot(region, f"{draft}{path}", f"{name}{suffix}")
            case = first_in_state(region, base, "Beviljad")
            for path, name in OF_CASE.items():
                shoot(region, f"{case}{path}", f"{name}{suffix}")
            asked = visit(with_supplement(visit, base), size)
            shoot(asked, f"{first_in_state(asked, base, 'Komplettering begärd')}komplettering/", f"supplement{suffix}")
            shoot(visit(size=size), "/kvittens/", f"verify-receipt{suffix}")
        browser.close()


def first_in_state(page: Page, base: str, state: str) -> str:
    """The address of the person's first application in a state; "" when there is none."""
    page.goto(f"{base}/ansokningar/")
    row = page.locator(f"tr:has-text('{state}') a[href^='/ansokningar/']").first
    href = row.get_attribute("href") or "" if row.count() else ""
    return "/".join([*href.split("/")[:3], ""]) if href else ""


def with_supplement(visit: Callable[..., Page], base: str) -> str:
    """The e-mail of a signatory who has a supplement to answer."""
    for email in accounts():
        if email.startswith("behorig") and first_in_state(visit(email), base, "Komplettering begärd"):
            return email
    raise SystemExit("No demo application waits for a supplement.")


if __name__ == "__main__":
    os.chdir(ROOT)
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000")
