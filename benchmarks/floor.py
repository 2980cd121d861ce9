"""The floor: the same rows through a bare Django view and template, without any of our code around them."""

from __future__ import annotations

import functools
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

LIST = """<!doctype html><html lang="sv"><title>Golv</title><table>{% for row in rows %}
<tr><td>{{ row.case.register_number }}</td><th><a href="/{{ row.pk }}/">{{ row.title }}</a><span>{{ row.applicant.name }}</span></th>
<td>{{ row.region.county_name }}</td><td>{{ row.get_state_display }}</td><td>{{ row.review.score }}</td><td>{{ row.applied_sek }}</td>
<td>{{ row.total_cost_sek }}</td><td>{{ row.review.handler.name }}</td><td>{{ row.call.title }}</td>
<td>{{ row.submitted_at|date:"Y-m-d" }}</td></tr>{% endfor %}</table></html>"""


@functools.cache
def template() -> Any:
    """Compiled once, as a template from a file would be."""
    return engines["django"].from_string(LIST)


def fifty(request: HttpRequest) -> HttpResponse:
    """Fifty applications with what the list shows of them, newest first: one query, model objects, a Django template."""
    from applications.models import Application

    rows = Application.objects.exclude(state="draft").select_related(
        "applicant", "region", "case", "call", "review__handler"
    )
    return HttpResponse(template().render({"rows": rows.order_by("-submitted_at", "id")[:50]}))


urlpatterns = [path("floor/", fifty)]
