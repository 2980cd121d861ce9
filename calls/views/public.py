"""The public pages: the list of calls, one call, and their days as calendars. Visitors cost no session and get no cookie."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import CharField, Exists, F, OuterRef, Prefetch, Q, Value, prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils.cache import get_conditional_response
from django.utils.safestring import SafeString

from calls import applying, feeds, words
from calls.enums import State
from calls.kept import page_for_visitors
from calls.models import Call, CallArea, CallQuerySet, Criterion, FormVersion
from calls.published_changes import changes_of
from grants.accounts.enums import OrganisationKind
from grants.core import events, prose
from grants.core.policy import Audience, policy
from grants.core.time import now
from grants.strategy.models import Region, StrategicArea

PER_PAGE = 50


class CallFilter(forms.Form):
    """What the list is narrowed to; the address holds it. A value that is not offered narrows nothing."""

    omrade = forms.ChoiceField(label="Strategiskt område", required=False)
    sokande = forms.ChoiceField(label="Vem som kan söka", required=False)
    lan = forms.ChoiceField(label="Län", required=False)

    mark_optional = False

    def __init__(self, data: Any):
        areas = list(StrategicArea.objects.current())
        counties = list(Region.objects.current())
        self.areas = {area.code: area for area in areas}
        self.counties = {region.county_code: region for region in counties}
        offered = {
            "omrade": [("", "Alla områden"), *((area.code, area.short_sv) for area in areas)],
            "sokande": [("", "Alla"), *OrganisationKind.choices],
            "lan": [("", "Hela landet"), *((region.county_code, region.county_name) for region in counties)],
        }
        self.known = {
            name: value
            for name, choices in offered.items()
            if (value := data.get(name, "")) and value in [str(code) for code, _ in choices]
        }
        super().__init__(self.known)
        for name, choices in offered.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def narrow(self, calls: CallQuerySet) -> CallQuerySet:
        """The calls that fit every choice."""
        if "omrade" in self.known:
            calls = calls.for_area(self.areas[self.known["omrade"]])
        if "sokande" in self.known:
            calls = calls.for_kind(self.known["sokande"])
        if "lan" in self.known:
            calls = calls.for_county(self.counties[self.known["lan"]])
        return calls


@policy(Audience.PUBLIC, about="Utlysningar: öppna nu, kommande och avslutade")
def call_list(request: HttpRequest) -> HttpResponse:
    at = now()
    chosen = CallFilter(request.GET)
    shown = chosen.narrow(Call.objects.visible_to(request.user))
    past = Paginator(shown.past_at(at), PER_PAGE).get_page(request.GET.get("sida"))
    open_calls, coming_calls, past_calls = list(shown.open_at(at)), list(shown.coming_at(at)), list(past)
    prefetch_related_objects([*open_calls, *coming_calls, *past_calls], *LISTED_WITH)
    context = {
        "form": chosen,
        "is_narrowed": bool(chosen.known),
        "open_calls": [card(call, at) for call in open_calls],
        "coming_calls": [card(call, at) for call in coming_calls],
        "past": past,
        "past_calls": [card(call, at) for call in past_calls],
    }
    return render(request, "calls/public/list.html", context)


LISTED_WITH = ("areas__area", "applicant_kinds", "counties")


def card(call: Call, at: dt.datetime) -> dict[str, Any]:
    """What the list says of a call."""
    end = getattr(call, "next_close_at", call.closes_at)
    names = [str(region.county_name) for region in call.counties.all()]
    return {
        "call": call,
        "end": end,
        "last": words.last_moment(end) if end else None,
        "has_more_ends": end != call.closes_at,
        "left": words.days_left(end, at),
        "kinds": words.kinds_words(call),
        "counties": words.counties_words(names) if names else "",
        "areas": [row.area.short_sv for row in call.areas.all()],
        "by_invitation": call.get_kind_display() if call.is_by_invitation else "",
    }


@policy(Audience.PUBLIC, about="En utlysning")
def detail(request: HttpRequest, code: str) -> HttpResponse:
    at = now()
    asked = Exists(FormVersion.objects.filter(call=OuterRef("pk")))
    calls = Call.objects.visible_to(request.user).select_related("authority", "programme").annotate(has_form=asked)
    call = get_object_or_404(calls, code=code)
    user = request.user

    def written() -> SafeString:
        prefetch_related_objects([call], *READ_WITH)
        context = {
            "call": call,
            "is_open": call.is_open(at),
            "standing": applying.standing(call, user, at),
            "has_organisation": bool(user.is_authenticated and user.applicant_organisation_ids),
            "is_own": bool(user.is_authenticated and call.authority_id in user.authority_ids),
            "is_public": call.state not in (State.DRAFT, State.ARCHIVED),
            "has_form": call.has_form,
            **page_of(call, at),
        }
        return render_to_string("calls/public/body.html", context, request)

    body = written() if user.is_authenticated else page_for_visitors(call, at, written)
    return render(request, "calls/public/detail.html", {"call": call, "body": body})


READ_WITH = (
    Prefetch("areas", CallArea.objects.select_related("area")),
    "counties",
    "applicant_kinds",
    "criteria__levels",
    "cost_types__flat_rates__basis",
    "themes",
    "year_budgets",
    "cutoffs",
    "required_attachments",
    "formal_check_points",
    "decision_rules",
    "consultations",
)


def page_of(call: Call, at: dt.datetime) -> dict[str, Any]:
    """All that the page says of a call. What a historic call does not tell is left out, never guessed from defaults."""
    told = bool(call.cost_types.all() or call.year_budgets.all())
    criteria: list[Criterion] = list(call.criteria.all())
    areas = list(call.areas.all())
    concerns = concerned(call)
    counties = [region.county_name for region in call.counties.all()]
    return {
        "deadline": words.deadline(call, at),
        "facts": words.facts(call),
        "cancelled": _cancelled(call),
        "kinds": words.kinds_words(call),
        "joint": words.joint_words(call) if told else "",
        "counties": words.counties_words(counties) if told else "",
        "by_invitation": call.get_kind_display() if call.is_by_invitation else "",
        "invited": _invited(call),
        "cost_types": [words.cost_type_words(row) for row in call.cost_types.all()],
        "not_funded": prose.points(call.not_funded),
        "themes": words.theme_rows(call, list(call.themes.all())),
        "years": [row for row in call.year_budgets.all() if row.theme_id is None],
        "cofinancing": words.cofinancing(call) if told else None,
        "payment_rules": words.payment_rules(call) if told else [],
        "criteria": [
            {"name": row.title, "about": row.guidance, "weight_percent": row.weight_percent} for row in criteria
        ],
        "scales": [row for row in criteria if row.levels.all() or row.minimum_points],
        "most": max((row.weight_percent for row in criteria), default=0),
        "checks": call.formal_check_points.all(),
        "consulted": words.consulted_words(call),
        "attachments": call.required_attachments.all(),
        "area_budgets": [(row.area.short_sv, row.budget_sek) for row in areas if row.budget_sek],
        "area_names": [str(row.area) for row in areas],
        "concerns": [(label, concerns[key]) for key, label in CONCERNS.items() if key in concerns],
        "times": words.timetable(call, at),
        "appeals": words.appeal_words(call) if told else [],
        "answers": words.answers_by_subject(call.public_answers.published()),
        "changes": changes_of(call),
    }


CONCERNS = {
    "challenges": "Samhällsutmaningar",
    "key_questions": "Nyckelfrågor",
    "dialogue_themes": "Teman i dialogen",
    "planning_levels": "Planeringsnivåer",
}
_LABELS = {
    "challenges": "societalchallenge__label_sv",
    "key_questions": "keyquestion__question_sv",
    "dialogue_themes": "dialoguetheme__label_sv",
    "planning_levels": "planninglevel__name_sv",
}


def concerned(call: Call) -> dict[str, list[str]]:
    """What the call names of the national lists, by field, each in its list's order. One query for the four."""
    asked = []
    for field, label in _LABELS.items():
        links = getattr(Call, field).through.objects.filter(call=call)
        rows = links.annotate(
            field=Value(field, output_field=CharField()), place=F(f"{label.split('__')[0]}__order"), label=F(label)
        )
        asked.append(rows.values_list("field", "place", "label").order_by())
    found: dict[str, list[str]] = {}
    for field, _, label in sorted(asked[0].union(*asked[1:], all=True)):
        found.setdefault(field, []).append(label)
    return found


