"""The list of received applications and the list of decisions."""

from __future__ import annotations

import functools
import uuid
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from calls.applying import cutoff_words, theme_words
from calls.enums import State as CallState
from calls.models import Call, Cutoff, Theme
from evaluation import listing
from evaluation.columns import BY_KEY, SORTS, status_of
from evaluation.enums import DecisionState
from evaluation.models import Decision
from grants.accounts.enums import Role
from grants.accounts.models import User
from grants.core.policy import Audience, policy
from grants.core.templatetags.ui import badge, iso, number, percent, width, with_query
from grants.core.ui import ListCell, ListColumn, ListRow
from grants.strategy.models import Region, StrategicArea

# The columns that the page shows, and the place of each on a narrow screen. The applicant stands under the title.
SHOWN = (
    ("dnr", "num muted c-hide", False),
    ("projekt", "", False),
    ("lan", "c-hide", False),
    ("status", "c-st", False),
    ("poang", "c-sc", False),
    ("belopp", "num right c-am", True),
    ("andel", "num right c-hide", True),
    ("handlaggare", "c-ha", False),
    ("inkommen", "num muted c-hide", False),
)
PAGE_HEADINGS = {"projekt": "Projekt och sökande", "andel": "Andel"}


class OnePassPaginator(Paginator):
    """A paginator that was told how many rows there are, so that it asks no query of its own."""

    def __init__(self, rows: Any, per_page: int, total: int):
        super().__init__(rows, per_page)
        self.count = total  # type: ignore[misc]


@policy(Audience.AUTHORITY, about="Alla inkomna ansökningar, med filter, sortering och sparade vyer")
def applications(request: HttpRequest) -> HttpResponse:
    choices = listing.choices_from(request.GET)
    figures = listing.counts(request.user, choices)
    page = OnePassPaginator(
        listing.for_page(listing.rows(request.user, choices)), listing.PAGE_SIZE, figures["chosen"]
    ).get_page(request.GET.get("sida"))
    found = list(page.object_list)
    hidden = listing.hidden_scores(request.user, [row.pk for row in found])
    selects = _selects(request, choices)
    context = {
        "choices": choices,
        "figures": figures,
        "views": _views(request, choices, figures),
        "selects": selects,
        "chips": _chips(request, choices, selects),
        "heads": [_head(request, key, css, right, choices) for key, css, right in SHOWN],
        "page": page,
        "rows": [_row(row, row.pk in hidden) for row in found],
        "keep": [
            (key, value) for key, value in (("vy", choices.view), ("sortera", request.GET.get("sortera"))) if value
        ],
        "ranking_url": reverse("evaluation:ranking", args=[choices.call]) if _is_known(selects, choices.call) else "",
    }
    return render(request, "evaluation/desk/list.html", context)


def _is_known(selects: list[dict[str, Any]], code: str) -> bool:
    calls = next(select for select in selects if select["name"] == "utlysning")
    return bool(code) and any(value == code for value, _ in calls["options"])


def _views(request: HttpRequest, choices: listing.Choices, figures: dict[str, int]) -> list[dict[str, Any]]:
    return [
        {
            "label": label,
            "url": with_query(request, {"vy": key or None, "sida": None}),
            "current": choices.view == key,
            "count": figures[f"view_{key or 'alla'}"],
        }
        for key, label in listing.VIEWS
    ]


def _selects(request: HttpRequest, choices: listing.Choices) -> list[dict[str, Any]]:
    """The filters with their options; one query for each that is data."""
    authorities = request.user.authority_ids  # type: ignore[union-attr]
    counties = Region.objects.order_by("county_name").values_list("county_code", "county_name")
    areas = StrategicArea.objects.filter(ended_on__isnull=True).order_by("order").values_list("code", "label_sv")
    people = (
        User.objects.filter(authority_roles__role=Role.HANDLER, authority_roles__authority__in=authorities)
        .distinct()
        .order_by("name")
        .values_list("pk", "name")
    )
    calls = Call.objects.filter(authority__in=authorities).exclude(state=CallState.DRAFT).values_list("code", "title")
    made = [
        ("status", "Status", choices.status, listing.STATUS_CHOICES),
        ("lan", "Län", choices.county, [("", "Alla län"), *counties]),
        ("omrade", "Strategiskt område", choices.area, [("", "Alla områden"), *areas]),
        (
            "handlaggare",
            "Handläggare",
            choices.handler,
            [("", "Alla handläggare"), *((str(pk), n) for pk, n in people)],
        ),
        ("utlysning", "Utlysning", choices.call, [("", "Alla utlysningar"), *calls]),
        *parts_of_call(authorities, choices),
    ]
    return [
        {"name": name, "label": label, "chosen": chosen, "options": options} for name, label, chosen, options in made
    ]


def parts_of_call(authorities: Any, choices: listing.Choices) -> list[tuple[str, str, str, list[tuple[str, str]]]]:
    """The filters by cut-off and theme, where the chosen call has any."""
    if not choices.call:
        return []
    own = {"call__code": choices.call, "call__authority__in": authorities}
    cutoffs = [(str(one.number), cutoff_words(one)) for one in Cutoff.objects.filter(**own)]
    themes = [(str(one.pk), theme_words(one)) for one in Theme.objects.filter(**own).select_related("track")]
    found = []
    if cutoffs:
        found.append(("omgang", "Omgång", choices.cutoff, [("", "Alla omgångar"), *cutoffs]))
    if themes:
        found.append(("tema", "Tema", choices.theme, [("", "Alla teman"), *themes]))
    return found


