"""Writing the sections of an application: drafts, and the sections that an open request for supplement has opened.

Incomplete is fine, faulty is not: missing answers are saved as they are, malformed ones are refused with a sentence.
"""

from __future__ import annotations

import re
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.db import transaction

from applications import rules
from applications.answers import form_of, put
from applications.blockers import form_reasons
from applications.budget import budget_years, sums, with_flat_rates
from applications.enums import FinancingForm, FinancingKind, PartyKind, Section, State
from applications.models import (
    Application,
    ApplicationAttachment,
    CostLine,
    FinancingLine,
    FurtherArea,
    ObjectiveLink,
    Party,
)
from applications.objectives import choosable_ids
from calls.enums import QuestionKind
from calls.models import CostType, RequiredAttachment
from calls.questions import questions_of
from calls.rates import rates_of
from calls.reading import scope_of
from calls.whole import attach
from grants.core.exceptions import Blocked, Reason, Stale
from grants.core.held import whole
from grants.core.money import MAX_SEK, format_sek
from grants.core.text import clean_name, clean_text, too_long
from grants.core.time import now
from grants.core.workflow import lock
from grants.documents import attachments
from grants.documents.models import Attachment

MAX_SUMMARY = 2_000
MAX_CONTRIBUTION = 600
MAX_PARTIES = 60
MAX_FINANCIERS = 100
MAX_FILES = 30
ORG_NUMBER = re.compile(r"\d{6}-\d{4}", re.ASCII)


def editable_sections(application: Application) -> list[Section]:
    """The sections that can be changed now: all of a draft, those asked for in an open request for supplement."""
    if application.state == State.DRAFT:
        return list(Section)
    if application.state != State.SUPPLEMENT_REQUESTED:
        return []
    asked = application.supplement_requests.filter(answered_at__isnull=True).first()
    return [section for section in Section if asked and section in asked.sections]


def opened(application: Application, section: Section, *, by: Any, version: int | None) -> Application:
    """The row locked for writing the section. ``version`` None: the change cannot overwrite anybody's text."""
    row = lock(application)
    if not rules.may_edit(row, by):
        raise PermissionDenied("Du får läsa ansökan men inte ändra den.")
    if section not in editable_sections(row):
        raise Blocked(f"Delen ”{section.label}” går inte att ändra när ansökan är {row.get_state_display().lower()}.")
    if version is not None and version != row.version:
        raise Stale
    attach(row)
    return row


def kept_when_sent(row: Application, held: Any, text: str, where: str) -> list[Reason]:
    """What has come in keeps its amount, objective and area: the database promises it of every sent application."""
    return [] if held or row.state == State.DRAFT else [Reason(text, where)]


def stop_if(reasons: list[Any]) -> None:
    """Raise Blocked when there is any reason."""
    if reasons:
        raise Blocked(reasons)


@whole
def save_parties(application: Application, data: dict[str, Any], *, by: Any, version: int | None) -> Application:
    """Contact and parties. ``data``: is_joint, contact_name, contact_email, contact_phone, parties [dict, …]."""
    row = opened(application, Section.PARTIES, by=by, version=version)
    row.is_joint = bool(data.get("is_joint"))
    row.contact_name = clean_name(data.get("contact_name") or "")
    row.contact_email = clean_name(data.get("contact_email") or "")
    row.contact_phone = clean_name(data.get("contact_phone") or "")
    reasons: list[Any] = [
        *too_long("Kontaktpersonens namn", row.contact_name, 150, "contact_name"),
        *too_long("Telefonnumret", row.contact_phone, 40, "contact_phone"),
    ]
    if row.contact_email:
        try:
            validate_email(row.contact_email)
        except ValidationError:
            reasons.append(Reason("Skriv kontaktpersonens e-postadress som namn@organisation.se.", "contact_email"))
    parties = [
        Party(
            application=row,
            order=order,
            kind=given.get("kind"),
            organisation=given.get("organisation"),
            name=clean_name(given.get("name") or "") or str(given.get("organisation") or ""),
            org_number=clean_name(given.get("org_number") or ""),
            collaboration_level=given.get("collaboration_level"),
            contribution=clean_text(given.get("contribution") or "").strip(),
        )
        for order, given in enumerate(data.get("parties") or [])
    ]
    if len(parties) > MAX_PARTIES:
        reasons.append(f"Lägg till högst {MAX_PARTIES} parter.")
    for party in parties:
        reasons += party_reasons(row, party)
    stop_if(reasons)
    row.parties.all().delete()
    Party.objects.bulk_create(parties)
    return saved(row)


