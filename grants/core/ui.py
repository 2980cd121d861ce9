"""What pages are built of: the menu registry, badges, the errors of a page, and how form fields are rendered."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import ValidationError
from django.db import models
from django.forms import BooleanField, ChoiceField, Field, FileField
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting
from django.forms.utils import ErrorList
from django.urls import NoReverseMatch, reverse

from grants.core.enums import StateChoices
from grants.core.money import group

NUMBERS = ("noll", "en", "två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio", "tio", "elva", "tolv")
DEFAULTS = "default_error_messages"
TONES = ("neutral", "info", "accent", "success", "warning", "danger")
TONE_ICONS = {
    "neutral": "dot",
    "info": "half",
    "accent": "check",
    "success": "check",
    "warning": "warning",
    "danger": "cross",
}


# Addresses and menus -------------------------------------------------------------------------------------------------


def address(url_name: str, **kwargs: Any) -> str:
    """The address of a named page, or "" when this installation has no such page."""
    try:
        return reverse(url_name, kwargs=kwargs or None)
    except NoReverseMatch:
        return ""


@dataclass(frozen=True)
class MenuEntry:
    """One entry of the work pages' main menu. No roles: everyone who works at the authority."""

    label: str
    url_name: str
    roles: frozenset[str]
    order: int
    under: str = ""
    """The named page under whose address everything belongs to the entry."""


@dataclass(frozen=True)
class MenuItem:
    """A menu entry as a page shows it."""

    label: str
    url: str
    current: bool
    lang: str = ""


_menu: dict[str, MenuEntry] = {}


def register_menu(label: str, url_name: str, *, roles: Iterable[str] = (), order: int = 50, under: str = "") -> None:
    """Put a page into the work pages' menu; called in ``AppConfig.ready``. Lower order stands further left.

    ``under``: a named page whose address the entry's other pages begin with, when that is not its own.
    """
    _menu[url_name] = MenuEntry(label, url_name, frozenset(str(role) for role in roles), order, under)


def desk_menu(user: Any, path: str) -> list[MenuItem]:
    """The entries that this person's roles open, in order; the longest address that fits the path is current."""
    held = {str(role) for role in getattr(user, "role_codes", ())}
    entries = [e for e in sorted(_menu.values(), key=lambda e: e.order) if held & e.roles or (held and not e.roles)]
    places = {e.url_name: address(e.under) for e in entries if e.under}
    return menu_items(((e.label, e.url_name, "") for e in entries), path, places)


@dataclass(frozen=True)
class OwnPage:
    """A page for those who have something there, whatever their roles."""

    label: str
    url_name: str
    holds: Callable[[Any], bool]


_own: dict[str, OwnPage] = {}


def register_own_page(label: str, url_name: str, *, holds: Callable[[Any], bool]) -> None:
    """Put a page into the menus of each signed-in person for whom ``holds(user)`` says that something is there."""
    _own[url_name] = OwnPage(label, url_name, holds)


def own_pages(user: Any) -> list[tuple[str, str, str]]:
    """The entries of ``register_own_page`` that the person has something behind."""
    if not getattr(user, "is_authenticated", False):
        return []
    return [(page.label, page.url_name, "") for page in _own.values() if page.holds(user)]


def menu_items(
    entries: Iterable[tuple[str, str, str]], path: str, places: Mapping[str, str] | None = None
) -> list[MenuItem]:
    """(label, url name, language) as items; pages that this installation lacks are left out.

    ``places``: by url name, an address under which everything belongs to the entry. The longest address that fits wins.
    """
    found = [
        (label, url, lang, (places or {}).get(name, "")) for label, name, lang in entries if (url := address(name))
    ]
    fitting = [(len(place), url) for _, url, _, *more in found for place in (url, *more) if _is_under(path, place)]
    fits = max(fitting, default=(0, ""))[1]
    return [MenuItem(label, url, url == fits, lang) for label, url, lang, _ in found]


def _is_under(path: str, place: str) -> bool:
    return bool(place) and (path == place or (place != "/" and path.startswith(place)))


