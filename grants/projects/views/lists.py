"""The list of projects for both faces, and the list of payment applications for the authority."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q, Sum
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse

from grants.accounts.enums import Role
from grants.core.policy import Audience, policy
from grants.core.text import clean_name
from grants.core.ui import ListCell, ListColumn, ListRow
from grants.projects import selectors
from grants.projects.enums import ProjectState
from grants.projects.models import Project

ROWS = 50

PROJECTS = (
    ListColumn("title", "Projekt", card="title"),
    ListColumn("state", "Läge", "badge", "status"),
    ListColumn("objective", "RUS-mål", card="line"),
    ListColumn("area", "Strategiskt område", card="line"),
    ListColumn("end_on", "Slutar", "day", "line"),
    ListColumn("granted", "Beviljat, kr", "amount", "amount"),
    ListColumn("paid", "Utbetalt, kr", "amount", "line"),
    ListColumn("left", "Kvar, kr", "amount", "line"),
)
PAYMENTS = (
    ListColumn("title", "Ansökan", card="title"),
    ListColumn("state", "Läge", "badge", "status"),
    ListColumn("owner", "Projektägare", card="line"),
    ListColumn("period", "Period", card="line"),
    ListColumn("submitted", "Inkom", "instant", "line"),
    ListColumn("reported", "Redovisat, kr", "amount", "line"),
    ListColumn("payable", "Att betala ut, kr", "amount", "amount", missing="Inte granskad än"),
)


@policy(Audience.SIGNED_IN, about="Projekt: egna för projektägaren, myndighetens för medarbetare")
def project_list(request: HttpRequest) -> HttpResponse:
    is_desk = bool(request.user.authority_ids)  # type: ignore[union-attr]
    wanted = clean_name(request.GET.get("sok", ""))[:100]
    state = request.GET.get("lage", "")
    projects = Project.objects.visible_to(request.user)
    if wanted:
        projects = projects.filter(
            Q(title__icontains=wanted)
            | Q(owner__name__icontains=wanted)
            | Q(application__case__register_number__icontains=wanted)
        )
    counts = dict(projects.order_by().values_list("state").annotate(number=Count("pk")))
    if state in ProjectState.values:
        projects = projects.filter(state=state)
    else:
        state = ""
    total = projects.aggregate(granted=Sum("granted_sek"), paid=Sum("paid_sek"))
    rows = projects.select_related("owner", "application__case", "main_objective", "main_area")
    page = Paginator(rows.order_by("-created_at", "pk"), ROWS).get_page(request.GET.get("sida"))
    context = {
        "page": page,
        "columns": PROJECTS,
        "rows": [_project_row(project, is_desk) for project in page],
        "sums": _project_sums(total) if page.paginator.count else None,
        "views": _views(
            "projects:list",
            "lage",
            state,
            [("", "Alla", sum(counts.values()))] + [(s.value, s.label, counts.get(s.value, 0)) for s in ProjectState],
            wanted,
        ),
        "wanted": wanted,
        "state": state,
    }
    face = "desk" if is_desk else "applicant"
    return render(request, f"projects/{face}/list.html", context)


def _views(
    url_name: str, key: str, current: str, items: list[tuple[str, str, int]], wanted: str
) -> list[dict[str, Any]]:
    """Saved views as tabs; the address keeps the search."""
    found = []
    for value, label, count in items:
        query = QueryDict(mutable=True)
        if value:
            query[key] = value
        if wanted:
            query["sok"] = wanted
        url = reverse(url_name) + (f"?{query.urlencode()}" if query else "")
        found.append({"label": label, "url": url, "current": value == current, "count": count})
    return found


def _project_row(project: Project, is_desk: bool) -> ListRow:
    number = project.application.register_number
    note = f"{project.owner} · {number}" if is_desk else number
    values = (
        ListCell(PROJECTS[0], project.title, url=project.get_absolute_url(), note=note),
        ListCell(PROJECTS[1], project),
        ListCell(PROJECTS[2], str(project.main_objective)),
        ListCell(PROJECTS[3], project.main_area.short_sv),
        ListCell(PROJECTS[4], project.end_on),
        ListCell(PROJECTS[5], project.granted_sek),
        ListCell(PROJECTS[6], project.paid_sek),
        ListCell(PROJECTS[7], project.left_sek),
    )
    return ListRow(values, id=str(project.pk), name=project.title, amount_sek=project.granted_sek)


def _project_sums(total: dict[str, Any]) -> ListRow:
    granted, paid = total["granted"] or 0, total["paid"] or 0
    known = {"title": "Summa", "granted": granted, "paid": paid, "left": granted - paid}
    return ListRow(tuple(ListCell(column, known.get(column.key)) for column in PROJECTS))


def first_view(user: Any) -> str:
    """The tab that the person's role works in: to check, to decide or to pay."""
    if user.role_codes & {Role.HANDLER}:
        return "granska"
    return (
        "besluta"
        if user.role_codes & {Role.DECIDER}
        else "betala"
        if user.role_codes & {Role.PAYMENT_OFFICER}
        else "granska"
    )


@policy(Audience.AUTHORITY, about="Ansökningar om utbetalning som har kommit in")
def payments(request: HttpRequest) -> HttpResponse:
    seen = selectors.payments_of(request.user)
    view = request.GET.get("vy", "")
    if view not in selectors.VIEWS:
        view = first_view(request.user)
    counts = {
        name: Count(
            "pk", filter=Q(state__in=states) & (~Q(payable_sek=0) | Q(payable_sek=None) if name == "betala" else Q())
        )
        for name, (_, states) in selectors.VIEWS.items()
    }
    counted = seen.aggregate(**counts)
    chosen = selectors.in_view(seen, view)
    page = Paginator(chosen.with_project().order_by("submitted_at", "pk"), ROWS).get_page(request.GET.get("sida"))
    total = selectors.sums(chosen)
    context = {
        "page": page,
        "columns": PAYMENTS,
        "rows": [_payment_row(payment) for payment in page],
        "sums": _payment_sums(total) if page.paginator.count else None,
        "views": [
            {
                "label": label,
                "url": f"{reverse('projects:payments')}?vy={name}",
                "current": name == view,
                "count": counted[name],
            }
            for name, (label, _) in selectors.VIEWS.items()
        ],
        "view_label": selectors.VIEWS[view][0],
    }
    return render(request, "projects/desk/payments.html", context)


def _payment_row(payment: Any) -> ListRow:
    project = payment.project
    values = (
        ListCell(
            PAYMENTS[0],
            str(payment),
            url=payment.get_absolute_url(),
            note=f"{project.title} · {project.application.register_number}",
        ),
        ListCell(PAYMENTS[1], payment),
        ListCell(PAYMENTS[2], str(project.owner)),
        ListCell(PAYMENTS[3], f"{payment.period_start}–{payment.period_end}"),
        ListCell(PAYMENTS[4], payment.submitted_at),
        ListCell(PAYMENTS[5], payment.reported_cost),
        ListCell(PAYMENTS[6], payment.payable_sek),
    )
    return ListRow(values, id=str(payment.pk), name=f"{payment} {project.title}", amount_sek=payment.payable_sek or 0)


def _payment_sums(total: dict[str, Any]) -> ListRow:
    known = {"title": "Summa", "reported": total["reported"], "payable": total["payable_sek"]}
    return ListRow(tuple(ListCell(column, known.get(column.key)) for column in PAYMENTS))
