"""Many rows for the tests that count queries: the first is made by the real actions, the others are copies of it, row by row."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models

from applications.models import Application, CostLine, FinancingLine, ObjectiveLink, Party
from evaluation.models import FormalCheckItem, Review
from grants.core.models import StreamHead
from grants.documents.models import Case, CaseParty
from grants.projects.models import PaymentApplication, Project

OF_APPLICATION = (Party, ObjectiveLink, CostLine, FinancingLine)


def copies_of(application: Application, number: int) -> list[Application]:
    """So many more of a received application, each with a case, register number, content and review of its own.

    Their history begins where that of the copied one ended: ``verify_history`` is not for such rows.
    Register numbers go on after the case's own: ask for no further application by the real actions afterwards.
    """
    case, review = application.case, Review.objects.get(application=application)
    cases = [copied(case, pk=uuid.uuid4(), number=case.number + n) for n in range(1, number + 1)]
    for one in cases:
        one.register_number = f"{case.register_number}-{one.number}"
    rows = [copied(application, pk=one.pk, case_id=one.pk, title=f"Ord {one.number}") for one in cases]
    reviews = [copied(review, pk=uuid.uuid4(), application_id=row.pk) for row in rows]
    for model, made in ((Case, cases), (Application, rows), (Review, reviews)):
        models.QuerySet(model).bulk_create(made)
    copy_each(StreamHead, "stream", case.pk, cases)
    copy_each(CaseParty, "case_id", case.pk, cases)
    copy_each(FormalCheckItem, "review_id", review.pk, reviews)
    for model in OF_APPLICATION:
        copy_each(model, "application_id", application.pk, rows)
    return rows


def projects_like(project: Any, payment: Any, number: int) -> None:
    """So many more of a project, each of an application of its own and with a copy of the sent payment application."""
    applications = [copied(project.application, pk=uuid.uuid4(), case_id=None, state="draft") for _ in range(number)]
    rows = [copied(project, pk=uuid.uuid4(), application_id=one.pk) for one in applications]
    payments = [copied(payment, pk=uuid.uuid4(), project_id=row.pk, decision_id=None) for row in rows]
    for model, made in ((Application, applications), (Project, rows), (PaymentApplication, payments)):
        models.QuerySet(model).bulk_create(made)


def copy_each(model: Any, column: str, of: Any, to: list[Any]) -> None:
    """The rows that belong to one, for each of the others."""
    held = list(model.objects.filter(**{column: of}))
    made = [copied(row, **{column: owner.pk}) for owner in to for row in held]
    for row in made if column != model._meta.pk.attname else ():
        row.pk = uuid.uuid4() if isinstance(model._meta.pk, models.UUIDField) else None
    models.QuerySet(model).bulk_create(made)


def copied(row: Any, **other: Any) -> Any:
    """The same columns with some of them otherwise."""
    return type(row)(**{field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields} | other)