@register("urls")
def menu_addresses(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A registered menu entry must lead somewhere."""
    return [
        Error(f"The menu entry {e.label!r} points at {e.url_name!r}, which is no URL.", id="core.E010")
        for e in _menu.values()
        if not address(e.url_name)
    ]


# Badges --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Badge:
    """Icon, word and tone of a state."""

    label: str
    tone: str
    icon: str


@functools.cache
def enum_of(model: type[models.Model], field_name: str) -> type[StateChoices] | None:
    """The StateChoices that the field's choices were taken from, so that a row knows its badge."""
    choices = list(getattr(model._meta.get_field(field_name), "choices", None) or [])
    return next((enum for enum in _descendants(StateChoices) if enum.choices == choices), None)


def _descendants(enum: type[StateChoices]) -> list[type[StateChoices]]:
    return [known for sub in enum.__subclasses__() for known in (sub, *_descendants(sub))]


def badge_of(value: Any, of: Any = None) -> Badge | None:
    """The badge of an enum member, of a value with its enum, or of a row (its "state" unless ``of`` names a field)."""
    if isinstance(value, models.Model):
        name = of if isinstance(of, str) else "state"
        held = getattr(value, name)
        enum = enum_of(type(value), name)
        if enum is None or held not in enum.values:
            return Badge(str(getattr(value, f"get_{name}_display")()), "neutral", "dot") if held else None
        value = enum(held)
    elif isinstance(of, type) and issubclass(of, models.Choices) and value in of.values:
        value = of(value)
    if value is None or value == "":
        return None
    tone = getattr(value, "tone", "neutral")
    tone = tone if tone in TONES else "neutral"
    return Badge(str(getattr(value, "label", value)), tone, getattr(value, "icon", "") or TONE_ICONS[tone])


# Lists ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ListColumn:
    """A column of components/list_table.html.

    ``kind``: text, code (kept on one line), amount, percent, day, instant, badge or score. ``card``: its place on a narrow
    screen: title (the row's name and link), status, amount, meta, score, line (label and value on a line of its own) or
    hide.
    """

    key: str
    label: str
    kind: str = "text"
    card: str = "hide"
    sort_url: str = ""
    aria_sort: str = ""
    missing: str = "Uppgift saknas"

    @property
    def align(self) -> str:
        return "right" if self.kind in ("amount", "percent") else "left"

    @property
    def css(self) -> str:
        """The cell's classes: numbers are tabular, days quiet, and the place on the card."""
        place = {"status": "c-st", "amount": "c-am", "meta": "c-ha", "score": "c-sc", "line": "c-ln", "hide": "c-hide"}
        numeric = "num " if self.kind in ("amount", "percent", "day", "instant", "code") else ""
        quiet = "muted " if self.kind in ("day", "instant") else ""
        return f"{numeric}{quiet}{'right ' if self.align == 'right' else ''}{place.get(self.card, '')}".strip()


@dataclass(frozen=True)
class ListCell:
    """A cell: the value, where it leads, and a second line. ``of``: the enum or field of a badge, as in badge_of."""

    column: ListColumn
    value: Any = None
    url: str = ""
    note: str = ""
    of: Any = None


@dataclass(frozen=True)
class ListRow:
    """A row; ``id``, ``name`` and ``amount_sek`` serve its checkbox and the sum of marked rows."""

    cells: tuple[ListCell, ...]
    id: str = ""
    name: str = ""
    amount_sek: int = 0


# Errors of a page ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PageError:
    """One line of the error summary; ``href`` leads to the field, or is "" when the fault belongs to no field."""

    text: str
    href: str


def page_errors(
    sources: Iterable[Any], reasons: Iterable[str] = (), links: Mapping[str, str] | None = None
) -> list[PageError]:
    """Every error of forms and form sets, then the reasons, each once and in the order of the page.

    ``reasons`` are sentences; a Reason's ``where`` is a field of one of the forms or a key of ``links`` (address).
    """
    forms = [form for source in sources if source for form in getattr(source, "forms", [source])]
    found = [PageError(str(text), "") for source in sources if source for text in _whole(source)]
    for form in forms:
        for name, texts in form.errors.items():
            if name in form.fields:
                field = form[name]
                found += [PageError(str(text), f"#{_first_id(field)}") for text in getattr(field, "errors", texts)]
    for reason in reasons or ():
        where = getattr(reason, "where", "")
        field = next((form[where] for form in forms if where in form.fields), None)
        href = f"#{_first_id(field)}" if field is not None else (links or {}).get(where, "")
        found.append(PageError(str(reason), href))
    return list(dict.fromkeys(found))


def _whole(source: Any) -> list[Any]:
    """The faults of a form or form set as a whole, those of a set's forms included."""
    if hasattr(source, "non_form_errors"):
        return [*source.non_form_errors(), *(text for form in source.forms for text in form.non_field_errors())]
    return list(source.non_field_errors())


def _first_id(field: BoundField) -> str:
    """The id of the control that gets focus: the first choice where the field is a group."""
    return field.id_for_label or f"{field.auto_id}_0"


def count_words(number: int, one: str, many: str) -> str:
    """ "en sak", "tre saker", "13 saker"."""
    if number == 1:
        return f"en {one}"
    return f"{NUMBERS[number] if number < len(NUMBERS) else group(number)} {many}"


# Form fields ---------------------------------------------------------------------------------------------------------


def lower_first(text: str) -> str:
    """ "Rubrik" → "rubrik"; "RUS-mål" stays."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def named(name: str, sentence: str) -> str:
    """ "Startdag", "Skriv datumet …" → "Startdag: skriv datumet …": a sentence that is clear far from its field."""
    return f"{f'”{name}”' if name.endswith('?') else name}: {lower_first(sentence)}"


def asking(name: str, asks: str) -> str:
    """What an empty field says: "Fyll i rubrik.", or to answer the question that its name is."""
    return f"Svara på ”{name}”." if name.endswith("?") else asks.format(lower_first(name))


def sentences_of(field: Field, label: str, fault: ValidationError) -> list[str]:
    """The sentences of a fault. Where they are the framework's own, which fit any field, the field's name is put in."""
    texts = [str(text) for text in fault.messages]
    code = fault.code or ""
    own = next((m[code] for c in type(field).__mro__ if code in (m := vars(c).get(DEFAULTS, {}))), None)
    if not label or own is None or field.error_messages.get(code) != own:
        return texts
    if code != "required":
        return [named(label, text) for text in texts]
    if isinstance(field, BooleanField):
        return [f"Kryssa i ”{label}”."]
    return [asking(label, "Välj {}." if isinstance(field, ChoiceField | FileField) else "Fyll i {}.")]


class DesignBoundField(BoundField):
    """A field as DESIGN.md 5 draws it: the error is read before the hint; faults are told by the server, in Swedish.

    No ``required`` attribute: the browser's own bubbles are in another language and vanish. Optional fields are marked
    in the label unless the form or field says ``mark_optional = False`` (drafts, where everything may wait).
    """

    @property
    def errors(self) -> ErrorList:
        """The faults as sentences that name the field; the error summary shows the same ones."""
        texts = [
            text
            for fault in super().errors.as_data()
            for text in sentences_of(self.field, str(self.label or ""), fault)
        ]
        return self.form.error_class(texts, renderer=self.form.renderer)

    @property
    def error_id(self) -> str:
        return f"{self.auto_id}-err"

    @property
    def hint_id(self) -> str:
        return f"{self.auto_id}-hint"

    @property
    def count_id(self) -> str:
        return f"{self.auto_id}-count"

    @property
    def limit(self) -> int | None:
        """Largest number of characters, where the page counts them."""
        limit = self.field.widget.attrs.get("data-limit")
        return limit if limit and "textarea" in self.field.widget.template_name else None

    @property
    def is_prose(self) -> bool:
        """Whether the hint is a text that people wrote, with lists and links (grants.core.prose)."""
        return bool(getattr(self.field, "is_prose", False))

    @property
    def optional(self) -> bool:
        marks = getattr(self.field, "mark_optional", getattr(self.form, "mark_optional", True))
        return bool(marks and not self.field.required and self.widget_type not in ("checkbox", "nullboolean"))

    @property
    def aria_describedby(self) -> str | None:
        if self.field.widget.attrs.get("aria-describedby"):
            return None
        if not self.auto_id or self.is_hidden:
            return None
        ids = [
            *([self.error_id] if self.errors else []),
            *([self.hint_id] if self.help_text else []),
            *([self.count_id] if self.limit else []),
        ]
        return " ".join(ids) or None

    def build_widget_attrs(self, attrs: dict[str, Any], widget: Any = None) -> dict[str, Any]:
        built = super().build_widget_attrs(attrs, widget)
        built.pop("required", None)
        return built


class DesignRenderer(TemplatesSetting):
    """Every form, ours and allauth's, is rendered by templates/django/forms with DesignBoundField."""

    bound_field_class = DesignBoundField
    form_template_name = "django/forms/fields.html"
