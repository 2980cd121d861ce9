"""From the handover to the end of the formal check: routing, handler, formal check, supplements, conflict of interest."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied

from applications import actions as application_actions
from applications.enums import State as ApplicationState
from applications.models import Application
from calls.models import FormalCheckPoint
from calls.standards import FORMAL_CHECK_POINTS
from evaluation import blockers, rules
from evaluation.actions.assessing import store_score
from evaluation.actions.planning import plan_opinions
from evaluation.enums import ReviewState
from evaluation.models import FormalCheckItem, Review
from grants.accounts.enums import Role
from grants.accounts.models import AuthorityRole
from grants.core import events, held, seen
from grants.core.exceptions import Blocked, Reason, Stale
from grants.core.held import whole
from grants.core.known import rows_of
from grants.core.locks import lock
from grants.core.people import SYSTEM
from grants.core.text import clean_text, too_long
from grants.core.time import now
from grants.core.together import hold_rows
from grants.core.workflow import perform
from grants.documents import actions as document_actions

COMMENT_LIMIT = 4_000
CHECKING = (ReviewState.FORMAL_CHECK, ReviewState.ASSESSING)


def refuse(allowed: bool, what: str) -> None:
    """Raise PermissionDenied unless the rule allowed it."""
    if not allowed:
        raise PermissionDenied(f"{what}: du har inte behörighet.")


def same_version(row: Any, version: int | None) -> None:
    """Raise Stale when the page was built from an older row."""
    if version is not None and version != row.version:
        raise Stale


def locked(review: Any) -> Any:
    """The review, locked after its application, with both as they are now."""
    application = lock(Application(pk=review.application_id))
    row = lock(review)
    row.application = application
    return row


# The handover --------------------------------------------------------------------------------------------------------


@whole
def open_review(application: Any, *, by: Any) -> Review:
    """Open the authority's review of a submitted application and route it to the contact area's handler.

    Without a handler for the area the review waits in the shared queue. Called by the handover, inside its transaction.
    """
    review = Review.objects.create(application=application, authority_id=application.call.authority_id)
    # Copied: what is checked in this case stays as it was, also when the call's points change.
    call_id = application.call_id
    own = held.read_once(FormalCheckPoint, call_id, lambda: list(FormalCheckPoint.objects.filter(call=call_id)))
    points: Any = own or FORMAL_CHECK_POINTS
    FormalCheckItem.objects.bulk_create(
        [
            FormalCheckItem(
                review=review,
                code=p.code,
                question=p.question,
                legal_ground=p.legal_ground,
                help_text=p.help_text,
                order=order,
            )
            for order, p in enumerate(points)
        ]
    )
    plan_opinions(review)
    handler = routed_handler(application)
    if handler is None:
        return review
    facts = {"handler": str(handler), "routed": str(application.contact_area)}
    return perform(review, "assign", by=SYSTEM, handler=handler, facts=facts)


def routed_handler(application: Any) -> Any:
    """The first active handler whose role is for the application's contact area; None when there is none."""
    if application.contact_area_id is None:
        return None
    authority_id, area_id = application.call.authority_id, application.contact_area_id
    handlers = AuthorityRole.objects.in_force().filter(
        authority=authority_id, role=Role.HANDLER, contact_area=area_id, user__is_active=True
    )
    first = handlers.select_related("user").order_by("pk")[:1]
    found = held.read_once(AuthorityRole, (authority_id, area_id), lambda: list(first))
    return found[0].user if found else None


# Handler -------------------------------------------------------------------------------------------------------------


@whole
def assign_handler(review: Any, handler: Any, *, by: Any, version: int | None = None) -> Review:
    """Give the review to a handler of the authority, or move it to another one. Raises PermissionDenied, Stale or Blocked."""
    row = locked(review)
    refuse(rules.may_assign(row, by), "Tilldela handläggare")
    if not rules.may_handle(row, handler):
        raise Blocked(Reason("Välj en handläggare hos myndigheten som inte är jävig i ärendet.", "handler"))
    if row.handler_id == handler.pk and row.state != ReviewState.UNASSIGNED:
        return row
    seen.same_version(row, version)
    facts = {"handler": str(handler)}
    if row.state == ReviewState.UNASSIGNED:
        return perform(row, "assign", by=by, handler=handler, facts=facts)
    if row.state == ReviewState.DECIDED:
        raise Blocked("Ärendet är beslutat och byter inte handläggare.")
    row.handler = handler
    row.save(update_fields=["handler"])
    events.record(row, "reassign", by=by, label="Bytte handläggare", facts=facts)
    return row


