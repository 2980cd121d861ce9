"""The set-up pages of a call as a call manager fills them in over HTTP."""

from __future__ import annotations

from typing import Any

from calls.models import Call
from calls.parts import BY_KEY
from tests.builders.base import fresh
from tests.faults.pages import fields_of


def page_of(call: Call, key: str) -> str:
    """The address of a set-up page, by the part's key."""
    return f"{call.get_edit_url()}{BY_KEY[key].slug}/"


def as_shown(client: Any, url: str) -> dict[str, Any]:
    """What the page would send when nobody touches it; several values of a name as a list."""
    response = client.get(url)
    assert response.status_code == 200
    found: dict[str, Any] = {}
    for name, value in fields_of(response.content):
        found[name] = [*found.get(name, []), value.removeprefix("\n")]
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


def rows(name: str, *values: dict[str, Any]) -> dict[str, Any]:
    """The rows of a list, as the page posts them."""
    posted: dict[str, Any] = {f"{name}-antal": str(len(values))}
    for index, row in enumerate(values):
        posted |= {f"{name}-{index}-{field}": value for field, value in row.items()}
    return posted


def with_rows(posted: dict[str, Any], rows_of_list: dict[str, Any]) -> dict[str, Any]:
    """The page's fields with other rows in a list."""
    names = {field.partition("-")[0] for field in rows_of_list if field.endswith("-antal")}
    kept = {field: value for field, value in posted.items() if field.partition("-")[0] not in names}
    return {**kept, **rows_of_list}


def fill(client: Any, call: Call, key: str, *lists: dict[str, Any], **values: Any) -> Any:
    """Open a page, write in it and save. A list that is given replaces the rows; a value of None leaves the box unticked."""
    url = page_of(call, key)
    posted = as_shown(client, url)
    for rows_of_list in lists:
        posted = with_rows(posted, rows_of_list)
    for name, value in values.items():
        field = name.replace("__", "-")
        if value is None:
            posted.pop(field, None)
        else:
            posted[field] = value
    return client.post(url, posted)


def filled(client: Any, call: Call, key: str, *lists: dict[str, Any], **values: Any) -> Call:
    """The same, and it must be saved."""
    response = fill(client, call, key, *lists, **values)
    assert response.status_code == 302, faults_on(response)
    return fresh(call)


def started(client: Any, **values: Any) -> Call:
    """A new draft by the short page."""
    response = client.post("/utlysningar/ny/", values)
    assert response.status_code == 302, faults_on(response)
    return Call.objects.get(code=values["code"])


def faults_on(response: Any) -> dict[str, list[str]]:
    """Every fault of a page, by the name of the field it stands at; those of no field by ""."""
    context = response.context
    forms = context["setup"].forms if "setup" in context else [context["form"]]
    found = {form[name].html_name: list(form[name].errors) for form in forms for name in form.errors}
    loose = [str(reason) for reason in (context["setup"].reasons if "setup" in context else context["reasons"])]
    return {**found, **({"": loose} if loose else {})}
