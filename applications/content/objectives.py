"""The objectives and areas that the project contributes to, with the version of each RUS."""

from __future__ import annotations

from typing import Any

from applications.enums import Section
from applications.models import Application
from calls.applying import theme_words
from calls.reading import scope_of


def theme_facts(row: Application) -> list[list[str]]:
    """The theme with its track, where the call has themes."""
    return [["Tema", theme_words(row.theme)]] if row.theme_id or scope_of(row.call).themes else []


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


def objectives_data(row: Application) -> dict[str, Any]:
    """The codes, with the county and the version of the RUS that each objective is of."""
    return {
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
    }
