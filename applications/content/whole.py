"""The content as one dict, put together of its sections in the order in which they are read."""

from __future__ import annotations

from typing import Any

from applications.answers import form_of
from applications.content.budget import budget_blocks, budget_data
from applications.content.files import attachments_blocks, files_data
from applications.content.loading import loaded
from applications.content.objectives import objectives_blocks, objectives_data, theme_facts
from applications.content.parties import parties_blocks, parties_data
from applications.content.project import project_blocks, project_data
from applications.models import Application
from grants.core.money import NBSP, format_sek


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


def data_of(row: Application) -> dict[str, Any]:
    """The values themselves: ids, codes and amounts, with the version of each RUS and the hash of each file."""
    return {
        "form_version": form_of(row).number,
        "application": str(row.pk),
        "call": row.call.code,
        "theme": row.theme.title if row.theme else None,
        "applicant": str(row.applicant_id),
        **project_data(row),
        **parties_data(row),
        **objectives_data(row),
        **budget_data(row),
        **files_data(row),
    }
