"""The content of an application as it is read, printed and frozen: one dict for the review page, the document and its hash.

The shape is that of ``grants.documents.letters``; each block also names its ``section``, and ``data`` holds the values
themselves for comparisons and exports.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, prefetch_related_objects

from applications.answers import blocks as answer_blocks
from applications.answers import form_of, sent_answers
from applications.budget import budget_years, sums
from applications.enums import FinancingForm, Section
from applications.models import Application, ApplicationAttachment, CostLine, FurtherArea, ObjectiveLink, Party
from applications.pages import page_of
from calls.applying import cutoff_words, theme_words
from calls.questions import questions_of
from calls.reading import scope_of
from calls.whole import RULES, call_with_rules, form_with_questions
from grants.core import seen
from grants.core.exceptions import Reason, Stale
from grants.core.money import NBSP, format_sek, group
from grants.core.time import format_day, format_instant
from grants.documents.actions import checksum, frozen
from grants.documents.enums import DocumentKind
from grants.documents.models import Document

ONE = ("applicant", "theme__track", "main_objective__rus", "main_area", "case", "region", "contact_area")
"""Single relations that the content reads."""


def related() -> list[Any]:
    """Relations with many rows that the content and the blockers read: the same number of queries for any number of rows."""
    return [
        Prefetch("parties", Party.objects.select_related("organisation", "collaboration_level")),
        Prefetch("objective_links", ObjectiveLink.objects.select_related("objective__rus__region")),
        Prefetch("further_areas", FurtherArea.objects.select_related("area")),
        Prefetch("cost_lines", CostLine.objects.select_related("cost_type")),
        "financing_lines",
        Prefetch("attachments", ApplicationAttachment.objects.select_related("attachment")),
    ]


def hold(row: Application) -> None:
    """Read the call, the questions and the relations with many rows onto a row that was just read; once, if it holds them."""
    if not _is_whole(row, "call"):
        row.call = call_with_rules(row.call_id)
    if row.form_id and not _is_whole(row, "form"):
        row.form = form_with_questions(row.form_id)
    prefetch_related_objects([row], *related())


def _is_whole(row: Application, name: str) -> bool:
    """Whether the row's relation was read with its own rows."""
    return name in row._state.fields_cache and hasattr(getattr(row, name), "_prefetched_objects_cache")


def with_content(applications: Any) -> Any:
    """The queryset with everything that ``content_of`` and the blockers read."""
    of_call = [f"call__{name}" for name in RULES]
    whole = applications.select_related("call__authority", "form", *ONE)
    return whole.prefetch_related(*of_call, "form__sections__questions", *related())


def loaded(application: Application) -> Application:
    """The application as the database has it now, with everything that its content needs."""
    row: Application = Application.objects.select_related(*ONE).get(pk=application.pk)
    hold(row)
    return row


def content_of(application: Application) -> dict[str, Any]:
    """What the application says now. For a draft that is what would be sent."""
    return content_of_loaded(loaded(application))


def content_of_loaded(row: Application) -> dict[str, Any]:
    """The same for a row that holds its relations already: no queries."""
    return {
        "kind": "Ansökan om stöd",
        "title": row.title or "Ansökan utan namn",
        "facts": [
            ["Utlysning", row.call.title],
            *theme_facts(row),
            ["Sökande", row.applicant.name],
            ["Sökt stöd", format_sek(row.applied_sek)],
            ["Total kostnad", format_sek(row.total_cost_sek)],
            ["Stödandel", f"{str(row.share_percent).replace('.', ',')}{NBSP}%"],
        ],
        "blocks": [
            *parties_blocks(row),
            *project_blocks(row),
            *objectives_blocks(row),
            *budget_blocks(row),
            *attachments_blocks(row),
        ],
        "data": data_of(row),
    }


def sent_content(application: Application) -> dict[str, Any]:
    """The latest version that has come in, as it was frozen. While the applicant writes a supplement this is what counts.

    Raises Document.DoesNotExist for a draft: nothing has come in.
    """
    return latest_version(application).content


def latest_version(application: Application) -> Document:
    """The document with the newest content that has come in."""
    return versions_of(application).latest("number")


def versions_of(application: Application) -> Any:
    """The documents that hold the application's content, oldest first: the application, then each supplement."""
    return Document.objects.filter(
        case=application.case_id, kind__in=(DocumentKind.APPLICATION, DocumentKind.SUPPLEMENT)
    ).order_by("number")


def theme_facts(row: Application) -> list[list[str]]:
    """The theme with its track, where the call has themes."""
    return [["Tema", theme_words(row.theme)]] if row.theme_id or scope_of(row.call).themes else []


