"""The living style page: every component in both faces with realistic Swedish text, to be looked at beside the design guide.

Shown only where the data are invented (DEBUG or DEMO). Nothing here is read from or written to the database.
"""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from grants.core.enums import StateChoices
from grants.core.exceptions import Reason
from grants.core.forms import DayField, SekField, TextField
from grants.core.policy import Audience, policy
from grants.core.ui import ListCell, ListColumn, ListRow
from grants.core.workflow import StepView


class Sample(StateChoices):
    """States of the style page, one for each tone."""

    SUBMITTED = "submitted", "neutral", "Inkommen"
    IN_REVIEW = "in_review", "info", "Under bedömning"
    ASSESSED = "assessed", "accent", "Bedömd"
    SUPPLEMENT = "supplement", "warning", "Komplettering begärd"
    GRANTED = "granted", "success", "Beviljad"
    REJECTED = "rejected", "danger", "Avslagen"


class SampleForm(forms.Form):
    """One field of each kind."""

    title = TextField(label="Projektets namn", max_length=120, help_text="Skriv ett namn som andra förstår.")
    aim = TextField(label="Syfte", multiline=True, rows=4, max_length=600, required=False)
    county = forms.ChoiceField(label="Län", choices=[("", "Välj län"), ("17", "Värmland"), ("23", "Jämtland")])
    together = forms.ChoiceField(
        label="Söker ni tillsammans med någon annan?",
        choices=[("ja", "Ja"), ("nej", "Nej")],
        widget=forms.RadioSelect,
        help_text="Projektägaren svarar för hela projektet.",
    )
    areas = forms.MultipleChoiceField(
        label="Strategiska områden",
        choices=[("1", "Boende, arbete och välfärd"), ("2", "Kompetensförsörjning"), ("3", "Tillgänglighet")],
        widget=forms.CheckboxSelectMultiple,
    )
    starts_on = DayField(label="Startdag", help_text="ÅÅÅÅ-MM-DD, till exempel 2027-05-01")
    applied_sek = SekField(label="Sökt stöd, kr")
    attachment = forms.FileField(label="Projektplan", required=False, help_text="Pdf eller docx, högst 20 MB.")
    sure = forms.BooleanField(label="Jag har läst villkoren i utlysningen")


NAMES = (
    ("2027-00269", "Samverkan längs Ådalen", "Region Västernorrland", Sample.ASSESSED, 62, 1_680_000, 50),
    ("2027-00257", "Fjällets markanvändning, ett gemensamt underlag", "Region Jämtland Härjedalen", Sample.IN_REVIEW, None, 702_000, 38),
    ("2027-00245", "Energi och beredskap på en ö", "Region Gotland", Sample.SUPPLEMENT, None, 1_120_000, "49.7"),
    ("2027-00233", "Vatten och växande orter i östra Småland", "Region Kalmar län", Sample.GRANTED, 59, 12_985_000, 50),
    ("2027-00290", "Service i glesbygd som del av strategin", "Region Dalarna", Sample.REJECTED, 81, 0, 38),
    ("2027-00266", "Hamnar och järnväg för grön industri", "Region Gävleborg", Sample.SUBMITTED, None, 2_000_000, 50),
)  # fmt: skip


def sample_list() -> dict[str, Any]:
    """Columns, rows and sums of a list of applications."""
    number = ListColumn("number", "Diarienr", kind="code", sort_url="?sortera=nr")
    title = ListColumn("title", "Projekt och sökande", card="title", sort_url="?sortera=namn")
    state = ListColumn("state", "Läge", kind="badge", card="status")
    score = ListColumn("score", "Poäng", kind="score", card="score", missing="Inte bedömd")
    amount = ListColumn("amount", "Sökt stöd, kr", kind="amount", card="amount", sort_url="?sortera=-kr")
    share = ListColumn("share", "Andel", kind="percent")
    handler = ListColumn("handler", "Handläggare", card="meta", missing="Ingen än")
    changed = ListColumn("changed", "Ändrad", kind="day", sort_url="?sortera=andrad", aria_sort="descending")
    columns = (number, title, state, score, amount, share, handler, changed)
    day = dt.date(2027, 2, 22)
    rows = [
        ListRow(
            (
                ListCell(number, nr),
                ListCell(title, name, url="#", note=applicant),
                ListCell(state, value),
                ListCell(score, points),
                ListCell(amount, sek),
                ListCell(share, percent),
                ListCell(handler, "Handläggare Mitt" if points else None),
                ListCell(changed, day),
            ),
            id=nr,
            name=name,
            amount_sek=sek,
        )
        for nr, name, applicant, value, points, sek, percent in NAMES
    ]
    total = ListRow(
        tuple(ListCell(c, {"title": "Summa", "amount": sum(r.amount_sek for r in rows)}.get(c.key)) for c in columns)
    )
    return {"columns": columns, "rows": rows, "sums": total}