def party_reasons(application: Application, party: Party) -> list[Any]:
    """What is malformed in one party."""
    where = f"parter-{party.order}-"
    name = party.name or f"part {party.order + 1}"
    reasons: list[Any] = [
        *too_long(f"Namnet på part {party.order + 1}", party.name, 200, f"{where}name"),
        *too_long(f"Texten om {name[:60]}", party.contribution, MAX_CONTRIBUTION, f"{where}contribution"),
    ]
    if not party.name:
        reasons.append(Reason(f"Skriv namnet på {name}.", f"{where}name"))
    if party.kind not in PartyKind.values or party.kind == PartyKind.BENEFICIARY:
        reasons.append(Reason(f"Välj vilken roll {name[:60]} har.", f"{where}kind"))
    if party.org_number and not ORG_NUMBER.fullmatch(party.org_number):
        reasons.append(Reason(f"Skriv organisationsnumret för {name[:60]} som 212000-0000.", f"{where}org_number"))
    if party.organisation_id and party.organisation_id == application.applicant_id:
        reasons.append(Reason(f"{name[:60]} är sökande och ska inte läggas till som part.", f"{where}name"))
    return reasons


@whole
def save_project(application: Application, data: dict[str, Any], *, by: Any, version: int | None) -> Application:
    """Title, summary, period, and with ``answers`` the answers to every question; without it they stay as they are.

    Answers to questions that the call does not ask are not kept.
    """
    from applications.answering import move_on  # it saves through this module

    row = opened(application, Section.PROJECT, by=by, version=version)
    row.title = clean_name(data.get("title") or "")
    row.summary = clean_text(data.get("summary") or "").strip()
    row.start_on, row.end_on = data.get("start_on"), data.get("end_on")
    reasons: list[Any] = [
        *too_long("Projektets namn", row.title, 150, "title"),
        *too_long("Sammanfattningen", row.summary, MAX_SUMMARY, "summary"),
    ]
    if "answers" in data:
        reasons += put(row, questions_of(form_of(row)), data["answers"] or {})
    stop_if(reasons)
    move_on(row, by)
    return saved(row)


@whole
def save_objectives(application: Application, data: dict[str, Any], *, by: Any, version: int | None) -> Application:
    """RUS objectives with how the project contributes, the main one, strategic areas, and the theme (its key) if ``data`` has it."""
    row = opened(application, Section.OBJECTIVES, by=by, version=version)
    links = [
        ObjectiveLink(
            application=row,
            objective=given["objective"],
            contribution=clean_text(given.get("contribution") or "").strip(),
        )
        for given in data.get("links") or []
    ]
    chosen = [link.objective_id for link in links]
    main, main_area = data.get("main_objective"), data.get("main_area")
    theme_id = data.get("theme", row.theme_id)
    reasons: list[Any] = []
    choosable = scope_of(row.call).themes
    if theme_id is not None and theme_id not in choosable and theme_id != row.theme_id:
        reasons.append(Reason("Välj ett av utlysningens teman.", "theme"))
    if choosable:
        reasons += kept_when_sent(row, theme_id, "Välj det tema som ansökan gäller.", "theme")
    if len(set(chosen)) != len(chosen) or set(chosen) - choosable_ids(row):
        reasons.append(Reason("Välj mål ur listan över de sökande regionernas strategier.", "mal"))
    if main is not None and main.pk not in chosen:
        reasons.append(Reason(f"Kryssa för målet ”{main.label}” om projektet främst bidrar till det.", "mal"))
    reasons += kept_when_sent(row, main, "Välj det RUS-mål som projektet främst bidrar till.", "mal")
    reasons += kept_when_sent(row, main_area, "Välj det strategiska område som projektet främst hör till.", "main_area")
    for link in links:
        reasons += too_long(
            f"Texten om ”{link.objective.label}”", link.contribution, MAX_CONTRIBUTION, f"mal-{link.objective_id}-hur"
        )
    stop_if(reasons)
    further = {area.pk: area for area in data.get("further_areas") or [] if area != main_area}
    row.objective_links.all().delete()
    ObjectiveLink.objects.bulk_create(links)
    row.further_areas.all().delete()
    FurtherArea.objects.bulk_create([FurtherArea(application=row, area=area) for area in further.values()])
    row.main_objective, row.main_area, row.theme_id = main, main_area, theme_id
    return saved(row)