def parties_blocks(row: Application) -> list[dict[str, Any]]:
    first: dict[str, Any] = {
        "section": Section.PARTIES.value,
        "heading": "Sökande och parter",
        "facts": [
            ["Sökande", row.applicant.name],
            ["Organisationsnummer", row.applicant.org_number],
            ["Län", row.region.county_name if row.region else ""],
            ["Gemensamt projekt", "Ja" if row.is_joint else "Nej"],
            ["Kontaktperson", row.contact_name],
            ["E-post", row.contact_email],
            ["Telefon", row.contact_phone],
        ],
    }
    parties = list(row.parties.all())
    if parties:
        first["table"] = {
            "caption": "Parter",
            "head": ["Part", "Roll", "Organisationsnummer", "Samverkansnivå", "Bidrar med"],
            "rows": [
                [
                    party.name,
                    party.get_kind_display(),
                    party.org_number,
                    str(party.collaboration_level or ""),
                    party.contribution,
                ]
                for party in parties
            ],
        }
    return [first]


def project_blocks(row: Application) -> list[dict[str, Any]]:
    section = Section.PROJECT.value
    return [
        {
            "section": section,
            "heading": "Projektet",
            "facts": [
                ["Projektets namn", row.title],
                ["Startar", format_day(row.start_on) if row.start_on else ""],
                ["Slutar", format_day(row.end_on) if row.end_on else ""],
            ],
        },
        {"section": section, "heading": "Sammanfattning", "paragraphs": [row.summary]},
        *({"section": section, **block} for block in answer_blocks(row, page_of(row))),
    ]


def objectives_blocks(row: Application) -> list[dict[str, Any]]:
    block: dict[str, Any] = {
        "section": Section.OBJECTIVES.value,
        "heading": "Mål och områden",
        "facts": [
            *theme_facts(row),
            ["Bidrar främst till", row.main_objective.label if row.main_objective else ""],
            ["Främsta strategiska område", row.main_area.label_sv if row.main_area else ""],
            ["Fler strategiska områden", ", ".join(further.area.label_sv for further in row.further_areas.all())],
        ],
    }
    links = list(row.objective_links.all())
    if links:
        block["table"] = {
            "caption": "Mål i regionala utvecklingsstrategier",
            "head": ["Mål", "Nivå och strategi", "Hur projektet bidrar"],
            "rows": [
                [
                    link.objective.label,
                    f"{link.objective.level_term}, {link.objective.rus.title}",
                    link.contribution,
                ]
                for link in links
            ],
        }
    return [block]


def budget_blocks(row: Application) -> list[dict[str, Any]]:
    lines = {(line.cost_type_id, line.year): line.amount_sek for line in row.cost_lines.all()}
    per_type, per_year, total = sums(lines)
    years = sorted({*budget_years(row), *per_year})
    section = Section.BUDGET.value
    return [
        {
            "section": section,
            "heading": "Kostnader",
            "table": {
                "caption": "Kostnader per kostnadsslag och år, kronor",
                "head": ["Kostnadsslag", *(str(year) for year in years), "Summa"],
                "rows": [
                    *(
                        [
                            cost_type.label,
                            *(group(lines.get((cost_type.pk, year), 0)) for year in years),
                            group(per_type.get(cost_type.pk, 0)),
                        ]
                        for cost_type in row.call.cost_types.all()
                    ),
                    ["Summa kostnader", *(group(per_year.get(year, 0)) for year in years), group(total)],
                ],
                "numeric": list(range(1, len(years) + 2)),
            },
        },
        {
            "section": section,
            "heading": "Finansiering",
            "table": {
                "caption": "Finansiering, kronor",
                "head": ["Finansiär", "Slag", "Belopp"],
                "rows": [
                    *(
                        [
                            line.financier,
                            line.get_kind_display()
                            + ("" if line.form == FinancingForm.CASH else f", {line.get_form_display().lower()}"),
                            group(line.amount_sek),
                        ]
                        for line in row.financing_lines.all()
                    ),
                    ["Stöd ni söker", row.call.authority.name, group(row.applied_sek)],
                    ["Summa finansiering", "", group(row.financed_sek + row.applied_sek)],
                ],
                "numeric": [2],
            },
        },
    ]


