"""The work list: what waits for this person, by role, oldest first. One declaration per queue (ARCHITECTURE, grants.portal).

Drafts of calls have waited for nobody: they stand in the order in which they are to open, as their queue says.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Window
from django.urls import reverse

from applications.enums import State as ApplicationState
from applications.models import SupplementExtension, SupplementRequest
from calls.enums import State as CallState
from calls.models import Call
from evaluation.enums import DecisionState, ReviewState
from evaluation.models import Assessment, Decision, Review
from grants.accounts.enums import Role
from grants.core.time import format_day, stockholm, today
from grants.documents.models import CaseMessage
from grants.projects.enums import PaymentState, ReportState
from grants.projects.models import PaymentApplication, Report
from grants.projects.reporting import first_late, late_projects

SHOWN = 8


@dataclass(frozen=True)
class Item:
    """One thing that waits: where it is, what it is, for whom, and a day with the word for what happened on it ("inkom")."""

    url: str
    title: str
    who: str
    number: str
    when: str
    day: dt.date | None
    is_overdue: bool = False


@dataclass(frozen=True)
class Queue:
    """Things of one kind that wait for a role: ``rows(user)`` in order, ``item(row)`` as shown."""

    key: str
    label: str
    hint: str
    roles: tuple[str, ...]
    rows: Callable[[Any], QuerySet]
    item: Callable[[Any], Item]


@dataclass(frozen=True)
class Waiting:
    """A queue with what is in it now."""

    queue: Queue
    count: int
    items: list[Item]

    @property
    def more(self) -> int:
        return self.count - len(self.items)


def _areas(user: Any) -> list[Any]:
    return [held.contact_area_id for held in user.roles_now if held.role == Role.HANDLER]


def _unassigned(user: Any) -> QuerySet:
    """Reviews without a handler in the person's contact areas; every area for a person without one (the shared queue)."""
    rows = Review.objects.visible_to(user).filter(state=ReviewState.UNASSIGNED, handler__isnull=True)
    areas = _areas(user)
    if None not in areas:
        rows = rows.filter(Q(application__contact_area__in=areas) | Q(application__contact_area__isnull=True))
    return rows.select_related("application__applicant", "application__case").order_by("application__submitted_at")


def _own_reviews(user: Any, *states: str) -> QuerySet:
    rows = Review.objects.visible_to(user).filter(handler=user, state__in=states)
    return rows.select_related("application__applicant", "application__case").order_by("application__submitted_at")


def _new(user: Any) -> QuerySet:
    """Cases that the routing gave to the person and that nobody has begun."""
    return _own_reviews(user, ReviewState.FORMAL_CHECK).filter(application__state=ApplicationState.SUBMITTED)


def _formal(user: Any) -> QuerySet:
    return _own_reviews(user, ReviewState.FORMAL_CHECK).filter(application__state=ApplicationState.IN_REVIEW)


def _to_propose(user: Any) -> QuerySet:
    return _own_reviews(user, ReviewState.ASSESSING).filter(score__isnull=False)


def _overdue(user: Any) -> QuerySet:
    rows = SupplementRequest.objects.filter(
        answered_at__isnull=True,
        due_on__lt=today(),
        application__in=_in_sight(user),
        application__review__handler=user,
        application__state=ApplicationState.SUPPLEMENT_REQUESTED,
    )
    return rows.select_related("application__applicant", "application__case").order_by("due_on")


def _time_asked(user: Any) -> QuerySet:
    """Requests for more time in the person's cases that wait for a yes or a no."""
    rows = SupplementExtension.objects.filter(
        answered_at__isnull=True,
        request__application__in=_in_sight(user),
        request__application__review__handler=user,
        request__application__state=ApplicationState.SUPPLEMENT_REQUESTED,
    )
    return rows.select_related("request__application__applicant", "request__application__case").order_by("asked_at")


def _messages(user: Any) -> QuerySet:
    """Messages that came in to the person's cases, or to cases without a handler, and that the person has not opened."""
    cases = Review.objects.visible_to(user).filter(Q(handler=user) | Q(handler__isnull=True))
    rows = CaseMessage.objects.unread_by(user).filter(document__case__application__review__in=cases)
    return rows.select_related("document__case__application__applicant", "document__case").order_by("pk")


