"""The municipalities that a project concerns. The list of boxes is the truth; the map beside it only shows what is chosen."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from django import forms

from calls.questions.base import Fault, Kind, Surroundings, told
from calls.questions.fields import RawSeveral, choice
from grants.core.text import in_swedish

SCOPES = [("applicants", "De sökandes län"), ("all", "Hela landet")]
MOST = 400
WIDTH, MARGIN = 240.0, 12.0


class Municipalities(Kind):
    code = "municipalities"
    template = "questions/municipalities.html"

    def settings_fields(self, settings: Mapping[str, Any]) -> dict[str, forms.Field]:
        return {"scope": choice("Kommuner att välja bland", SCOPES)}

    def settings_initial(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        return {"scope": settings.get("scope", "applicants")}

    def check_settings(self, raw: Mapping[str, Any], before: Mapping[str, Any]) -> tuple[dict[str, Any], list[Fault]]:
        scope = raw.get("scope") or "applicants"
        if scope not in dict(SCOPES):
            return {}, [("Välj bland vilka kommuner ur listan.", "scope")]
        return {"scope": scope}, []

    def limits(self, settings: Mapping[str, Any]) -> list[str]:
        return ["Kommuner i hela landet." if settings.get("scope") == "all" else "Kommuner i de sökandes län."]

    def choosable(self, question: Any, around: Surroundings) -> dict[str, dict[str, str]]:
        """By code: those of the list, and those that were chosen before, also when their county no longer takes part."""
        listed = around.all_municipalities if question.settings.get("scope") == "all" else around.municipalities
        found = {one.code: {"code": one.code, "name": one.name, "county": one.region.county_name} for one in listed}
        for one in chosen(around.answers.get(question.code)):
            found.setdefault(one["code"], one)
        return found

    def fields(self, question: Any, rows: int, around: Surroundings) -> dict[str, forms.Field]:
        groups: dict[str, list[tuple[str, str]]] = {}
        for one in self.choosable(question, around).values():
            groups.setdefault(one["county"], []).append((one["code"], one["name"]))
        return {"": RawSeveral(label=question.label, help_text=question.help_text, choices=list(groups.items()))}

    def initial(self, question: Any, answer: Any) -> dict[str, Any]:
        return {"": [one["code"] for one in chosen(answer)]}

    def check(self, question: Any, raw: Any, around: Surroundings) -> tuple[Any, list[Fault]]:
        """Codes, or what is stored already. Names and counties come from the list, so that the answer reads the same later."""
        if raw in (None, "", []):
            return None, []
        sentence = told(question, "Välj kommuner ur listan.")
        if not isinstance(raw, list) or len(raw) > MOST:
            return None, [(sentence, "")]
        codes: list[Any] = [one.get("code") if isinstance(one, dict) else one for one in raw]
        known = self.choosable(question, around)
        if any(not isinstance(code, str) or code not in known for code in codes):
            return None, [(sentence, "")]
        return [known[code] for code in sorted(set(codes))], []

    def words(self, question: Any, answer: Any) -> str:
        return "\n".join(f"{county}: {', '.join(names)}" for county, names in by_county(answer).items())

    def block(self, question: Any, answer: Any) -> dict[str, Any]:
        if self.is_empty(answer):
            return {"paragraphs": [""]}
        return {"facts": [[county, ", ".join(names)] for county, names in by_county(answer).items()]}

    def context(self, question: Any, bound: Mapping[str, Any], around: Surroundings) -> dict[str, Any]:
        field = bound[""]
        ticked = {str(code) for code in field.value() or ()}
        listed = around.all_municipalities if question.settings.get("scope") == "all" else around.municipalities
        counties: dict[str, dict[str, Any]] = {}
        for one in self.choosable(question, around).values():
            county = counties.setdefault(one["county"], {"name": one["county"], "code": one["code"][:2], "items": []})
            county["items"].append({**one, "is_ticked": one["code"] in ticked})
        for county in counties.values():
            county["count"] = sum(item["is_ticked"] for item in county["items"])
        total = sum(len(county["items"]) for county in counties.values())
        return {
            "counties": list(counties.values()),
            "points": (drawn := points(listed, ticked))[0],
            "height": drawn[1],
            "width": WIDTH,
            "count": sum(county["count"] for county in counties.values()),
            "total": total,
        }


def chosen(answer: Any) -> list[dict[str, str]]:
    """The stored municipalities that are whole."""
    return [
        {name: str(one[name]) for name in ("code", "name", "county")}
        for one in (answer if isinstance(answer, list) else ())
        if isinstance(one, dict) and {"code", "name", "county"} <= set(one)
    ]


def by_county(answer: Any) -> dict[str, list[str]]:
    """Names by county."""
    found: dict[str, list[str]] = {}
    for one in chosen(answer):
        found.setdefault(one["county"], []).append(one["name"])
    return {county: sorted(names, key=in_swedish) for county, names in found.items()}


def points(municipalities: list[Any], ticked: set[str]) -> tuple[list[dict[str, Any]], float]:
    """Where each municipality lies on the picture, and how high the picture is: degrees made even at their mean latitude."""
    placed = [one for one in municipalities if one.lat is not None and one.lon is not None]
    if not placed:
        return [], 0.0
    narrow = math.cos(math.radians(sum(one.lat for one in placed) / len(placed)))
    xs, ys = [one.lon * narrow for one in placed], [-one.lat for one in placed]
    scale = (WIDTH - 2 * MARGIN) / max(max(xs) - min(xs), (max(ys) - min(ys)) / 2, 0.01)
    drawn = [
        {
            "x": f"{MARGIN + (x - min(xs)) * scale:.1f}",
            "y": f"{MARGIN + (y - min(ys)) * scale:.1f}",
            "name": one.name,
            "is_on": one.code in ticked,
        }
        for one, x, y in zip(placed, xs, ys, strict=True)
    ]
    return drawn, round(2 * MARGIN + (max(ys) - min(ys)) * scale, 1)
