"""The list of received applications and the list of decisions."""

from __future__ import annotations

import functools
import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from calls.applying import cutoff_words, theme_words
from calls.enums import State as CallState
from calls.models import Call, Cutoff, Theme
from evaluation import listing, marked, rules
from evaluation.columns import BY_KEY, SORTS, status_of
from evaluation.enums import DecisionState
from evaluation.models import Decision
from grants.accounts.models import User
from grants.core import workbook
from grants.core.exceptions import Reason
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


@policy(
    Audience.AUTHORITY,
    methods=("GET", "POST"),
    about="Alla inkomna ansökningar, med filter, sortering, sparade vyer och det som går att göra med de markerade",
)
def applications(request: HttpRequest) -> HttpResponse:
    """The list of its address. A post does something with the marked rows and leaves the address as it is."""
    people = marked.people(request.user)
    if request.method == "POST":
        return _with_marked(request, people)
    return _page(request, people)


def _with_marked(request: HttpRequest, people: list[Any]) -> HttpResponse:
    """Assign or take out the marked rows; what could not be done is told at the top, and those rows stay marked."""
    marks = marked.read(request.POST.getlist("val"))
    press, handler = request.POST.get("gor", ""), request.POST.get("handlaggare", "")
    reasons: list[Any] = []
    if press not in ("tilldela", "uttag"):
        reasons.append("Välj vad du vill göra med de markerade ärendena.")
    if not marks:
        reasons.append(marked.NOTHING)
    elif len(marks) > marked.MOST:
        reasons.append(marked.TOO_MANY)
    chosen = next((one for one in people if one["key"] == handler and one["is_able"]), None)
    if press == "tilldela" and chosen is None:
        reasons.append(Reason("Välj den som ska handlägga i listan.", "handlaggare"))
    if reasons:
        return _page(request, people, reasons=reasons, left=set(marks), handler=handler, status=422)
    if press == "uttag":
        if len(marked.cases(marks, request.user)) < len(marks):
            return _page(request, people, reasons=[marked.GONE], left=set(marks), handler=handler, status=422)
        name, content = marked.export(marks, request.user)
        return _sent(name, content)
    result = marked.assign(marks, User.objects.get(pk=handler), by=request.user)
    if result.done:
        many = "ärende" if len(result.done) == 1 else "ärenden"
        messages.success(request, f"{number(len(result.done))} {many} handläggs nu av {chosen['name']}.")  # type: ignore[index]
    if result.refused:
        status = 409 if result.is_stale else 422
        return _page(
            request, people, reasons=result.reasons, left=result.left, handler=handler, status=status, partly=True
        )
    return redirect(request.get_full_path())


def _sent(name: str, content: bytes) -> HttpResponse:
    """A workbook made just now, as a download that nobody keeps."""
    response = HttpResponse(content, content_type=workbook.XLSX)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


def _page(
    request: HttpRequest,
    people: list[Any],
    *,
    reasons: Any = (),
    left: Any = (),
    handler: str = "",
    status: int = 200,
    partly: bool = False,
) -> HttpResponse:
    """The list; after a refusal with its ``reasons``, the rows that are ``left`` marked and the ``handler`` that was chosen."""
    choices = listing.choices_from(request.GET)
    figures = listing.counts(request.user, choices)
    page = OnePassPaginator(
        listing.for_page(listing.rows(request.user, choices)), listing.PAGE_SIZE, figures["chosen"]
    ).get_page(request.GET.get("sida"))
    found = list(page.object_list)
    hidden = listing.hidden_scores(request.user, [row.pk for row in found])
    selects = _selects(request, choices, people)
    rows = [_row(row, row.pk in hidden) for row in found]
    links = {"marked": "#ansokningar", "handlaggare": "#tilldela-till"} | {
        f"rad-{r['pk']}": f"#rad-{r['pk']}" for r in rows
    }
    context = {
        "choices": choices,
        "figures": figures,
        "views": _views(request, choices, figures),
        "selects": selects,
        "chips": _chips(request, choices, selects),
        "heads": [_head(request, key, css, right, choices) for key, css, right in SHOWN],
        "page": page,
        "rows": rows,
        "reasons": reasons,
        "links": links,
        "left": left,
        "partly": partly,
        "handlers": [one for one in people if one["is_able"]] if _may_assign(request.user) else [],
        "handler": handler,
        "keep": [
            (key, value) for key, value in (("vy", choices.view), ("sortera", request.GET.get("sortera"))) if value
        ],
        "ranking_url": reverse("evaluation:ranking", args=[choices.call]) if _is_known(selects, choices.call) else "",
    }
    return render(request, "evaluation/desk/list.html", context, status=status)


def _may_assign(user: Any) -> bool:
    """Whether the person has a role that may assign; each case's own rule is asked when it is done."""
    return any(user.has_role(authority, *rules.ASSIGNING) for authority in user.authority_ids)


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


def _selects(request: HttpRequest, choices: listing.Choices, handlers: list[Any]) -> list[dict[str, Any]]:
    """The filters with their options; one query for each that is data."""
    authorities = request.user.authority_ids  # type: ignore[union-attr]
    counties = Region.objects.order_by("county_name").values_list("county_code", "county_name")
    areas = StrategicArea.objects.filter(ended_on__isnull=True).order_by("order").values_list("code", "label_sv")
    calls = Call.objects.filter(authority__in=authorities).exclude(state=CallState.DRAFT).values_list("code", "title")
    made = [
        ("status", "Status", choices.status, listing.STATUS_CHOICES),
        ("lan", "Län", choices.county, [("", "Alla län"), *counties]),
        ("omrade", "Strategiskt område", choices.area, [("", "Alla områden"), *areas]),
        (
            "handlaggare",
            "Handläggare",
            choices.handler,
            [("", "Alla handläggare"), *((one["key"], one["name"]) for one in handlers)],
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
        "pk": str(application.pk),
        "mark": f"{application.pk}:{application.review.version}",
        "sek": application.applied_sek or 0,
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
