"""Setting up a call: making a draft, and saving one part of it at a time. Every action is one transaction."""

from __future__ import annotations

import copy
import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from calls import blockers, notices, parts, rules, standards
from calls.actions.changes import refuse_change
from calls.actions.life import record_extension
from calls.enums import ConsultedBody, State
from calls.faults import faults_of
from calls.lists import LISTS, in_words
from calls.models import Call
from calls.parts import FIELDS, LINKS, NAMES, TEXTS, Part
from calls.questions import standard_form
from calls.values import field_words
from grants.core import events
from grants.core.events import canonical, sha256
from grants.core.exceptions import Blocked, Reason, Stale
from grants.core.locks import lock
from grants.core.people import SYSTEM
from grants.core.text import clean_name, clean_text, listed
from grants.core.time import now

CODE_TAKEN = Reason("Beteckningen används redan av en annan utlysning. Välj en annan.", "code")


def is_taken(code: str) -> bool:
    """Whether a call has that code, also in other letters: two codes that differ by capitals are one to those who read them."""
    return Call.objects.filter(code__iexact=code).exists()


@transaction.atomic
def create_call(data: dict[str, Any], *, by: Any, at: dt.datetime | None = None) -> Call:
    """A new draft. ``data``: ``code`` and any values and lists of ``calls.parts``, by name; the lists as ``calls.lists`` reads them.

    Without ``authority``: the one that ``by`` manages calls for. Raises PermissionDenied, or Blocked with every value that
    cannot be kept.
    """
    authority = data.get("authority")
    if authority is None:
        managed = rules.managed_authorities(by) if by is not SYSTEM else []
        if not managed:
            raise PermissionDenied("Bara den som är utlysningsansvarig kan skapa en utlysning.")
        authority = managed[0]
    at = at or now()
    call = Call(code=data["code"], authority=authority, created_at=at)
    if by is not SYSTEM and not rules.may_manage(call, by):
        raise PermissionDenied("Bara den som är utlysningsansvarig kan skapa en utlysning.")
    data = {**data, "authority": authority}
    _assign(call, data, FIELDS)
    lists = {name: data[name] for name in LISTS if name in data}
    faults = faults_of(call, lists)
    if is_taken(call.code):
        faults.append(CODE_TAKEN)
    if faults:
        raise Blocked(faults)
    try:
        with transaction.atomic():
            call.save(force_insert=True)
    except IntegrityError:
        if is_taken(call.code):  # somebody took it in between
            raise Blocked([CODE_TAKEN]) from None
        raise
    _write(call, data, (*LINKS, *LISTS))
    standard_form(call)
    events.record(call, "created", by=by, at=at, label="Utlysningen skapades", facts={"code": call.code})
    return call


def start_call(data: dict[str, Any], *, by: Any, at: dt.datetime | None = None) -> Call:
    """A new draft with what every call starts with (calls.standards): formal check, consultation, cost types."""
    return create_call({**standards.starting_lists(), **data}, by=by, at=at)


@transaction.atomic
def save_part(
    call: Call, part: Part, data: dict[str, Any], *, by: Any, version: str, at: dt.datetime | None = None
) -> Call:
    """Save one part of the set-up, with an event that lists what changed. What ``data`` lacks is left as it is.

    ``version``: what ``version_of`` said when the page was opened. A published call changes only in what ``parts.open_keys``
    says, and must stay publishable; applications that are in are never touched. Raises PermissionDenied, Stale or Blocked.
    """
    row = lock(call)
    at = at or now()
    if not rules.may_manage(row, by):
        raise PermissionDenied("Bara den som är utlysningsansvarig kan ändra utlysningen.")
    before = snapshot(row, part)
    if version != version_from(row, before):
        raise Stale
    opened = parts.open_keys(part, row.state)
    if set(data) - opened:
        raise Blocked([Reason("Utlysningen är publicerad. Det här står fast nu.")])
    if row.state != State.DRAFT:
        refuse_change(row, data, at)
    _fill_closing(data)
    _assign(row, data, part.fields)
    if "authority" in data and not rules.may_manage(row, by):
        raise Blocked([Reason("Välj en myndighet där du är utlysningsansvarig.", "authority")])
    faults = faults_of(row, {**_judged_with(row, part), **{name: data[name] for name in part.lists if name in data}})
    if faults:
        raise Blocked(faults)
    row.save()
    _write(row, data, (*part.links, *part.lists))
    row = Call.objects.select_related("authority", "programme").get(pk=row.pk)
    if row.state != State.DRAFT:
        left = [r for r in blockers.before_publish(row) if parts.part_of(getattr(r, "where", "")) == part]
        if left:
            raise Blocked(left)
    after = snapshot(row, part)
    changed = [key for key in part.keys if after[key] != before[key]]
    told = []
    if row.state != State.DRAFT and "closes_at" in changed:
        changed.remove("closes_at")
        told.append(record_extension(row, before["closes_at"], after["closes_at"], by=by, at=at))
    if changed:
        told.append(_record_change(row, part, changed, before, after, by=by, at=at))
    if told and row.state in (State.PUBLISHED, State.OPEN):
        notices.notify_drafts(row, " ".join(told))
    return row


