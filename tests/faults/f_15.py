"""F-15: 1 MB in a field, a form of 5 MB, 2,000 fields and more: refused with a sentence, the rest kept, never an error page."""

from __future__ import annotations

import re
from html import unescape

from applications.enums import Section
from applications.models import Application
from benchmarks.client import Visitor
from benchmarks.fill import session_for
from tests.builders import applications, base
from tests.faults.figures import Figures, percentile
from tests.faults.pages import fields_of
from tests.faults.servers import web
from tests.faults.world import invariants_hold

MEGABYTE = 1_000_000
LONGEST_SECONDS = 2.0
SECTIONS = [section for section in Section if section != Section.ATTACHMENTS]
KEPT = "Det här har vi skrivit och vill ha kvar"


def run() -> Figures:
    """Every text field of the form in turn, then forms that are too large as a whole."""
    figures = Figures()
    person = base.signatory()
    draft = applications.complete_draft(by=person)
    before = Application.objects.filter(pk=draft.pk).values().get()
    spent: list[float] = []
    faults: list[str] = []
    fields = 0
    with web() as server:
        session = session_for(person)
        for section in SECTIONS:
            path = f"/ansokningar/{draft.pk}/{section.value}/"
            held = fields_of(Visitor(server.port, session).get(path)[1])
            names = [
                name
                for name, _ in held
                if name not in ("csrfmiddlewaretoken", "version", "bas") and "_FORMS" not in name
            ]
            for name in dict.fromkeys(names):
                fields += 1
                other = next((n for n in names if n != name and n in ("title", "contact_name")), None)
                sent = [(n, "x" * MEGABYTE if n == name else KEPT if n == other else v) for n, v in held]
                status, page, taken = Visitor(server.port, session).post(path, sent)
                spent.append(taken / 1000)
                if status != 422 or not says_what(page):
                    faults.append(f"{section.value} {name}: {status} {page[:80] if status != 422 else 'no sentence'}")
                elif other and KEPT not in unescape(page):
                    faults.append(f"{section.value} {name}: the rest was not kept on the page")
        path = f"/ansokningar/{draft.pk}/{Section.PROJECT.value}/"
        held = fields_of(Visitor(server.port, session).get(path)[1])
        for name, sent, wanted in (
            ("5 MB", [*held, ("extra", "x" * 5 * MEGABYTE)], (400, 413)),
            ("2,000 fields", [*held, *((f"extra{n}", "x") for n in range(2000 - len(held) - 1))], (302, 422)),
            ("2,001 fields and more", [*held, *((f"extra{n}", "x") for n in range(2001))], (400, 413)),
        ):
            status, page, taken = Visitor(server.port, session).post(path, sent)
            spent.append(taken / 1000)
            if status not in wanted:
                faults.append(f"{name}: {status}")
            elif status >= 400 and "<h1" not in page:
                faults.append(f"{name}: no page")
    after = Application.objects.filter(pk=draft.pk).values().get()
    changed = {name for name in before if before[name] != after[name]} - {"version", "updated_at"}
    figures["fields tried with 1 MB"] = fields
    figures.must_equal("answers that were wrong", len(faults), 0)
    figures.must(not faults, "; ".join(faults[:5]))
    figures.must_equal("columns changed", len(changed), 0)
    figures.must_not_exceed("slowest s", percentile(spent, 1.0), LONGEST_SECONDS)
    invariants_hold(figures)
    return figures


def says_what(page: str) -> bool:
    """The page has a list of faults that leads to fields, in sentences."""
    return bool(re.search(r"(Korta|Skriv|Välj|högst|Ladda om)", unescape(page)))