@whole
def begin_formal_check(review: Any, *, by: Any, version: int | None = None) -> Review:
    """Take up the case: the person becomes handler if nobody is, and the application is under review.

    Taking it up twice changes nothing. Raises PermissionDenied or Stale.
    """
    row = locked(review)
    refuse(rules.may_handle(row, by), "Börja handlägga")
    if row.handler_id == by.pk and row.application.state != ApplicationState.SUBMITTED:
        return row
    seen.same_version(row, version)
    return _take_up(row, by)


def _take_up(row: Any, by: Any) -> Review:
    """The locked review with a handler and its application under review; for what implies that the work has begun."""
    application = row.application
    if row.state == ReviewState.UNASSIGNED:
        row = perform(row, "assign", by=by, handler=by, facts={"handler": str(by)})
    if application.state == ApplicationState.SUBMITTED:
        application = application_actions.begin_review(application, by=by)
    row.application = application
    return row


# Formal check --------------------------------------------------------------------------------------------------------


@whole
def save_formal_check(
    review: Any, answers: dict[str, tuple[bool | None, str]], *, by: Any, version: int | None = None
) -> Review:
    """Save answers and comments by point; points that are not named keep theirs. Raises PermissionDenied, Blocked or Stale."""
    row = locked(review)
    refuse(rules.may_handle(row, by), "Formell kontroll")
    if row.state not in CHECKING:
        raise Blocked("Den formella kontrollen går att ändra fram till att ett förslag är lämnat.")
    same_version(row, version)
    items = rows_of(row, "formal_checks")
    if set(answers) - {item.code for item in items}:
        raise Blocked("En punkt i den formella kontrollen finns inte. Ladda om sidan och svara igen.")
    cleaned = {code: (met, clean_text(comment).strip()) for code, (met, comment) in answers.items()}
    faults: list[str] = [
        r for code, (_, text) in cleaned.items() for r in too_long("Kommentaren", text, COMMENT_LIMIT, code)
    ]
    if faults:
        raise Blocked(faults)
    changed = []
    for item in items:
        met, comment = cleaned.get(item.code, (item.is_met, item.comment))
        if (met, comment) == (item.is_met, item.comment):
            continue
        item.is_met, item.comment, item.checked_by, item.checked_at = met, comment, by, now()
        changed.append(item)
    if not changed:
        return row
    # The rows are there: an upsert says in one plain statement what bulk_update composes of a CASE per row and column.
    FormalCheckItem.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["pk"],
        update_fields=["is_met", "comment", "checked_by", "checked_at"],
    )
    row.checked_by = row.checked_at = row.confirmed_by = row.confirmed_at = (
        None  # nobody has answered for these answers
    )
    row.save(update_fields=["checked_by", "checked_at", "confirmed_by", "confirmed_at"])
    events.record(
        row,
        "formal_check",
        by=by,
        label="Sparade den formella kontrollen",
        facts={item.code: [item.is_met, item.comment] for item in changed},
    )
    return row


@whole
def sign_formal_check(review: Any, *, by: Any) -> Review:
    """Answer for the formal check as it stands and leave it to a second person. Doing so twice changes nothing.

    Raises PermissionDenied, or Blocked while points are unanswered or in a call where one person is enough.
    """
    row = locked(review)
    refuse(rules.may_handle(row, by), "Formell kontroll")
    if row.checked_by_id is not None:
        return row
    said: list[str] = [*_two_persons_check(row), *blockers.formal_check_left(row)]
    if said:
        raise Blocked(said)
    row = _take_up(row, by)
    row.checked_by, row.checked_at = by, now()
    row.save(update_fields=["checked_by", "checked_at"])
    events.record(row, "sign_formal_check", by=by, label="Lämnade den formella kontrollen till en andra person")
    return row


