"""The objectives and areas that the project contributes to, with the version of each RUS."""

from __future__ import annotations

from typing import Any

from applications.enums import ConcernKind, Section, SpatialLevel
from applications.models import Application
from applications.pages import PLACE
from applications.places import stored
from calls.applying import theme_words
from calls.questions.municipalities import by_county
from calls.reading import scope_of

SPATIAL = ("spatial_before", "spatial_after", "spatial_how")


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
            *concern_facts(row),
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
                    f"{link.objective.level_term}, {link.objective.rus.title}{whose(row, link.objective)}",
                    link.contribution,
                ]
                for link in links
            ],
        }
    return [block, *place_blocks(row)]


def whose(row: Application, objective: Any) -> str:
    """ "; Region Norrbotten": of which region the objective is when it is not the applicant's own."""
    region = objective.rus.region
    return "" if region.pk == row.region_id else f"; {region.region_name}"


def concern_facts(row: Application) -> list[list[str]]:
    """What the project concerns of the lists that the call names; only what is given."""
    return [
        [kind.label, "; ".join(one["label"] for one in held)]
        for kind in ConcernKind
        if kind != ConcernKind.MUNICIPALITY and (held := row.concerns.get(kind.value))
    ]


def place_blocks(row: Application) -> list[dict[str, Any]]:
    """Municipalities by county, and how spatial the strategy is before and after; only what is given."""
    facts = [[county, ", ".join(names)] for county, names in by_county(stored(row)).items()]
    levels = ((row.spatial_before, "Så rumslig är strategin i dag"), (row.spatial_after, "Så rumslig blir strategin"))
    facts += [[label, str(SpatialLevel(level).label)] for level, label in levels if level is not None]
    if row.spatial_how:
        facts.append(["Så bidrar projektet till det", row.spatial_how])
    if not facts and not row.call.asks_spatial:
        return []
    block = {"section": Section.OBJECTIVES.value, "page": PLACE, "heading": "Plats och rumslighet"}
    return [{**block, "facts": facts} if facts else {**block, "paragraphs": [""]}]


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
        **({"concerns": row.concerns} if row.concerns else {}),
        **{name: value for name in SPATIAL if (value := getattr(row, name))},
    }
