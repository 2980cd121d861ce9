"""A call and its questions read whole, once in a transaction: applications read them again and again and never change them."""

from __future__ import annotations

import copy
import functools
from typing import Any

from calls.models import Call, FormVersion
from calls.rates import rates_of
from calls.reading import scope_of
from grants.core import held
from grants.core.known import Known
from grants.core.together import hold_rows

SET_UP = ("year_budgets", "areas", "cost_types")
"""Rules that the call's set-up writes: no row of them changes without the call being saved too."""
RULES = (*SET_UP, "form_versions")
"""What applications read of their call."""
CALL = Known(lambda pk: Call.objects.select_related("authority").filter(pk=pk))


def call_with_rules(call_id: Any) -> Call:
    """The call with its authority and rules: one and the same object in a transaction, since it is only read."""
    return held.read_once(Call, call_id, lambda: _call_with_rules(call_id))  # type: ignore[no-any-return]


def _call_with_rules(call_id: Any) -> Call:
    call = CALL.get(call_id)
    hold_rows(call, dict.fromkeys(RULES, ()))
    return call


def use_kept_call(call: Call) -> Call:
    """The call with its rules and flat rates as the process keeps them, for a transaction that does not change the call.

    ``call`` was read in the transaction: its version says whether what is kept still holds, since every change of a call's
    set-up saves the call. Each transaction has an object of its own, so that what is read onto it ends with it.
    """
    return held.read_once(Call, call.pk, lambda: _own_copy(_kept_call(call.pk, call.version)))  # type: ignore[no-any-return]


def _own_copy(kept: Call) -> Call:
    """The same rules on an object of one's own: what is read onto it later is not the kept one's."""
    call = copy.copy(kept)
    call.__dict__["_prefetched_objects_cache"] = dict(kept.__dict__["_prefetched_objects_cache"])
    return call


@functools.lru_cache(maxsize=64)
def _kept_call(call_id: Any, version: int) -> Call:
    """Rules that are newer than the version are asked for by no later transaction, which reads the new version."""
    call = CALL.get(call_id)
    hold_rows(call, dict.fromkeys(SET_UP, ()))
    rates_of(call)
    scope_of(call)
    return call


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


def kept_form(form: FormVersion) -> FormVersion:
    """A version with its questions, kept by the process once it is frozen: saving a field must not read them all again."""
    if form.frozen_at is None:
        return form
    return _frozen_form(form.pk, form.call_id, form.frozen_at)


def use_kept_form(form: FormVersion) -> FormVersion:
    """The same, and the one that the running transaction uses wherever it asks for that version."""
    if form.frozen_at is None:
        return form
    kept = kept_form(form)
    return held.read_once(FormVersion, kept.pk, lambda: kept)  # type: ignore[no-any-return]


@functools.lru_cache(maxsize=64)
def _frozen_form(form_id: Any, call_id: Any, frozen_at: Any) -> FormVersion:
    """What is frozen never changes; call and instant are asked for so that no other version can have the same key."""
    return FormVersion.objects.prefetch_related("sections__questions").get(
        pk=form_id, call=call_id, frozen_at=frozen_at
    )
