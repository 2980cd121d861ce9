"""The list of received applications: saved views, filters, sorting and sums, all from the address; few queries, whatever the size."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, F, Prefetch, Q, Sum
from django.db.models.functions import Coalesce

from applications.enums import State
from applications.models import Application
from evaluation.columns import SORTS
from evaluation.enums import Outcome, ReviewState
from evaluation.models import Assessment, Decision, Review
from grants.accounts.enums import Role
from grants.core.text import clean_name

PAGE_SIZE = 50
DEFAULT_SORT = "-inkommen"
SEARCH_LIMIT = 200
ALL_BUT_WITHDRAWN = ""
VIEWS = (
    ("", "Alla"),
    ("mina", "Mina"),
    ("vantar", "Väntar på mig"),
    ("komplettering", "Komplettering"),
    ("saknar", "Saknar handläggare"),
)
DECIDED = "decided"
OUTCOMES = tuple(outcome for outcome in Outcome if outcome != Outcome.APPROVED)
"""How an application can end by a decision (columns.status_of shows the same words)."""
STATUS_CHOICES = (
    (ALL_BUT_WITHDRAWN, "Alla utom återtagna"),
    ("alla", "Alla"),
    *((s.value, str(s.label)) for s in (State.SUBMITTED, State.SUPPLEMENT_REQUESTED, State.WITHDRAWN)),
    *((f"b-{s.value}", str(s.label)) for s in ReviewState if s not in (ReviewState.UNASSIGNED, ReviewState.DECIDED)),
    (DECIDED, "Beslutade, alla utfall"),
    *((f"u-{outcome.value}", str(outcome.label)) for outcome in OUTCOMES),
)


@dataclass(frozen=True)
class Choices:
    """What the address asks for, with everything that is not understood left out."""

    view: str = ""
    search: str = ""
    status: str = ALL_BUT_WITHDRAWN
    county: str = ""
    area: str = ""
    handler: str = ""
    call: str = ""
    cutoff: str = ""
    theme: str = ""
    sort: str = DEFAULT_SORT

    @property
    def narrow(self) -> bool:
        """Whether anything is chosen besides the order."""
        return replace(self, sort=DEFAULT_SORT) != Choices()


def choices_from(query: Any) -> Choices:
    """The choices of a query string; unknown values count as not chosen."""

    def known(key: str, values: Any, default: str = "") -> str:
        value = query.get(key, default)
        return value if value in values else default

    sort = query.get("sortera", DEFAULT_SORT)
    return Choices(
        view=known("vy", dict(VIEWS)),
        search=clean_name(query.get("q", ""))[:SEARCH_LIMIT],
        status=known("status", dict(STATUS_CHOICES)),
        county=clean_name(query.get("lan", ""))[:2],
        area=clean_name(query.get("omrade", ""))[:100],
        handler=clean_name(query.get("handlaggare", ""))[:36],
        call=clean_name(query.get("utlysning", ""))[:40],
        cutoff=small_number(query.get("omgang", "")),
        theme=small_number(query.get("tema", "")),
        sort=sort if sort.removeprefix("-") in SORTS else DEFAULT_SORT,
    )


def small_number(text: str) -> str:
    """The text if it is a number that every database holds; else nothing is chosen."""
    return text if text.isascii() and text.isdigit() and len(text) < 10 else ""


def view_filter(view: str, user: Any) -> Q:
    """The rows of a saved view."""
    if view == "mina":
        return Q(review__handler=user)
    if view == "vantar":
        return waits_for(user)
    if view == "komplettering":
        return Q(state=State.SUPPLEMENT_REQUESTED)
    if view == "saknar":
        return Q(review__state=ReviewState.UNASSIGNED)
    return Q()


def waits_for(user: Any) -> Q:
    """What the person is next to do: prepare as handler, assess as assessor, decide as decider."""
    waits = Q(
        review__handler=user,
        review__state__in=(ReviewState.FORMAL_CHECK, ReviewState.ASSESSING),
        state__in=(State.SUBMITTED, State.IN_REVIEW, State.WITHDRAWN),
    )
    if Role.ASSESSOR in user.role_codes:
        own = Assessment.objects.filter(assessor=user, completed_at__isnull=True)
        waits |= Q(review__in=own.values("review"))
    if Role.DECIDER in user.role_codes:
        waits |= Q(review__state=ReviewState.PROPOSED)
    return waits


def chosen_filter(choices: Choices, user: Any) -> Q:
    """The rows that the choices leave."""
    chosen = view_filter(choices.view, user)
    if choices.status == ALL_BUT_WITHDRAWN:
        chosen &= ~Q(state__in=(State.WITHDRAWN,)) if not choices.view else Q()
    elif choices.status.startswith("b-"):
        chosen &= Q(state=State.IN_REVIEW, review__state=choices.status.removeprefix("b-"))
    elif choices.status == DECIDED or choices.status.startswith("u-"):
        ended = Decision.objects.of_applications().in_force()
        outcome = choices.status.removeprefix("u-")
        chosen &= Q(pk__in=(ended if outcome == DECIDED else ended.filter(outcome=outcome)).values("application"))
    elif choices.status != "alla":
        chosen &= Q(state=choices.status)
    if choices.search:
        chosen &= Q(search_words__words=choices.search)
    if choices.county:
        chosen &= Q(region__county_code=choices.county)
    if choices.area:
        chosen &= Q(main_area__code=choices.area)
    if choices.handler:
        chosen &= Q(review__handler__email=choices.handler) if "@" in choices.handler else _by_id(choices.handler)
    if choices.call:
        chosen &= Q(call__code=choices.call)
    if choices.cutoff:
        chosen &= Q(cutoff__number=int(choices.cutoff))
    if choices.theme:
        chosen &= Q(theme=int(choices.theme))
    return chosen


def _by_id(text: str) -> Q:
    """The handler with the id; nothing for a text that is no id."""
    import uuid

    try:
        return Q(review__handler=uuid.UUID(text))
    except ValueError:
        return Q(pk__in=[])


def received(user: Any) -> Any:
    """Everything that has reached the person's authority, without what a conflict hides."""
    return Application.objects.received_by(user)


