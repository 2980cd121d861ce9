"""Tags and filters of every template (a builtin library): numbers, dates, badges, icons, bars, buttons, errors."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django import template
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from grants.core import money, prose, seen, time
from grants.core.ui import TONE_ICONS, address, badge_of, count_words, page_errors

register = template.Library()

MISSING = format_html(
    '<span class="none"><span aria-hidden="true">–</span><span class="vh">{}</span></span>', "Uppgift saknas"
)
ICONS: dict[str, tuple[str, ...]] = {
    # Paths on a 24 × 24 grid, drawn as lines; a leading ! fills the shape instead.
    "alert": ("M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17z", "M12 8v5", "M12 16v.2"),
    "arrow": ("M4 12h15", "m13 6 6 6-6 6"),
    "back": ("M20 12H5", "m11 6-6 6 6 6"),
    "calendar": ("M4.5 6h15v14h-15z", "M4.5 10.5h15", "M8.5 3.5V8", "M15.5 3.5V8"),
    "check": ("m5 12.5 4.5 4.5L19 7.5",),
    "cross": ("m6.5 6.5 11 11m0-11-11 11",),
    "dot": ("!M12 7a5 5 0 1 0 0 10 5 5 0 0 0 0-10z",),
    "down": ("m8 10 4 4 4-4",),
    "download": ("M12 4v12", "m6.5 11 5.5 5.5L17.5 11", "M5 20h14"),
    "edit": ("m5 19 1-4L16.5 4.5l3 3L9 18z",),
    "file": ("M6 3.5h8l4.5 4.5v12.5H6z", "M14 3.5V8h4.5"),
    "flag": ("M6 21V4h12l-3 4 3 4H6",),
    "half": ("M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16z", "!M12 4a8 8 0 0 1 0 16z"),
    "info": ("M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17z", "M12 11v5.5", "M12 7.8V8"),
    "lock": ("M6 11h12v9H6z", "M8.5 11V8a3.5 3.5 0 0 1 7 0v3"),
    "mail": ("M3.5 6h17v12.5h-17z", "m4 7 8 6 8-6"),
    "pause": ("M9 6v12", "M15 6v12"),
    "print": ("M7 9V4h10v5", "M7 17H4v-7h16v7h-3", "M7 14h10v6H7z"),
    "reply": ("m9 7-5 5 5 5", "M4 12h10a6 6 0 0 1 6 6"),
    "ring": ("M12 7a5 5 0 1 0 0 10 5 5 0 0 0 0-10z",),
    "up": ("m8 14 4-4 4 4",),
    "warning": ("M12 4 2.8 20h18.4z", "M12 10v4.5", "M12 17.3v.2"),
}


# Numbers and dates ---------------------------------------------------------------------------------------------------


@register.filter
def sek(value: Any) -> str:
    """1234567 → "1 234 567 kr"; a Decimal keeps its öre when it has any; missing → a dash with hidden words."""
    if value is None or value == "":
        return MISSING
    if isinstance(value, Decimal) and value != value.to_integral_value():
        return money.format_ore(value)
    return money.format_sek(int(value))


@register.filter
def number(value: Any) -> str:
    """1234567 → "1 234 567"; a Decimal keeps its decimals after a comma."""
    if value is None or value == "":
        return MISSING
    if isinstance(value, int):
        return money.group(value)
    whole, _, decimals = f"{abs(Decimal(str(value))):f}".partition(".")
    sign = "−" if Decimal(str(value)) < 0 else ""
    return f"{sign}{money.group(int(whole))}{',' if decimals else ''}{decimals}"


@register.filter
def counted(value: Any) -> Any:
    """Counts grouped like every number, 10234 → "10 234"; texts and missing values as they are."""
    return money.group(value) if isinstance(value, int) and not isinstance(value, bool) else value


@register.filter
def percent(value: Any, decimals: int | None = None) -> str:
    """49.7 → "49,7 %", 50 → "50 %". At most one decimal unless ``decimals`` says how many; rounded half up."""
    if value is None or value == "":
        return MISSING
    exact = Decimal(str(value))
    rounded = exact.quantize(Decimal(1).scaleb(-(1 if decimals is None else decimals)), ROUND_HALF_UP)
    if decimals is None and rounded == rounded.to_integral_value():
        rounded = rounded.quantize(Decimal(1))
    sign = "−" if rounded < 0 else ""
    return f"{sign}{abs(rounded)}".replace(".", ",") + f"{money.NBSP}%"


@register.filter
def iso(value: dt.date | dt.datetime | None) -> str:
    """2026-11-22, the day in Sweden."""
    if not value:
        return MISSING
    return time.format_day(time.stockholm(value).date() if isinstance(value, dt.datetime) else value)


@register.filter
def longdate(value: dt.date | dt.datetime | None) -> str:
    """15 januari 2027, the day in Sweden."""
    if not value:
        return MISSING
    return time.format_long_day(time.stockholm(value).date() if isinstance(value, dt.datetime) else value)


@register.filter
def clock(value: dt.datetime | None) -> str:
    """kl. 15.00, Swedish time."""
    return time.format_clock(value) if value else MISSING


@register.filter
def instant(value: dt.datetime | None) -> str:
    """2026-11-22 kl. 14.32, Swedish time."""
    return time.format_instant(value) if value else MISSING


@register.filter
def second(value: dt.datetime | None) -> str:
    """2026-11-22 kl. 14.32.05, Swedish time."""
    return time.format_second(value) if value else MISSING


@register.filter
def unbroken(text: str) -> str:
    """The text with "e-post" as one word: its hyphen is one that no line ends at. For frozen texts, which keep their bytes."""
    return str(text).replace("e-post", "e\u2011post").replace("E-post", "E\u2011post")


register.filter("prose", prose.html)  # a text that people wrote, with its lists and links
register.filter("of_letter", prose.of_letter)  # a paragraph or a list of a letter
register.filter("linked", prose.linked)  # the same of one line, where no paragraph may stand


@register.filter
def dash(value: Any, words: str = "Uppgift saknas") -> Any:
    """The value, or a dash with hidden words where there is none. 0 and False are values."""
    if value is None or value == "":
        return format_html(
            '<span class="none"><span aria-hidden="true">–</span><span class="vh">{}</span></span>', words
        )
    return value


# Icons, badges, bars -------------------------------------------------------------------------------------------------


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """A drawn icon; hidden from screen readers unless ``label`` names it. Unknown names are drawn as a dot."""
    paths = [(path.removeprefix("!"), "f" if path.startswith("!") else "l") for path in ICONS.get(name, ICONS["dot"])]
    shapes = format_html_join("", '<path d="{}" class="{}"/>', paths)
    if label:
        return format_html(
            '<svg class="i" viewBox="0 0 24 24" role="img" aria-label="{}" focusable="false">{}</svg>', label, shapes
        )
    return format_html('<svg class="i" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>', shapes)


@register.simple_tag
def badge(value: Any, of: Any = None) -> SafeString:
    """A state's icon, word and tone: ``{% badge application %}``, ``{% badge row "result" %}``."""
    found = badge_of(value, of)
    if found is None:
        return MISSING
    return format_html('<span class="st st-{}">{}{}</span>', found.tone, icon(found.icon), found.label)


