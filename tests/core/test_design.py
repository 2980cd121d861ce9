"""The design's promises that a program can check: contrast, no inline style or script, a small script, words in Swedish."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Engine, Template

STATIC = Path(settings.BASE_DIR) / "static"
TEMPLATES = Path(settings.BASE_DIR) / "templates"
SHEETS = sorted((STATIC / "css").glob("*.css"))
PAGES = sorted(path for path in TEMPLATES.rglob("*.html"))


def tokens() -> dict[str, str]:
    """Every colour variable of the theme with its value, references followed."""
    text = (STATIC / "css" / "theme-ds.css").read_text(encoding="utf-8")
    found = dict(re.findall(r"--([a-z0-9-]+):\s*(#[0-9a-fA-F]{3,6}|var\(--[a-z0-9-]+\));", text))
    return {name: resolved for name in found if (resolved := value_of(name, found))}


def value_of(name: str, found: dict[str, str]) -> str:
    """The colour behind a name, "" when it leads to something else than a colour."""
    value = found.get(name, "")
    return value_of(value[6:-1], found) if value.startswith("var(") else value


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    digits = colour.lstrip("#")
    digits = "".join(d * 2 for d in digits) if len(digits) == 3 else digits
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_computed_as_wcag_does() -> None:
    assert round(contrast("#000", "#ffffff"), 2) == 21.0
    assert round(contrast("#767676", "#fff"), 2) == 4.54


# text, background, least ratio: the table of tokens; 4.5 for text, 3 for borders of controls and what charts show
TEXT = [
    ("ink", "paper", 16),
    ("ink", "canvas", 15),
    ("ink", "gran-50", 4.5),
    ("ink", "gran-100", 4.5),
    ("ink", "head", 4.5),
    ("ink", "raps", 9.5),
    ("ink-2", "paper", 7),
    ("ink-2", "canvas", 4.5),
    ("ink-2", "gran-50", 4.5),
    ("ink-2", "gran-100", 6),
    ("ink-2", "neutral-b", 4.5),
    ("ink-3", "paper", 4.5),
    ("gran-800", "paper", 10),
    ("gran-800", "canvas", 4.5),
    ("gran-700", "paper", 8),
    ("paper", "gran-950", 4.5),
    ("paper", "gran-900", 4.5),
    ("gran-100", "gran-950", 4.5),
    ("gran-100", "gran-900", 4.5),
    ("gran-200", "gran-900", 4.5),
    ("error", "paper", 9),
    ("error", "error-50", 4.5),
    ("ok", "paper", 4.5),
    ("warn", "paper", 4.5),
    ("neutral-f", "neutral-b", 7.5),
    ("info-f", "info-b", 7.5),
    ("accent-f", "accent-b", 7.5),
    ("success-f", "success-b", 7.5),
    ("warning-f", "warning-b", 7.5),
    ("danger-f", "danger-b", 7.5),
]
SHAPES = [
    ("line-input", "paper", 4),
    ("line-input", "gran-50", 3.5),
    ("error-line", "paper", 7),
    ("gran-600", "paper", 5.5),
    ("raps", "gran-900", 3),
    ("raps", "ink", 9.5),
    ("gran-700", "gran-100", 3),
    ("gran-700", "track", 3),
    ("map-line", "paper", 3.5),
    ("area-2", "paper", 3),
    ("area-3", "paper", 3),
    ("area-4", "paper", 3),
]


@pytest.mark.parametrize(("front", "back", "least"), TEXT + SHAPES)
def test_the_tokens_keep_their_contrast(front: str, back: str, least: float) -> None:
    held = tokens()

    assert contrast(held[front], held[back]) >= least


def test_colours_are_written_in_the_theme_only() -> None:
    allowed = {"#fff", "#000", "#333"}  # paper and ink of the printer

    stray = {
        f"{sheet.name}: {colour}"
        for sheet in SHEETS
        if sheet.name != "theme-ds.css"
        for colour in re.findall(r"(?<!url\()#[0-9a-fA-F]{3,8}\b", sheet.read_text(encoding="utf-8"))
        if colour not in allowed and colour != "#nodata"
    }

    assert stray == set()


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_every_style_sheet_names_the_layers_first_and_no_text_is_below_14_pixels(sheet: Path) -> None:
    text = sheet.read_text(encoding="utf-8")

    assert text.splitlines()[0] == "@layer base, ds, app;"
    assert [size for size in re.findall(r"font(?:-size)?: (?:\d+ )?(0?\.\d+)rem", text) if float(size) < 0.875] == []
    assert [size for size in re.findall(r"font(?:-size)?:[^;]*?\b(\d+)px", text) if int(size) < 14] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(TEMPLATES)))
def test_templates_hold_no_inline_style_handler_script_or_colour(page: Path) -> None:
    text = page.read_text(encoding="utf-8")

    assert re.findall(r"\sstyle\s*=", text) == []
    assert re.findall(r"<style\b", text) == []
    assert re.findall(r"\son[a-z]+\s*=\s*[\"']", text) == []
    assert [tag for tag in re.findall(r"<script\b[^>]*>", text) if "nonce=" not in tag or "src=" not in tag] == []
    assert re.findall(r"(?:fill|stroke)=\"#", text) == []
    assert "javascript:" not in text


def test_no_line_of_a_page_or_a_mail_ends_inside_the_word_for_email() -> None:
    texts = [path for kind in ("html", "txt") for path in TEMPLATES.rglob(f"*.{kind}")]

    assert [str(path) for path in texts if re.search("e-post", path.read_text(encoding="utf-8"), re.IGNORECASE)] == []


@pytest.mark.parametrize("name", ["app.js", "budget.js", "pick.js"])
def test_our_script_is_small_and_has_no_way_around_the_policy(name: str) -> None:
    script = (STATIC / "js" / name).read_text(encoding="utf-8")

    assert len(script.encode()) < 12_000
    assert re.findall(r"\beval\b|new Function|innerHTML|\.style\b", script) == []


def test_the_foundation_speaks_swedish() -> None:
    foundation = (Path(settings.VENDOR_DIR) / "foundation.css").read_text(encoding="utf-8")
    theme = (STATIC / "css" / "theme-ds.css").read_text(encoding="utf-8")
    words = set(re.findall(r"(--dsc-[a-z-]+):\s*\"[^\"]*[A-Za-z]{2}[^\"]*\"", foundation))

    untranslated = {name for name in words if f"{name}:" not in theme and not name.endswith(("-ellipsis", "-icon-url"))}

    assert words != set()
    assert untranslated == set()


@pytest.mark.parametrize("page", sorted((TEMPLATES / "components").glob("*.html")), ids=lambda page: page.name)
def test_every_component_says_which_values_it_takes(page: Path) -> None:
    text = page.read_text(encoding="utf-8")

    assert text.startswith("{% comment %}")
    assert "Takes" in text.split("{% endcomment %}")[0]


def template(name: str) -> Template:
    return Engine.get_default().get_template(name)


def allauth_pages() -> list[str]:
    """Names of the pages that allauth may render for the apps in use."""
    import allauth

    root = Path(allauth.__file__).parent / "templates"
    found = [
        path.relative_to(root) for app in ("account", "mfa", "usersessions") for path in (root / app).rglob("*.html")
    ]
    return sorted(str(path) for path in found if not {"snippets", "webauthn"} & set(path.parts))


@pytest.mark.parametrize("name", allauth_pages())
def test_every_page_of_allauth_stands_in_our_frame(name: str) -> None:
    chain = [name]
    while parent := re.search(r"{% extends [\"']([^\"']+)[\"'] %}", template(chain[-1]).source):
        chain.append(parent[1])

    assert chain[-2:] == ["allauth/layouts/base.html", "base.html"]
    assert Path(template(chain[-2]).origin.name) == TEMPLATES / chain[-2]


@pytest.mark.parametrize(
    "element", sorted((TEMPLATES / "allauth" / "elements").glob("*.html")), ids=lambda path: path.name
)
def test_our_elements_replace_those_of_allauth(element: Path) -> None:
    assert Path(template(f"allauth/elements/{element.name}").origin.name) == element