def context(request: HttpRequest) -> dict[str, Any]:
    """Everything that pages/komponenter.html shows."""
    form = SampleForm({"title": "Ord till rum", "applied_sek": "45k", "starts_on": "11/22/2026", "aim": "Kort syfte."})
    form.add_error(None, "Finansieringen är 60 000 kr högre än kostnaden. Ändra beloppen så att de är lika.")
    opened, closes = dt.datetime(2026, 10, 21, 7, tzinfo=dt.UTC), dt.datetime(2027, 1, 15, 14, tzinfo=dt.UTC)
    return {
        "states": list(Sample),
        "sample": form,
        "filled": SampleForm(initial={"title": "Ord till rum i Värmlandsstrategin", "applied_sek": 1_320_000}),
        "list": sample_list(),
        "page": Paginator(range(612), 50).get_page(request.GET.get("sida", 3)),
        "bulk": [
            {"name": "gor", "value": "tilldela", "label": "Tilldela handläggare", "primary": True},
            {"name": "gor", "value": "komplettering", "label": "Begär komplettering"},
        ],
        "views": [
            {"label": "Alla", "url": "#", "current": True, "count": 40},
            {"label": "Mina", "url": "#", "count": 9},
            {"label": "Väntar på mig", "url": "#", "count": 0},
        ],
        "chips": [{"label": "Senast ändrad först", "url": "#", "what": "sorteringen"}],
        "figures": [
            {"label": "Budget", "value": "24 000 000 kr"},
            {"label": "Föreslaget stöd", "value": "22 665 000 kr", "note": "94,4 % av budgeten"},
            {"label": "Kvar att fördela", "value": "1 335 000 kr"},
            {"label": "Projekt", "value": "23 av 39", "note": "i 16 av 21 län"},
        ],
        "phase": [
            {"label": "Utlysning öppnad", "when": "2026-10-21", "state": "done"},
            {"label": "Sista dag att söka", "when": "2027-01-15", "state": "done"},
            {"label": "Beslut", "when": "senast 2027-04-08", "state": "now"},
            {"label": "Slutredovisning", "when": "2030-06-30", "state": ""},
        ],
        "times": [
            {"day": opened, "label": "Utlysningen öppnar", "state": "done"},
            {
                "day": dt.date(2026, 12, 3),
                "label": "Digital frågestund",
                "note": "Klockan 10.00–11.00.",
                "state": "now",
            },
            {"day": closes, "label": "Sista dag att söka", "note": "Skicka in senast klockan 15.00.", "state": ""},
        ],
        "weights": [
            {
                "name": "Bidrag till den regionala utvecklingsstrategin (RUS)",
                "about": "Projektet svarar mot utpekade mål.",
                "weight_percent": 30,
            },
            {"name": "Genomförande", "about": "Planen är rimlig i tid, bemanning och ansvar.", "weight_percent": 25},
            {"name": "Jämställdhet, miljö och inkludering", "about": "", "weight_percent": 10},
        ],
        "parts": [
            ("Boende, arbete och välfärd", 4_800_000),
            ("Kompetensförsörjning", 7_200_000),
            ("Innovation och företagande", 8_400_000),
            ("Tillgänglighet", 3_600_000),
        ],
        "closes_at": closes,
        "opens_at": opened,
        "steps_nav": [
            {"label": "Sökande", "url": "#", "note": "Klart", "state": "ok"},
            {"label": "Mål och budget", "url": "#", "note": "3 fel att rätta", "state": "err", "current": True},
            {"label": "Granska och skicka in", "note": "Inte påbörjat"},
        ],
        "button_rows": [
            {
                "id": "prov-1",
                "url": "#",
                "primary": True,
                "step": StepView("start", "Starta bedömningen", "primary", "", False, ()),
            },
            {
                "id": "prov-2",
                "url": "#",
                "primary": False,
                "step": StepView("reject", "Avslå", "danger", "Avslå ansökan?", True, ()),
            },
            {
                "id": "prov-3",
                "url": "#",
                "primary": False,
                "step": StepView(
                    "decide",
                    "Fastställ beslut",
                    "primary",
                    "",
                    False,
                    ("En bedömning saknas.", "Samrådet är inte klart."),
                ),
            },
        ],
        "reasons_sample": [
            Reason("Välj det RUS-mål som projektet främst bidrar till.", "mal"),
            Reason("Bifoga en projektplan."),
        ],
        "reason_links": {"mal": "#mal"},
        "events": [
            SimpleNamespace(
                label="Komplettering begärd", at=closes, by="Handläggare Nord", reason="Budgeten saknar resor 2028."
            ),
            SimpleNamespace(label="Ansökan kom in", at=opened, by=None, reason=""),
        ],
        "answers": [
            {"question": "Projektets namn", "answer": "Ord till rum i Värmlandsstrategin", "change_url": "#"},
            {
                "question": "Syfte",
                "answer": "Kommunerna och regionen tar fram ett gemensamt underlag.\nDå går det snabbare.",
                "change_url": "#",
            },
            {"question": "Samverkan", "answer": "", "change_url": "#"},
        ],
        "receipt": [
            {"label": "Diarienummer", "value": "2027-00212"},
            {"label": "Kom in", "value": "2027-01-15 kl. 14.32"},
            {"label": "Inskickad av", "value": "Sökande Värmland"},
        ],
        "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "todo": [
            {"text": "Alla bedömningar är klara", "done": True},
            {"text": "En komplettering är inte granskad", "done": False, "url": "#"},
        ],
        "letter_parts": [
            {"heading": "Beslut", "text": "Projektet beviljas högst 1 320 000 kr, 49,7 procent av kostnaden."},
            {"heading": "Skäl", "text": "Projektet svarar mot strategins mål."},
        ],
        "day": dt.date(2027, 4, 8),
        "costs": [
            {
                "key": "personal",
                "label": "Personal",
                "note": "Lön och sociala avgifter",
                "cells": [(2027, "540 000"), (2028, "720 000")],
            },
            {"key": "resor", "label": "Resor och logi", "note": "", "cells": [(2027, "32 000"), (2028, "45 000")]},
        ],
        "years": [2027, 2028],
    }


@policy(Audience.PUBLIC, about="Formgivningens delar, bara där data är påhittade")
def style_page(request: HttpRequest) -> HttpResponse:
    """``?yta=arbete`` shows the work pages' face, else the public one."""
    if not (settings.DEBUG or settings.DEMO):
        raise Http404
    base = "base_desk.html" if request.GET.get("yta") == "arbete" else "base_public.html"
    return render(request, "pages/komponenter.html", {**context(request), "base": base})