@register.inclusion_tag("components/badge.html")
def tag(label: str, tone: str = "neutral", icon: str = "") -> dict[str, Any]:
    """A badge that no enum declares: ``{% tag "Öppen för ansökan" "success" %}``."""
    return {
        "label": label,
        "tone": tone if tone in TONE_ICONS else "neutral",
        "icon": icon or TONE_ICONS.get(tone, "dot"),
    }


def width(part: Any, whole: Any) -> str:
    """The share of the whole as an SVG width, "37.5%", never outside 0–100."""
    whole = Decimal(str(whole or 0))
    share = Decimal(str(part or 0)) * 100 / whole if whole else Decimal(0)
    return f"{min(Decimal(100), max(Decimal(0), share)):.2f}%"


@register.inclusion_tag("components/bar.html")
def bar(
    value: Any, most: Any, *, inner: Any = None, mark: Any = None, kind: str = "", label: str = ""
) -> dict[str, Any]:
    """A bar of ``value`` out of ``most``; ``inner`` is a darker part of it, ``mark`` a line at a limit or target.

    ``kind``: hero, soft, thin, thick, weak, several with spaces. Without ``label`` it is decoration: the figure stands
    beside it as text.
    """
    return {
        "width": width(value, most),
        "inner": None if inner is None else width(inner, most),
        "mark": None if mark is None else width(mark, most),
        "kinds": " ".join(f"mtr-{name}" for name in kind.split()),
        "label": label,
    }


@register.inclusion_tag("components/gauge.html")
def gauge(share_percent: Any, most_percent: Any) -> dict[str, Any]:
    """The share of support applied for, in percent, with the call's limit marked; app.js moves it while one types."""
    return {"width": width(share_percent, 100), "mark": width(most_percent, 100), "most": most_percent}