def _invited(call: Call) -> list[str]:
    if not call.is_by_invitation:
        return []
    return list(call.invitations.values_list("organisation__name", flat=True).order_by("organisation__name"))


def _cancelled(call: Call) -> dict[str, Any]:
    """Why the call was cancelled, and whether applications can have come in before: only one that was open has taken any."""
    if call.state != State.CANCELLED:
        return {}
    return (
        events.of(call).filter(to_state=State.CANCELLED).values("reason", was_open=Q(from_state=State.OPEN)).last()
        or {}
    )


# Calendars -----------------------------------------------------------------------------------------------------------


@policy(Audience.PUBLIC, about="Alla utlysningars datum som kalender")
def calendar(request: HttpRequest) -> HttpResponse:
    return _served(request, feeds.calendar(feeds.calls_in_calendar(now()), "Utlysningar"), "utlysningar.ics")


@policy(Audience.PUBLIC, about="En utlysnings datum som kalender")
def call_calendar(request: HttpRequest, code: str) -> HttpResponse:
    call = get_object_or_404(Call.objects.public().prefetch_related("cutoffs"), code=code)
    return _served(request, feeds.calendar([call], call.title), f"{call.code}.ics")


def _served(request: HttpRequest, body: bytes, name: str) -> HttpResponse:
    """The calendar with a tag of its content: a program that asks again gets 304 until something has changed."""
    response = HttpResponse(body, content_type=feeds.CONTENT_TYPE)
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    response.headers["ETag"] = tag
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return get_conditional_response(request, etag=tag, response=response) or response
