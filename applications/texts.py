"""The values that a call's own texts are filled with, from an application; and its mails in the call's own words."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

from django.conf import settings
from django.urls import reverse

from applications.content import latest_version
from applications.models import Application
from calls import texts
from calls.models import Call
from grants.core.money import format_sek
from grants.core.time import format_day, format_long_day

MOST_CHOICES = 50
LINKS = {
    "applications/receipt": "applications:receipt",
    "applications/supplement_requested": "applications:supplement",
    "applications/supplement_received": "applications:detail",
    "applications/withdrawn": "applications:detail",
}
"""Where each mail leads."""


class Values(Mapping[str, str]):
    """Values by placeholder, each worked out when a text asks for it: most texts ask for few, and each may cost a query."""

    def __init__(self, makers: dict[str, Callable[[], str]]):
        self.makers = makers

    def __getitem__(self, name: str) -> str:
        return self.makers[name]()

    def __iter__(self) -> Iterator[str]:
        return iter(self.makers)

    def __len__(self) -> int:
        return len(self.makers)

    def beside(self, makers: dict[str, Callable[[], str]]) -> Values:
        """The same with further values, or with others of the same names."""
        return Values({**self.makers, **makers})


def values_of(application: Any) -> Values:
    """The placeholders that an application itself gives values for."""
    days = [application.start_on, application.end_on]
    return Values(
        {
            "sokande": lambda: application.applicant.name,
            "projekt": lambda: str(application),
            "utlysning": lambda: application.call.title,
            "dnr": lambda: application.register_number,
            "myndighet": lambda: application.call.authority.name,
            "sokt_belopp": lambda: format_sek(application.applied_sek),
            "total_kostnad": lambda: format_sek(application.total_cost_sek),
            "projekttid": lambda: "–".join(format_day(day) for day in days) if all(days) else "",
        }
    )


def frozen_values(application: Any) -> Values:
    """The same from what was sent in, whatever the applicant is writing now."""
    data = cache(lambda: latest_version(application).content["data"])
    return values_of(application).beside(
        {
            "projekt": lambda: data()["title"],
            "sokt_belopp": lambda: format_sek(data()["applied_sek"]),
            "total_kostnad": lambda: format_sek(data()["total_cost_sek"]),
            "projekttid": lambda: f"{data()['start_on']}–{data()['end_on']}",
        }
    )


def link(name: str, pk: Any) -> str:
    """A whole address, as mails have it."""
    return f"{settings.BASE_URL}{reverse(name, args=[pk])}"


def own_mail(template: str, context: dict[str, Any]) -> tuple[str, str] | None:
    """A mail about an application in its call's own words; None when it has none, or the mail is about something else."""
    application = context.get("about")
    if template not in LINKS or not isinstance(application, Application):
        return None
    asked = context.get("asked")
    values = values_of(application).beside({"lank": lambda: link(LINKS[template], application.pk)})
    if asked is not None:
        values = values.beside({"sista_dag": lambda: format_long_day(asked.due_on)})
    return texts.own_mail(application.call, template, values)


def choices(call: Call, user: Any) -> list[tuple[str, str]]:
    """The applications of the call that a person at the authority may see, the newest first."""
    rows = Application.objects.received_by(user).filter(call=call).select_related("case", "applicant")
    return [
        (str(row.pk), f"{row.register_number} {row}, {row.applicant}")
        for row in rows.defer("answers", "summary").order_by("-submitted_at", "pk")[:MOST_CHOICES]
    ]


def preview_values(call: Call, user: Any, key: str) -> dict[str, str] | None:
    """The values of one of them, from its frozen content; what is not decided yet stays invented."""
    try:
        wanted = uuid.UUID(key)
    except ValueError:
        return None
    rows = Application.objects.received_by(user).filter(call=call, pk=wanted)
    row = rows.select_related("call__authority", "applicant", "case").first()
    return dict(frozen_values(row)) if row else None