@register.inclusion_tag("components/split.html")
def split(parts: list[tuple[str, int]], whole: int | None = None) -> dict[str, Any]:
    """One bar of (label, amount in SEK) parts with its list of amounts and shares: budget per strategic area.

    ``whole``: what they are parts of, where that is more than their sum; the rest stands last, as not divided.
    """
    divided = sum(amount for _, amount in parts)
    total = max(divided, whole or 0)
    start = Decimal(0)
    rows = []
    for index, (label, amount_sek) in enumerate(parts):
        rows.append(
            {
                "label": label,
                "amount_sek": amount_sek,
                "percent": money.percent_of(amount_sek, total),
                "x": width(start, total),
                "width": width(amount_sek, total),
                "tone": f"s{index % 6 + 1}",
            }
        )
        start += amount_sek
    if total > divided:
        rest = total - divided
        rows.append(
            {
                "label": "Inte fördelat",
                "amount_sek": rest,
                "percent": money.percent_of(rest, total),
                "x": width(start, total),
                "width": width(rest, total),
                "tone": "s6",
            }
        )
    return {"rows": rows}


# Page parts ----------------------------------------------------------------------------------------------------------


@register.inclusion_tag("components/crumbs.html")
def crumbs(*pairs: str) -> dict[str, Any]:
    """The way here, as label and address in turn: ``{% crumbs "Utlysningar" list_url call.title call_url %}``."""
    return {"items": list(zip(pairs[::2], pairs[1::2], strict=True))}


def step_address(namespace: str, name: str, obj: Any) -> str:
    """Where a step is posted: ``<namespace>:<step name>`` (pk or code), else ``<namespace>:step`` (pk or code, name)."""
    keys = [{key: getattr(obj, key)} for key in ("pk", "code") if hasattr(obj, key)]
    own = (address(f"{namespace}:{name}", **key) for key in keys)
    shared = (address(f"{namespace}:step", name=name, **key) for key in keys)
    return next((url for url in (*own, *shared) if url), "")


@register.inclusion_tag("components/step_buttons.html", takes_context=True)
def step_buttons(
    context: template.Context, steps: list[Any], namespace: str, obj: Any, only: str = ""
) -> dict[str, Any]:
    """The buttons of ``steps_for(obj, user)``; a shut one is replaced by its reasons as text.

    The address is that of ``step_address``; a step without a page of its own is not shown. ``only``: names with spaces,
    to show some. Reason texts are posted as ``reason``, and the version of the object that the page shows as ``version``.
    """
    names = only.split()
    rows = []
    for index, step in enumerate(s for s in steps if not names or s.name in names):
        url = step_address(namespace, step.name, obj)
        if url:
            rows.append(
                {"step": step, "url": url, "id": f"steg-{step.name}", "primary": step.tone == "primary" and not index}
            )
    return {
        "rows": rows,
        "version": getattr(obj, "version", None),
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("components/error_summary.html")
def error_summary(*sources: Any, reasons: Any = (), links: Any = None, title: str = "") -> dict[str, Any]:
    """Every error of the forms and form sets with links to the fields, then the reasons. Nothing when there is none."""
    errors = page_errors(sources, reasons, links)
    if not title and any(getattr(reason, "where", "") == seen.WHERE for reason in reasons or ()):
        title = "Sidan har ändrats, så inget är gjort"
    elif not title and all(not error.href and error.text in map(str, reasons or ()) for error in errors):
        title = "Det gick inte"  # nothing on the page is to be mended
    return {"errors": errors, "title": title or f"Rätta {count_words(len(errors), 'sak', 'saker')} och försök igen"}


@register.filter
def saker(number: int) -> str:
    """3 → "tre saker", for headings that count."""
    return count_words(number, "sak", "saker")


@register.filter
def under(cells: Sequence[Any], heads: Sequence[str]) -> list[tuple[str, Any]]:
    """Each cell of a row with its column's heading, for tables that become cards on narrow screens."""
    return list(zip(heads, cells, strict=False))


@register.filter
def initials(name: Any) -> str:
    """Handläggare Mitt → HM; shown beside the whole name, never alone."""
    words = str(name).split()
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper()


def with_query(request: HttpRequest, changes: dict[str, Any]) -> str:
    """The present query with changes, "?sida=2&…"; a value of None takes the key away. Keeps repeated keys."""
    params = request.GET.copy()
    for key, value in changes.items():
        if value is None:
            params.pop(key, None)
        else:
            params[key] = str(value)
    return f"?{params.urlencode()}"


@register.simple_tag(takes_context=True)
def query(context: template.Context, **changes: Any) -> str:
    """The address of this list with changes: ``{% query sortera="-belopp" sida=None %}``."""
    return with_query(context["request"], changes)


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: template.Context, page: Any, key: str = "sida") -> dict[str, Any]:
    """Numbered pages of a Django page, with the rest of the address kept."""

    def url(number: int) -> str:
        return with_query(context["request"], {key: number})

    shown = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return {
        "page": page,
        "total": page.paginator.count,
        "links": [
            {"number": n, "url": url(n) if isinstance(n, int) else "", "current": n == page.number} for n in shown
        ],
        "previous_url": url(page.previous_page_number()) if page.has_previous() else "",
        "next_url": url(page.next_page_number()) if page.has_next() else "",
    }
