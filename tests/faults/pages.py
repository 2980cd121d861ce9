"""Reading the service's pages as a browser does."""

from __future__ import annotations

from lxml import html


def fields_of(page: str | bytes) -> list[tuple[str, str]]:
    """The fields that the page's largest POST form would send as it stands; empty when there is none."""
    text = page.decode("utf-8", "replace") if isinstance(page, bytes) else page
    forms = [form for form in html.fromstring(text).forms if form.method == "POST"]
    found = max(forms, key=lambda form: len(form.fields.keys()), default=None)
    if found is None:
        return []
    return [(name, value or "") for name, value in found.form_values() if name != "csrfmiddlewaretoken"]