@whole
def confirm_formal_check(review: Any, *, by: Any, version: int | None = None) -> Review:
    """A second person has gone through the points and agrees with every answer (the call asks for two persons).

    Raises PermissionDenied for whoever made the check, Stale when the answers are not those that the person read, or Blocked
    while nobody has answered for the check.
    """
    row = locked(review)
    refuse(rules.may_handle(row, by), "Bekräfta formell kontroll")
    if row.confirmed_by_id == by.pk:
        return row
    refuse(rules.may_confirm_check(row, by), "Bekräfta formell kontroll")
    seen.same_version(row, version)
    said: list[str] = [*_two_persons_check(row)]
    if row.checked_by_id is None:
        said.append(Reason("Den formella kontrollen är inte lämnad för bekräftelse än. Vänta in handläggaren."))
    if row.confirmed_by_id is not None:
        said.append(Reason(f"{row.confirmed_by} har redan bekräftat kontrollen."))
    if said:
        raise Blocked(said)
    row.confirmed_by, row.confirmed_at = by, now()
    row.save(update_fields=["confirmed_by", "confirmed_at"])
    events.record(
        row,
        "confirm_formal_check",
        by=by,
        label="Bekräftade den formella kontrollen",
        facts={"checked_by": str(row.checked_by)},
    )
    return row


def _two_persons_check(row: Any) -> list[Reason]:
    """Why the check is not the business of two persons, now or at all."""
    if not row.application.call.needs_second_check:
        return [Reason("I den här utlysningen räcker det att en person gör den formella kontrollen.")]
    if row.state not in CHECKING:
        return [Reason("Den formella kontrollen går att lämna och bekräfta fram till att ett förslag är lämnat.")]
    return []


@whole
def finish_formal_check(review: Any, *, by: Any) -> Review:
    """Close the formal check so that the assessment can begin. Raises PermissionDenied or Blocked."""
    row = locked(review)
    refuse(rules.may_handle(row, by), "Avsluta formell kontroll")
    if row.state == ReviewState.FORMAL_CHECK:
        row = _take_up(row, by)
    hold_rows(row, {"formal_checks": ()})  # for the blockers too
    unmet = [point.code for point in row.formal_checks.all() if point.is_met is False]
    return perform(row, "finish_formal_check", by=by, facts={"unmet": unmet}, as_held=True)


@whole
def request_supplement(
    review: Any,
    *,
    by: Any,
    question: str,
    sections: list[str],
    due_on: dt.date,
    consequence: str = "",
    reason: str = "",
    version: int | None = None,
) -> Any:
    """Ask the applicant to complete the application (20 § förvaltningslagen). ``version``: the application's.

    Raises PermissionDenied, Stale or Blocked.
    """
    row = locked(review)
    refuse(rules.may_handle(row, by), "Begär komplettering")
    seen.same_version(row.application, version)
    if row.state not in CHECKING:
        raise Blocked("Komplettering går att begära från att ärendet är tilldelat till att ett förslag är lämnat.")
    row = _take_up(row, by)
    return application_actions.request_supplement(
        row.application,
        by=by,
        question=question,
        sections=sections,
        due_on=due_on,
        consequence=consequence,
        reason=reason,
    )


# Conflict of interest ------------------------------------------------------------------------------------------------


@whole
def declare_conflict(review: Any, *, by: Any, reason: str) -> Any:
    """The person steps out of the case (16–18 §§ förvaltningslagen): it is hidden from them, their assessment no longer counts."""
    row = locked(review)
    if not Review.objects.visible_to(by).filter(pk=row.pk).exists():
        raise PermissionDenied("Anmäl jäv: ärendet är inte ditt att se.")
    faults: list[str] = list(too_long("Skälet", reason, COMMENT_LIMIT, "reason"))
    if faults:
        raise Blocked(faults)
    conflict = document_actions.declare_conflict(row.application.case, by=by, reason=reason)
    if row.assessments.filter(assessor=by).exists():
        store_score(row)
    return conflict