def _in_sight(user: Any) -> QuerySet:
    from applications.models import Application

    return Application.objects.received_by(user)


def _assessments(user: Any) -> QuerySet:
    rows = Assessment.objects.filter(
        assessor=user, completed_at__isnull=True, review__in=Review.objects.visible_to(user)
    )
    rows = rows.filter(review__state=ReviewState.ASSESSING)
    return rows.select_related("review__application__applicant", "review__application__case").order_by("asked_at")


def _decisions(user: Any, state: str) -> QuerySet:
    rows = Decision.objects.visible_to(user).filter(state=state, authority__in=user.authority_ids)
    return rows.select_related("application__applicant", "case")


def _to_decide(user: Any) -> QuerySet:
    """Proposals that this person may decide: not their own, and not in a case that they assessed (INV-7)."""
    assessed = Assessment.objects.filter(review__application=OuterRef("application"), assessor=user)
    rows = _decisions(user, DecisionState.PROPOSED).filter(~Exists(assessed))
    return rows.exclude(rapporteur=user).order_by("proposed_at")


def _to_dispatch(user: Any) -> QuerySet:
    return _decisions(user, DecisionState.MADE).order_by("made_at")


def _of_project(model: Any, user: Any, state: str) -> QuerySet:
    rows = model.objects.received_by(user).filter(state=state)
    return rows.select_related("project__owner", "project__application__case").order_by("submitted_at")


def _own_of_project(model: Any, user: Any, state: str) -> QuerySet:
    return _of_project(model, user, state).filter(Q(project__handler=user) | Q(project__handler__isnull=True))


def _closed_calls(user: Any) -> QuerySet:
    closed = Call.objects.filter(authority__in=user.authority_ids, state=CallState.CLOSED)
    return closed.select_related("authority").order_by("closes_at", "title")


def _draft_calls(user: Any) -> QuerySet:
    drafts = Call.objects.filter(authority__in=user.authority_ids, state=CallState.DRAFT)
    return drafts.select_related("authority").order_by(F("opens_at").asc(nulls_last=True), "title")


def _day(instant: dt.datetime | None) -> dt.date | None:
    return stockholm(instant).date() if instant else None


def _review_item(review: Review) -> Item:
    application = review.application
    return Item(
        reverse("evaluation:case", args=[application.pk]),
        application.title,
        application.applicant.name,
        application.register_number,
        "inkom",
        _day(application.submitted_at),
    )


def _supplement_item(asked: SupplementRequest) -> Item:
    application = asked.application
    url = reverse("evaluation:case", args=[application.pk])
    number = application.register_number
    return Item(url, application.title, application.applicant.name, number, "skulle ha svarat", asked.due_on, True)


def _extension_item(extension: SupplementExtension) -> Item:
    application = extension.request.application
    url = reverse("evaluation:extension", args=[application.pk])
    number = application.register_number
    return Item(url, application.title, application.applicant.name, number, "bad om tid", _day(extension.asked_at))


def _message_item(message: CaseMessage) -> Item:
    application = message.document.case.application
    url = reverse("evaluation:case_dialogue", args=[application.pk])
    number = message.document.case.register_number
    return Item(url, application.title, application.applicant.name, number, "inkom", _day(message.document.created_at))


def _assessment_item(assessment: Assessment) -> Item:
    application = assessment.review.application
    url = reverse("evaluation:case", args=[application.pk])
    number = application.register_number
    return Item(url, application.title, application.applicant.name, number, "du utsågs", _day(assessment.asked_at))


def _decision_item(decision: Decision) -> Item:
    return Item(
        reverse("evaluation:decision", args=[decision.pk]),
        f"{decision.get_outcome_display()}: {decision.application.title}",
        decision.application.applicant.name,
        decision.case.register_number,
        "beslutades" if decision.made_at else "föreslogs",
        _day(decision.made_at or decision.proposed_at),
    )


def _project_item(row: Any) -> Item:
    project = row.project
    url = reverse("projects:detail", args=[project.pk])
    number = project.application.register_number
    return Item(url, f"{row}: {project.title}", project.owner.name, number, "inkom", _day(row.submitted_at))