@whole
def save_budget(application: Application, data: dict[str, Any], *, by: Any, version: int | None) -> Application:
    """Cost lines, financing and the amount applied for. Flat-rate lines are computed here, never taken from ``data``."""
    row = opened(application, Section.BUDGET, by=by, version=version)
    cost_types = list(row.call.cost_types.all())
    own = {cost_type.pk for cost_type in cost_types}
    years = set(budget_years(row))
    if any(line["year"] not in years for line in data.get("costs") or []):
        years |= set(row.cost_lines.values_list("year", flat=True))
    typed: dict[tuple[int, int], int] = {}
    reasons: list[Any] = []
    for line in data.get("costs") or []:
        key = (line["cost_type"].pk, line["year"])
        if key[0] not in own or key[1] not in years or key in typed:
            stop_if([Reason("Skriv kostnader bara för utlysningens kostnadsslag och projektets år.", "kostnader")])
        typed[key] = line["amount_sek"] or 0
    lines = [
        FinancingLine(
            application=row,
            order=order,
            kind=given.get("kind"),
            financier=clean_name(given.get("financier") or ""),
            form=given.get("form") or FinancingForm.CASH,
            amount_sek=given.get("amount_sek") or 0,
        )
        for order, given in enumerate(data.get("financing") or [])
    ]
    applied_sek = data.get("applied_sek") or 0
    amounts = [*typed.values(), applied_sek, *(line.amount_sek for line in lines)]
    if any(not 0 <= amount <= MAX_SEK for amount in amounts):
        reasons.append(Reason(f"Skriv belopp mellan 0 och {format_sek(MAX_SEK)}.", "kostnader"))
    reasons += kept_when_sent(row, applied_sek, "Skriv hur mycket stöd ni söker.", "applied_sek")
    if len(lines) > MAX_FINANCIERS:
        reasons.append(Reason(f"Lägg till högst {MAX_FINANCIERS} finansiärer.", "finansiering"))
    for line in lines:
        where = f"finansiar-{line.order}-"
        if not line.financier:
            reasons.append(Reason(f"Skriv vem finansiär {line.order + 1} är.", f"{where}financier"))
        if line.kind not in FinancingKind.values:
            reasons.append(Reason(f"Välj slag av finansiering för {line.financier[:60]}.", f"{where}kind"))
        if line.form not in FinancingForm.values:
            reasons.append(Reason(f"Välj i vilken form {line.financier[:60]} bidrar.", f"{where}form"))
        else:
            reasons += form_reasons(row.call, line, f"{where}form")
        reasons += too_long(f"Namnet på finansiär {line.order + 1}", line.financier, 200, f"{where}financier")
    stop_if(reasons)
    write_costs(row, cost_types, typed)
    row.financing_lines.all().delete()
    FinancingLine.objects.bulk_create(lines)
    row.applied_sek, row.financed_sek = applied_sek, sum(line.amount_sek for line in lines)
    return saved(row)


