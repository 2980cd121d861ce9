"""A call and its questions read whole, once in a transaction: applications read them again and again and never change them."""

from __future__ import annotations

from typing import Any

from calls.models import Call, FormVersion
from grants.core import held

RULES = ("year_budgets", "areas", "cost_types", "form_versions")
"""What applications read of their call."""


def call_with_rules(call_id: Any) -> Call:
    """The call with its authority and rules: one and the same object in a transaction, since it is only read."""
    calls = Call.objects.select_related("authority").prefetch_related(*RULES)
    return held.read_once(Call, call_id, lambda: calls.get(pk=call_id))  # type: ignore[no-any-return]


def form_with_questions(form_id: Any) -> FormVersion:
    """A version of the call's questions, one and the same object in a transaction: it is frozen once anybody answers it."""
    forms = FormVersion.objects.prefetch_related("sections__questions")
    return held.read_once(FormVersion, form_id, lambda: forms.get(pk=form_id))  # type: ignore[no-any-return]


def attach(row: Any) -> None:
    """Give an application the call that the transaction has read whole already, if it has, and its questions."""
    call = held.recall_whole(Call, row.call_id)
    if call is not None:
        row.call = call
    if row.form_id:
        row.form = form_with_questions(row.form_id)