def _late_report_item(project: Any) -> Item:
    late = first_late(project)
    url = reverse("projects:detail", args=[project.pk])
    title = f"{late.label} till {format_day(late.period_end)}: {project.title}" if late else project.title
    number = project.application.register_number
    return Item(url, title, project.owner.name, number, "skulle ha kommit in", late.due_on if late else None, True)


def _closed_call_item(call: Call) -> Item:
    return Item(
        call.get_desk_url(),
        call.title,
        call.authority.name,
        call.code,
        "stängde",
        _day(call.last_moment),
    )


def _draft_call_item(call: Call) -> Item:
    return Item(call.get_desk_url(), call.title, call.authority.name, call.code, "ska öppna", _day(call.opens_at))


QUEUES = (
    Queue("sena", "Komplettering är sen", "Svarsdagen har passerat", (Role.HANDLER,), _overdue, _supplement_item),
    Queue("svarstid", "Begäran om mer tid", "Sökande som vill komplettera senare", (Role.HANDLER,), _time_asked, _extension_item),
    Queue("beslut", "Att besluta", "Förslag som väntar på ditt beslut", (Role.DECIDER,), _to_decide, _decision_item),
    Queue("bedoma", "Att bedöma", "Ansökningar som du är utsedd att bedöma", (Role.ASSESSOR,), _assessments, _assessment_item),
    Queue("fordela", "Saknar handläggare", "Ta dem eller fördela dem", (Role.HANDLER,), _unassigned, _review_item),
    Queue("nya", "Nya ärenden", "Inkomna till dig, börja med den formella kontrollen", (Role.HANDLER,), _new, _review_item),
    Queue("formell", "Formell kontroll", "Dina ärenden att kontrollera", (Role.HANDLER,), _formal, _review_item),
    Queue("meddelanden", "Meddelanden att läsa", "Från sökande i dina ärenden", (Role.HANDLER,), _messages, _message_item),
    Queue("foresla", "Att föreslå beslut i", "Bedömningen är klar", (Role.HANDLER,), _to_propose, _review_item),
    Queue(
        "expediera", "Att expediera", "Fattade beslut som ska skickas", (Role.HANDLER, Role.REGISTRAR), _to_dispatch, _decision_item
    ),
    Queue(
        "rapporter", "Rapporter att granska", "Lägesrapporter och slutrapporter", (Role.HANDLER,),
        lambda user: _own_of_project(Report, user, ReportState.SUBMITTED), _project_item,
    ),
    Queue(
        "sena-rapporter", "Rapporter som är sena", "Dagen har passerat och rapporten har inte kommit in", (Role.HANDLER,),
        late_projects, _late_report_item,
    ),
    Queue(
        "rekvisitioner", "Utbetalningar att granska", "Inkomna ansökningar om utbetalning", (Role.HANDLER,),
        lambda user: _own_of_project(PaymentApplication, user, PaymentState.SUBMITTED), _project_item,
    ),
    Queue(
        "betala", "Att betala ut", "Beslutade utbetalningar", (Role.PAYMENT_OFFICER,),
        lambda user: _of_project(PaymentApplication, user, PaymentState.DECIDED), _project_item,
    ),
    Queue(
        "utlysningar", "Stängda utlysningar", "Att ta vidare när ansökningarna har fått beslut", (Role.CALL_MANAGER,),
        _closed_calls, _closed_call_item,
    ),
    Queue(
        "utlysningsutkast", "Utkast till utlysningar", "Den som ska öppna först står först", (Role.CALL_MANAGER,),
        _draft_calls, _draft_call_item,
    ),
)  # fmt: skip


def waiting_for(user: Any) -> list[Waiting]:
    """The queues of the person's roles, each with its count and its first rows: one query a queue, which counts as it reads."""
    found = []
    for queue in QUEUES:
        if user.role_codes & set(queue.roles):
            first: list[Any] = list(queue.rows(user).annotate(in_all=Window(Count("*")))[:SHOWN])
            count = first[0].in_all if first else 0
            found.append(Waiting(queue, count, [queue.item(row) for row in first]))
    return found