def counts(user: Any, choices: Choices) -> dict[str, int]:
    """Rows per saved view, and rows and applied amount of the choices.

    Rows and amounts by state come from an index alone, whatever the size; the views of one's own work read few rows, and only
    choices that narrow the list are counted beside.
    """
    groups = received(user).order_by().values_list("state").annotate(n=Count("*"), sek=Sum("applied_sek"))
    by_state = {state: (number, amount_sek) for state, number, amount_sek in groups}
    reviews = Review.objects.received_by(user).filter(Q(handler=user) | Q(state=ReviewState.UNASSIGNED))
    figures = reviews.aggregate(
        view_mina=Count("handler", filter=Q(handler=user)),
        view_saknar=Count("state", filter=Q(state=ReviewState.UNASSIGNED)),
    )
    figures["view_vantar"] = received(user).filter(waits_for(user)).count()
    kept = [held for state, held in by_state.items() if state != State.WITHDRAWN]
    figures |= {
        "view_alla": sum(number for number, _ in kept),
        "view_komplettering": by_state.get(State.SUPPLEMENT_REQUESTED, (0, 0))[0],
    }
    if not choices.narrow:
        return figures | {"chosen": figures["view_alla"], "chosen_sek": sum(amount_sek for _, amount_sek in kept)}
    chosen = received(user).filter(chosen_filter(choices, user))
    return figures | chosen.aggregate(chosen=Count("*"), chosen_sek=Coalesce(Sum("applied_sek"), 0))


def rows(user: Any, choices: Choices) -> Any:
    """The applications of the choices in order."""
    key = choices.sort.removeprefix("-")
    order = F(SORTS[key])
    ordered = order.desc(nulls_last=True) if choices.sort.startswith("-") else order.asc(nulls_last=True)
    if key == "inkommen":  # never missing here: plain order lets the index serve it
        ordered = order.desc() if choices.sort.startswith("-") else order.asc()
    return received(user).filter(chosen_filter(choices, user)).order_by(ordered, "pk")


def for_page(applications: Any) -> Any:
    """The queryset with what the page shows of a row.

    Few joins: PostgreSQL plans ten tables longer than it reads fifty rows. What few rows share is read beside it.
    """
    endings = (
        Decision.objects.of_applications().in_force().order_by().only("application_id", "outcome", "state", "version")
    )
    return (
        applications.select_related("case", "region", "review__handler")
        .defer("summary", "answers", "ended_reason", "search_words")
        .prefetch_related("applicant", Prefetch("decisions", endings, to_attr="endings"))
    )


def for_export(applications: Any) -> Any:
    """The queryset with everything that the columns touch, in the order of register numbers."""
    ordered = for_page(applications).order_by("case__year", "case__number", "pk")
    return ordered.select_related("case", "region", "review__handler", "call", "main_area", "theme__track", "cutoff")


def hidden_scores(user: Any, application_ids: list[Any]) -> set[Any]:
    """Applications whose score the person must not see yet: their own assessment is not complete in a call where that is so."""
    if Role.ASSESSOR not in user.role_codes:
        return set()
    own = Assessment.objects.filter(
        assessor=user,
        completed_at__isnull=True,
        review__application__in=application_ids,
        review__application__call__is_blind=True,
    )
    return set(own.values_list("review__application", flat=True))