def faults_beside(call: Call, part: Part, data: dict[str, Any], unreadable: set[str]) -> list[str]:
    """What does not fit together among the fields that can be read, told with the faults of single fields, not one press later.

    ``data``: what could be read, ``unreadable``: the names of the fields that could not, which nothing is judged by. Writes nothing.
    """
    row = copy.copy(call)
    _fill_closing(data)
    _assign(row, data, part.fields)
    for name in unreadable & set(part.fields):
        setattr(row, name, None)
    lists = {name: data[name] for name in part.lists if name in data}
    return [
        reason
        for reason in faults_of(row, {**_judged_with(call, part), **lists} if lists else {})
        if getattr(reason, "where", "") not in unreadable
    ]


def version_of(call: Call, part: Part) -> str:
    """What a page carries to tell whether somebody saved the same part, or published, in between."""
    return version_from(call, snapshot(call, part))


def snapshot(call: Call, part: Part) -> dict[str, Any]:
    """Every value of the part, lists as rows."""
    held: dict[str, Any] = {name: getattr(call, name) for name in part.fields}
    held |= {name: list(getattr(call, name).all()) for name in part.links}
    return held | {name: LISTS[name].read(call) for name in part.lists}


def version_from(call: Call, held: dict[str, Any]) -> str:
    """The same, for a snapshot that is at hand."""
    plain = {
        key: [str(getattr(each, "pk", each)) for each in value] if key in LINKS else value
        for key, value in held.items()
    }
    return sha256(canonical([call.state == State.DRAFT, plain]))[:16]


def _judged_with(call: Call, part: Part) -> dict[str, Any]:
    """The saved lists of the part: a value that is changed alone is judged beside them."""
    return {name: LISTS[name].read(call) for name in part.lists}


def _fill_closing(data: dict[str, Any]) -> None:
    """A call with cut-offs closes at the last of them, so nobody has to write it twice."""
    if data.get("cutoffs") and "closes_at" in data and data["closes_at"] is None:
        data["closes_at"] = max(row["closes_at"] for row in data["cutoffs"])


def _assign(call: Call, data: dict[str, Any], names: tuple[str, ...]) -> None:
    for name in names:
        if name not in data:
            continue
        value = data[name]
        if name in NAMES:
            value = clean_name(value)
        elif name in TEXTS:
            value = clean_text(value).strip()
        setattr(call, name, value)


def _write(call: Call, data: dict[str, Any], names: tuple[str, ...]) -> None:
    for name in names:
        if name in data and name in LISTS:
            LISTS[name].write(call, data[name])
        elif name in data:
            getattr(call, name).set(data[name])
    # The region is always consulted while the ordinance applies (3 § förordning 2003:596), whatever was posted.
    if call.follows_ordinance:
        call.consultations.get_or_create(body=ConsultedBody.REGION)


def _record_change(
    call: Call,
    part: Part,
    changed: list[str],
    before: dict[str, Any],
    after: dict[str, Any],
    *,
    by: Any,
    at: dt.datetime,
) -> str:
    """For a draft the event names what changed; for a published call it holds both texts too. What drafts are told."""
    labels = listed(dict.fromkeys(label_of(key) for key in changed))
    facts: dict[str, Any] = {"part": part.key, "changed": changed}
    if call.state != State.DRAFT:
        facts["before"] = {key: _words(key, before[key]) for key in changed}
        facts["after"] = {key: _words(key, after[key]) for key in changed}
    label = "Utlysningen ändrades" if call.state == State.DRAFT else "Den publicerade utlysningen ändrades"
    events.record(call, "saved", by=by, at=at, label=label, reason=f"{part.label}: {labels}.", facts=facts)
    moved = f" Sista tid är {field_words('closes_at', call.closes_at)}." if "cutoffs" in changed else ""
    return f"Ändrat: {labels}.{moved}"


def label_of(key: str) -> str:
    """A value or list as people call it, without the unit that ends a name: "högsta förskott", not "högsta förskott, kr"."""
    if key in LISTS:
        return LISTS[key].label.lower()
    field: Any = Call._meta.get_field(key)
    return str(field.verbose_name).partition(", ")[0]


def _words(key: str, value: Any) -> str:
    return in_words(key, value) if key in LISTS else field_words(key, value)