def write_costs(row: Application, cost_types: list[CostType], typed: dict[tuple[int, int], int]) -> None:
    """Store the typed lines and the computed ones, and their sum on the row."""
    amounts = with_flat_rates(cost_types, typed, rates_of(row.call), row.start_on)
    row.cost_lines.all().delete()
    CostLine.objects.bulk_create(
        [
            CostLine(application=row, cost_type_id=pk, year=year, amount_sek=amount)
            for (pk, year), amount in sorted(amounts.items())
            if amount
        ]
    )
    row.total_cost_sek = sums(amounts)[2]


@whole
def recalculate(application: Application) -> Application:
    """Compute flat rates and sums anew from the stored lines, and the region from the applicant. Returns the saved row."""
    row = lock(application)
    typed = {(line.cost_type_id, line.year): line.amount_sek for line in row.cost_lines.all()}
    write_costs(row, list(row.call.cost_types.all()), typed)
    row.financed_sek = sum(line.amount_sek for line in row.financing_lines.all())
    region = row.applicant.region
    row.region, row.contact_area = region, region.contact_area if region else None
    row.save()
    return row


def saved(row: Application) -> Application:
    """Save the locked row as changed now."""
    row.updated_at = now()
    row.save()
    return row


def add_attachment(
    application: Application,
    upload: Any,
    *,
    by: Any,
    label: str = "",
    required: RequiredAttachment | None = None,
    question_code: str = "",
) -> Attachment:
    """Take in a file. The file is checked and stored before the row; a refused one leaves nothing behind.

    ``required``: which of the files that the call asks for it is; then it needs no label of its own. ``question_code``: the
    question that it answers; it then belongs to the section of the questions.
    """
    label = clean_name(label)
    stop_if(list(too_long("Beskrivningen", label, 150, "label")))
    with transaction.atomic():
        section = Section.PROJECT if question_code else Section.ATTACHMENTS
        row = opened(application, section, by=by, version=None)
        if question_code:
            label = file_answer_label(row, question_code)
        if row.attachments.filter(removed_at__isnull=True).count() >= MAX_FILES:
            raise Blocked(f"Ansökan har redan {MAX_FILES} bilagor. Ta bort någon innan ni lägger till en ny.")
        if required is not None and required.call_id != row.call_id:
            raise Blocked([Reason("Välj vad filen är ur utlysningens lista.", "required")])
        attachment = attachments.accept(upload, by=by)
        ApplicationAttachment.objects.create(
            application=row,
            attachment=attachment,
            label=label or (required.title if required else ""),
            required=required,
            question_code=question_code,
        )
    return attachment


def file_answer_label(row: Application, code: str) -> str:
    """What a file is that answers a question: the question. Raises Blocked when no such file is asked for, or no more."""
    asked = next((q for q in questions_of(form_of(row)) if q.code == code and q.kind == QuestionKind.FILE), None)
    where = f"fraga_{code}"
    if asked is None:
        raise Blocked([Reason("Frågan som filen svarar på ställs inte längre. Ladda om sidan.", where)])
    most = int(asked.settings.get("most") or 1)
    if row.attachments.filter(removed_at__isnull=True, question_code=code).count() >= most:
        files = "en fil" if most == 1 else f"{most} filer"
        raise Blocked([Reason(f"”{asked.label}” tar högst {files}. Ta bort en innan ni lägger till en ny.", where)])
    return asked.label[:150]


@whole
def remove_attachment(application: Application, pk: Any, *, by: Any) -> None:
    """Take a file away from the application. Its row stays, for the versions that were sent with it."""
    held = ApplicationAttachment.objects.filter(application=application, pk=pk, removed_at__isnull=True)
    is_answer = held.exclude(question_code="").exists()
    opened(application, Section.PROJECT if is_answer else Section.ATTACHMENTS, by=by, version=None)
    held.update(removed_at=now())
