"""What the pages share: whose face, which steps with which forms, posted tokens and versions."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from grants.core import seen
from grants.core.exceptions import Blocked, Stale
from grants.core.workflow import StatefulModel, StepView, steps_for
from grants.projects.forms import StepForm


@dataclass(frozen=True)
class StepRow:
    """A step as the page shows it: the step, where it posts to, and its form when it asks for something."""

    step: StepView
    url: str
    form: StepForm | None
    version: int = 0
    """The version of the thing that the page shows."""

    @property
    def id(self) -> str:
        return f"steg-{self.step.name}"

    @property
    def is_open(self) -> bool:
        """A refused form stays open with what was typed."""
        return bool(self.form is not None and self.form.is_bound)


def step_rows(
    obj: StatefulModel, user: Any, namespace: str, forms: dict[str, type[StepForm]], refused: StepRow | None = None
) -> list[StepRow]:
    """The steps that the person may take here, each with a fresh form, or the refused one with what was typed."""
    rows = []
    for step in steps_for(obj, user):
        if step.name not in forms:
            continue
        url = reverse(f"projects:{namespace}step", args=[obj.pk, step.name])
        form = forms[step.name](auto_id=f"id_{step.name}_%s")
        form.ask_about(obj)
        row = StepRow(step, url, form if form.fields else None, obj.version)
        if refused is not None and refused.step.name == step.name and row.form is not None:
            row = replace(row, form=refused.form)
        rows.append(row)
    return rows


def posted_step(obj: StatefulModel, name: str, request: HttpRequest, forms: dict[str, type[StepForm]]) -> StepRow:
    """The posted form of a step, bound."""
    declared = type(obj).steps()[name]
    view = StepView(name, declared.label, declared.tone, declared.confirm, declared.needs_reason, ())
    return StepRow(view, request.path, forms[name](request.POST, auto_id=f"id_{name}_%s"))


def status_of(stop: Blocked) -> int:
    """409 when somebody else saved in between, else 422."""
    return 409 if isinstance(stop, Stale) else 422


def token_of(request: HttpRequest) -> uuid.UUID | None:
    """The form's token, or None when it is missing or broken."""
    try:
        return uuid.UUID(request.POST.get("token", ""))
    except ValueError:
        return None


def is_sent_already(request: HttpRequest, part: Any) -> bool:
    """The same person has just sent this in by the same button: they get the same page, no error (INV-14)."""
    sent = type(part).objects.filter(pk=part.pk, state="submitted", submitted_by=request.user)
    return request.POST.get("do") == "submit" and sent.exists()


def is_second_press(obj: StatefulModel, name: str, by: Any, given: dict[str, Any]) -> bool:
    """A second press of a step whose event holds all that the form asked: what else was typed may differ, so it is told."""
    return set(given) <= {"reason", "confirmed"} and seen.is_second_press(
        obj, name, by=by, reason=given.get("reason", "")
    )