def _chips(request: HttpRequest, choices: listing.Choices, selects: list[dict[str, Any]]) -> list[dict[str, str]]:
    """What narrows the list or orders it, each with the address without it."""
    chips = []
    if choices.search:
        chips.append(
            {"label": f"”{choices.search}”", "url": with_query(request, {"q": None, "sida": None}), "what": "sökningen"}
        )
    for select in selects:
        label = dict(select["options"]).get(select["chosen"])
        if select["chosen"] and label:
            url = with_query(request, {select["name"]: None, "sida": None})
            chips.append({"label": str(label), "url": url, "what": f"filtret {str(select['label']).lower()}"})
    if choices.sort != listing.DEFAULT_SORT:
        heading = BY_KEY[choices.sort.removeprefix("-")].heading
        way = "fallande" if choices.sort.startswith("-") else "stigande"
        url = with_query(request, {"sortera": None, "sida": None})
        chips.append({"label": f"{heading}, {way}", "url": url, "what": "sorteringen"})
    return chips


def _head(request: HttpRequest, key: str, css: str, right: bool, choices: listing.Choices) -> dict[str, Any]:
    held = choices.sort.removeprefix("-") == key
    descending = held and choices.sort.startswith("-")
    next_sort = (
        key if descending else f"-{key}" if held else (f"-{key}" if key in ("poang", "belopp", "inkommen") else key)
    )
    return {
        "label": PAGE_HEADINGS.get(key, BY_KEY[key].heading),
        "right": right,
        "url": with_query(request, {"sortera": next_sort, "sida": None}) if key in SORTS else "",
        "aria_sort": ("descending" if descending else "ascending") if held else "",
    }


@functools.cache
def _case_pattern() -> str:
    return reverse("evaluation:case", args=[uuid.UUID(int=0)])


def case_url(pk: Any) -> str:
    """The address of a case, resolved once: reversing it per row costs more than the row."""
    return _case_pattern().replace(str(uuid.UUID(int=0)), str(pk))


def _row(application: Any, score_hidden: bool) -> dict[str, Any]:
    """The row's cells as ready text: the template only prints."""
    score = None if score_hidden else application.review.score
    return {
        "dnr": application.case.register_number,
        "url": case_url(application.pk),
        "title": application.title,
        "applicant": application.applicant.name,
        "county": application.region.county_name if application.region_id else "",
        "badge": badge(status_of(application)),
        "late": application.is_late,
        "score": "" if score is None else number(score),
        "bar": "" if score is None else width(score, 100),
        "amount": number(application.applied_sek),
        "share": percent(application.share_percent),
        "handler": application.review.handler.name if application.review.handler_id else "",
        "day": iso(application.submitted_at),
    }


# Decisions -----------------------------------------------------------------------------------------------------------

TABS = (
    ("", "Att besluta", Q(state=DecisionState.PROPOSED)),
    ("expediera", "Att expediera", Q(state=DecisionState.MADE)),
    ("alla", "Alla", ~Q(state=DecisionState.PREPARING)),
)
DECISION_COLUMNS = (
    ListColumn("dnr", "Diarienr", card="line"),
    ListColumn("title", "Projekt och sökande", card="title"),
    ListColumn("kind", "Slag", card="line"),
    ListColumn("outcome", "Utfall", "badge", "line"),
    ListColumn("amount", "Belopp, kr", "amount", "amount"),
    ListColumn("rapporteur", "Föredragande", card="meta"),
    ListColumn("state", "Läge", "badge", "status"),
    ListColumn("day", "Datum", "day", "line", missing="Inte beslutat än"),
)


@policy(Audience.AUTHORITY, about="Beslut: att fatta, att expediera och alla")
def decisions(request: HttpRequest) -> HttpResponse:
    asked = request.GET.get("vy", "")
    asked = asked if asked in [key for key, _, _ in TABS] else ""
    authorities = request.user.authority_ids  # type: ignore[union-attr]
    seen = Decision.objects.visible_to(request.user).filter(authority__in=authorities)
    counts = seen.aggregate(**{f"n_{key or 'decide'}": Count("pk", filter=where) for key, _, where in TABS})
    where = next(where for key, _, where in TABS if key == asked)
    rows = seen.filter(where).select_related("case", "application__applicant", "rapporteur")
    rows = rows.order_by("-made_at", "-created_at", "pk") if asked == "alla" else rows.order_by("proposed_at", "pk")
    page = OnePassPaginator(rows, listing.PAGE_SIZE, counts[f"n_{asked or 'decide'}"]).get_page(request.GET.get("sida"))
    tabs = [
        {
            "label": label,
            "url": with_query(request, {"vy": key or None, "sida": None}),
            "current": key == asked,
            "count": counts[f"n_{key or 'decide'}"],
        }
        for key, label, _ in TABS
    ]
    found = [_decision_row(row) for row in page]
    context = {"page": page, "tabs": tabs, "columns": DECISION_COLUMNS, "rows": found, "asked": asked}
    return render(request, "evaluation/desk/decisions.html", context)


def _decision_row(decision: Any) -> ListRow:
    url = reverse("evaluation:decision", args=[decision.pk])
    values = {
        "dnr": (decision.case.register_number, "", ""),
        "title": (decision.application.title, url, decision.application.applicant.name),
        "kind": (decision.get_kind_display(), "", ""),
        "amount": (decision.amount_sek, "", ""),
        "rapporteur": (decision.rapporteur.name, "", ""),
        "day": (decision.made_at, "", ""),
    }
    cells = []
    for column in DECISION_COLUMNS:
        if column.key in ("state", "outcome"):
            cells.append(ListCell(column, decision, of=column.key))
        else:
            value, link, note = values[column.key]
            cells.append(ListCell(column, value, link, note))
    return ListRow(tuple(cells), id=str(decision.pk), name=decision.application.title, amount_sek=decision.amount_sek)