def attachments_blocks(row: Application) -> list[dict[str, Any]]:
    """The files, those last that answer a question whose answer is kept from assessors."""
    section = Section.ATTACHMENTS.value
    kept = [added for added in row.attachments.all() if added.removed_at is None]
    if not kept:
        return [{"section": section, "heading": "Bilagor", "paragraphs": ["Inga bilagor."]}]
    hidden = {question.code for question in questions_of(form_of(row)) if not question.for_assessors}
    groups = (
        ("Bilagor", True, [added for added in kept if added.question_code not in hidden]),
        ("Bilagor som inte visas för bedömare", False, [added for added in kept if added.question_code in hidden]),
    )
    return [
        {
            "section": section,
            "heading": heading,
            **({} if for_assessors else {"for_assessors": False}),
            "table": {
                "caption": "Bilagor med kontrollsumma (sha256)",
                "head": ["Fil", "Vad den är", "Kontrollsumma"],
                "rows": [[added.attachment.name, added.label, added.attachment.sha256] for added in files],
            },
        }
        for heading, for_assessors, files in groups
        if files
    ]


def fingerprint(content: dict[str, Any]) -> str:
    """The sha256 of the content as it would be frozen: the review page carries it, and the receipt if nothing changes meanwhile."""
    return checksum(frozen(content))


def same_content(content: dict[str, Any], read_sha256: str | None) -> None:
    """Raise Stale when the signatory read another content than this; None: nobody read it on a page."""
    if read_sha256 is not None and read_sha256 != fingerprint(content):
        raise Stale(
            Reason(
                "Ansökan har ändrats sedan du läste den. Läs igenom den igen, och skicka in om allt stämmer.",
                seen.WHERE,
            )
        )


def data_of(row: Application) -> dict[str, Any]:
    """The values themselves: ids, codes and amounts, with the version of each RUS and the hash of each file."""
    return {
        "form_version": form_of(row).number,
        "application": str(row.pk),
        "call": row.call.code,
        "theme": row.theme.title if row.theme else None,
        "applicant": str(row.applicant_id),
        "title": row.title,
        "summary": row.summary,
        "answers": sent_answers(row),
        "start_on": row.start_on and row.start_on.isoformat(),
        "end_on": row.end_on and row.end_on.isoformat(),
        "contact": {"name": row.contact_name, "email": row.contact_email, "phone": row.contact_phone},
        "is_joint": row.is_joint,
        "parties": [
            {
                "kind": party.kind,
                "organisation": party.organisation_id and str(party.organisation_id),
                "name": party.name,
                "org_number": party.org_number,
                "collaboration_step": party.collaboration_level.step if party.collaboration_level else None,
                "contribution": party.contribution,
            }
            for party in row.parties.all()
        ],
        "main_objective": row.main_objective.code if row.main_objective else None,
        "objectives": [
            {
                "code": link.objective.code,
                "county": link.objective.rus.region.county_code,
                "rus_version": link.objective.rus.version,
                "contribution": link.contribution,
            }
            for link in row.objective_links.all()
        ],
        "main_area": row.main_area.code if row.main_area else None,
        "further_areas": [further.area.code for further in row.further_areas.all()],
        "costs": [
            {"cost_type": line.cost_type.code, "year": line.year, "amount_sek": line.amount_sek}
            for line in row.cost_lines.all()
        ],
        "financing": [
            {
                "kind": line.kind,
                "financier": line.financier,
                "form": line.form,
                "amount_sek": line.amount_sek,
            }
            for line in row.financing_lines.all()
        ],
        "total_cost_sek": row.total_cost_sek,
        "financed_sek": row.financed_sek,
        "applied_sek": row.applied_sek,
        "files": [
            {"name": added.attachment.name, "label": added.label, "sha256": added.attachment.sha256}
            for added in row.attachments.all()
            if added.removed_at is None
        ],
    }


def receipt_content(application: Application, *, at: Any, by: Any, sha256: str, number: str) -> dict[str, Any]:
    """The acknowledgement of receipt (mottagningsbevis): number, time, hash, and whether it came late."""
    paragraphs = ["Vi har tagit emot er ansökan. Den är nu en allmän handling."]
    if application.call.closes_at and application.is_late:
        paragraphs.append(
            f"Ansökan kom in efter sista ansökningstid, {format_instant(application.call.closes_at)}. "
            "Den är därför märkt som sent inkommen, och vi prövar om den kan tas upp."
        )
    return {
        "kind": "Mottagningsbevis",
        "title": f"Mottagningsbevis för {application.title}",
        "facts": [
            ["Diarienummer", number],
            ["Kom in", format_instant(at)],
            ["Utlysning", application.call.title],
            *([["Omgång", cutoff_words(application.cutoff)]] if application.cutoff else []),
            ["Sökande", application.applicant.name],
            ["Inskickad av", str(by)],
            ["Kontrollsumma", sha256],
        ],
        "blocks": [{"heading": "Det här har hänt", "paragraphs": paragraphs}],
    }
