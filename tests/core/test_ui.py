"""What pages are built of: numbers and dates, badges, fields, the error summary, buttons, menus and the style page."""

import datetime as dt
import re
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils.formats import date_format, get_format, sanitize_separators
from pytest_django import Settings

from grants.core import ui
from grants.core.enums import StateChoices
from grants.core.exceptions import Reason
from grants.core.forms import DayField, SekField, TextField
from grants.core.styleguide import style_page
from grants.core.templatetags import ui as tags
from grants.core.workflow import StepView

NB = "\u00a0"


class Light(StateChoices):
    """States of these tests."""

    DRAFT = "draft", "neutral", "Utkast"
    PAID = "paid", "success", "flag", "Utbetald"
    HOSTILE = "hostile", "pink", "<script>alert(1)</script>"


class Visit(forms.Form):
    """One field of each kind that the design draws differently."""

    name = TextField(label="Namn", max_length=20, help_text="Skriv <b>kort</b>.")
    story = TextField(label="Berättelse", multiline=True, max_length=600, required=False)
    amount = SekField(label="Belopp")
    day = DayField(label="Dag")
    way = forms.ChoiceField(label="Sätt", choices=[("a", "Buss"), ("b", "Tåg")], widget=forms.RadioSelect)


def rendered(source: str, **values: object) -> str:
    return Template(source).render(Context(values))


def request_for(path: str = "/", **data: str) -> HttpRequest:
    request = RequestFactory().get(path, data)
    request.user = AnonymousUser()
    return request


@pytest.mark.parametrize(
    ("source", "value", "shown"),
    [
        ("{{ v|sek }}", 1234567, f"1{NB}234{NB}567{NB}kr"),
        ("{{ v|sek }}", 0, f"0{NB}kr"),
        ("{{ v|sek }}", -45000, f"−45{NB}000{NB}kr"),
        ("{{ v|sek }}", Decimal("1234.50"), f"1{NB}234,50{NB}kr"),
        ("{{ v|sek }}", Decimal("1234.00"), f"1{NB}234{NB}kr"),
        ("{{ v|number }}", 612, "612"),
        ("{{ v|number }}", Decimal("-1234.5"), f"−1{NB}234,5"),
        ("{{ v|percent }}", 50, f"50{NB}%"),
        ("{{ v|percent }}", Decimal("50.0"), f"50{NB}%"),
        ("{{ v|percent }}", "49.65", f"49,7{NB}%"),
        ("{{ v|percent }}", -3, f"−3{NB}%"),
        ("{{ v|percent:1 }}", 50, f"50,0{NB}%"),
        ("{{ v|percent:0 }}", "49.5", f"50{NB}%"),
        ("{{ v|iso }}", dt.date(2026, 11, 22), "2026-11-22"),
        ("{{ v|iso }}", dt.datetime(2026, 12, 31, 23, 30, tzinfo=dt.UTC), "2027-01-01"),
        ("{{ v|longdate }}", dt.date(2027, 1, 15), f"15{NB}januari 2027"),
        ("{{ v|clock }}", dt.datetime(2027, 7, 1, 13, 0, tzinfo=dt.UTC), f"kl.{NB}15.00"),
        ("{{ v|instant }}", dt.datetime(2026, 11, 22, 13, 32, tzinfo=dt.UTC), f"2026-11-22 kl.{NB}14.32"),
        ("{{ v|dash }}", 0, "0"),
        ("{{ v|saker }}", 3, "tre saker"),
        ("{{ v|saker }}", 13, "13 saker"),
        ("{{ v|saker }}", 10_234, f"10{NB}234 saker"),
        ("{{ v|counted }}", 10_234, f"10{NB}234"),
        ("{{ v|counted }}", "3 av 7", "3 av 7"),
        ("{% for head, cell in v|under:'ab' %}{{ head }}{{ cell }} {% endfor %}", [1, 2], "a1 b2 "),
        ("{{ v|initials }}", "Handläggare Mitt", "HM"),
        ("{{ v|initials }}", "", ""),
    ],
)
def test_numbers_and_dates_are_written_as_the_design_says(source: str, value: object, shown: str) -> None:
    assert rendered(source, v=value) == shown


@pytest.mark.parametrize("name", ["sek", "number", "percent", "iso", "longdate", "clock", "instant", "dash"])
def test_a_missing_value_is_a_dash_with_hidden_words(name: str) -> None:
    shown = rendered("{{ v|" + name + " }}", v=None)

    assert shown == '<span class="none"><span aria-hidden="true">–</span><span class="vh">Uppgift saknas</span></span>'


def test_the_words_of_a_missing_value_are_escaped() -> None:
    assert "<b>" not in rendered("{{ v|dash:words }}", v="", words="<b>inget</b>")


def test_the_swedish_formats_take_only_iso_dates_and_write_a_decimal_comma() -> None:
    assert get_format("DATE_INPUT_FORMATS", lang="sv") == ["%Y-%m-%d"]
    assert date_format(dt.datetime(2027, 1, 15, 15, 0), "TIME_FORMAT") == "15.00"
    assert sanitize_separators("0,5") == "0.5"
    assert get_format("THOUSAND_SEPARATOR", lang="sv") == NB


def test_a_badge_carries_tone_icon_and_word() -> None:
    shown = rendered("{% badge v %}", v=Light.PAID)

    assert shown.startswith('<span class="st st-success"><svg class="i"')
    assert shown.endswith("</svg>Utbetald</span>")


def test_a_badge_of_a_value_finds_its_enum() -> None:
    assert ui.badge_of("draft", Light) == ui.Badge("Utkast", "neutral", "dot")
    assert ui.badge_of("", Light) is None


def test_a_badge_escapes_a_hostile_label_and_knows_no_foreign_tone() -> None:
    shown = rendered("{% badge v %}", v=Light.HOSTILE)

    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown
    assert 'class="st st-neutral"' in shown
    assert "<script>" not in rendered("{% tag v %}", v="<script>")


def test_an_icon_with_a_name_is_read_aloud_and_others_are_hidden() -> None:
    assert 'aria-label="&lt;Klart&gt;"' in rendered('{% icon "check" v %}', v="<Klart>")
    assert 'aria-hidden="true"' in rendered('{% icon "check" %}')


@pytest.mark.parametrize(
    ("value", "most", "width"),
    [(37, 100, "37.00%"), (3, 2, "100.00%"), (-1, 5, "0.00%"), (5, 0, "0.00%"), (1, 3, "33.33%")],
)
def test_a_bar_is_an_svg_width_within_its_track(value: int, most: int, width: str) -> None:
    shown = rendered("{% bar v m %}", v=value, m=most)

    assert f'class="val" width="{width}"' in shown
    assert "style=" not in shown


def test_the_parts_of_a_sum_stand_after_each_other() -> None:
    shown = rendered("{% split parts %}", parts=[("A", 1), ("B", 3)])

    assert re.findall(r'x="([\d.]+%)" width="([\d.]+%)"', shown) == [("0.00%", "25.00%"), ("25.00%", "75.00%")]


def test_what_the_parts_leave_of_the_whole_stands_last_as_not_divided() -> None:
    parts = [("A", 1), ("B", 1)]

    divided = rendered("{% split parts 2 %}", parts=parts)
    left = rendered("{% split parts 8 %}", parts=parts)

    assert "Inte fördelat" not in divided
    assert re.findall(r'class="(s\d)" x="([\d.]+%)" width="([\d.]+%)"', left)[1:] == [
        ("s2", "12.50%", "12.50%"),
        ("s6", "25.00%", "75.00%"),
    ]
    assert "Inte fördelat" in left


def test_a_field_reads_label_hint_error_control_in_that_order() -> None:
    form = Visit({"name": "x" * 30})

    shown = form["name"].as_field_group()

    places = [shown.index(part) for part in ("<label", 'id="id_name-hint"', 'id="id_name-err"', "<input")]
    assert places == sorted(places)
    assert 'aria-describedby="id_name-err id_name-hint"' in shown
    assert 'aria-invalid="true"' in shown
    assert '<span class="vh">Fel: </span>”Namn” har 30 tecken' in shown
    assert 'value="' + "x" * 30 + '"' in shown
    assert " required" not in shown


def test_a_hint_is_escaped() -> None:
    assert "Skriv &lt;b&gt;kort&lt;/b&gt;." in Visit()["name"].as_field_group()


def test_a_long_text_has_a_counter_that_belongs_to_it_and_is_marked_as_voluntary() -> None:
    shown = Visit()["story"].as_field_group()

    assert "Berättelse (frivilligt)</label>" in shown
    assert 'aria-describedby="id_story-count"' in shown
    assert 'data-counter="id_story" data-most="600">Högst 600 tecken.' in shown


def test_a_form_that_may_be_incomplete_marks_nothing_as_voluntary() -> None:
    form = Visit()
    form.mark_optional = False  # type: ignore[attr-defined]

    assert "(frivilligt)" not in form["story"].as_field_group()


def test_wrong_amounts_and_days_are_kept_as_typed() -> None:
    form = Visit({"amount": "45k", "day": "11/22/2026"})

    assert 'value="45k"' in form["amount"].as_field_group()
    assert 'class="ds-input in w-money"' in form["amount"].as_field_group()
    assert 'value="11/22/2026"' in form["day"].as_field_group()


def test_a_group_of_choices_is_a_fieldset_with_its_error() -> None:
    shown = Visit({})["way"].as_field_group()

    assert shown.count("<fieldset") == 1
    assert 'aria-describedby="id_way-err"' in shown
    assert "<legend>Sätt</legend>" in shown
    assert shown.count('class="rb"') == 2


def test_a_whole_form_shows_the_faults_that_belong_to_no_field() -> None:
    form = Visit({})
    form.add_error(None, "Beloppen är inte lika.")

    assert "Fel: </span>Beloppen är inte lika." in str(form)


def test_the_summary_links_to_every_field_and_says_the_same_as_the_field() -> None:
    form = Visit({"name": "Resa", "amount": "45k", "day": "2027-01-15"})
    form.add_error(None, "Beloppen är inte lika.")

    found = ui.page_errors([form])

    assert [error.href for error in found] == ["", "#id_amount", "#id_way_0"]
    assert 'id="id_way_0"' in form["way"].as_field_group()
    assert all(error.text in str(form) for error in found)


def test_the_summary_of_a_form_set_tells_the_faults_of_its_forms_and_of_the_whole() -> None:
    visits = forms.formset_factory(Visit, min_num=2, validate_min=True)
    data = {
        "form-TOTAL_FORMS": "1",
        "form-INITIAL_FORMS": "0",
        "form-0-name": "Resa",
        "form-0-amount": "1",
        "form-0-day": "2027-01-15",
    }

    found = ui.page_errors([visits(data)])

    assert found[0].href == ""
    assert [error.href for error in found[1:]] == ["#id_form-0-way_0"]


def test_reasons_lead_to_a_field_or_to_an_address() -> None:
    reasons = [Reason("Skriv dagen.", "day"), Reason("Välj mål.", "goals"), "Vänta."]

    found = ui.page_errors([Visit()], reasons, {"goals": "/mal/"})

    assert [(error.text, error.href) for error in found] == [
        ("Skriv dagen.", "#id_day"),
        ("Välj mål.", "/mal/"),
        ("Vänta.", ""),
    ]


def test_the_summary_is_empty_without_errors_and_counts_them_otherwise() -> None:
    assert rendered("{% error_summary form %}", form=Visit()).strip() == ""
    told = rendered(
        "{% error_summary reasons=reasons links=links %}", reasons=[Reason("A.", "mal"), "B."], links={"mal": "/mal/"}
    )
    assert "Rätta två saker och försök igen" in told
    assert "<i>" not in rendered("{% error_summary reasons=reasons %}", reasons=["<i>"])


def test_a_refusal_that_no_field_can_mend_asks_nobody_to_mend_anything() -> None:
    told = rendered("{% error_summary reasons=reasons %}", reasons=["Projektet är avslutat."])
    assert "Det gick inte" in told and "Rätta" not in told


def buttons(**changes: object) -> str:
    step = {"name": "send", "label": "Skicka", "tone": "primary", "confirm": "", "needs_reason": False, "reasons": ()}
    view = StepView(**{**step, **changes})  # type: ignore[arg-type]
    rows = [{"id": "steg-send", "url": "/skicka/", "primary": True, "step": view}]
    return render_to_string("components/step_buttons.html", {"rows": rows, "version": 7, "csrf_token": "abc"})


def test_a_step_is_a_form_that_posts_the_version() -> None:
    shown = buttons()

    assert '<form method="post" action="/skicka/">' in shown
    assert 'name="csrfmiddlewaretoken" value="abc"' in shown
    assert 'name="version" value="7"' in shown


def test_a_shut_step_says_why_in_text_and_posts_nothing() -> None:
    shown = buttons(reasons=("Bedömningen <saknas>.",))

    assert "<form" not in shown
    assert 'aria-describedby="steg-send-varfor"' in shown
    assert "Bedömningen &lt;saknas&gt;." in shown


def test_a_step_that_asks_has_its_question_and_reason_also_without_script() -> None:
    shown = buttons(tone="danger", confirm="Avslå ansökan?", needs_reason=True)

    assert "<details" in shown
    assert "Avslå ansökan?</h2>" in shown
    assert '<textarea class="ds-input in" id="steg-send-skal" name="reason"' in shown
    assert 'data-color="danger"' in shown


def test_a_step_without_a_page_is_not_shown() -> None:
    steps = [StepView("fly", "Flyg", "primary", "", False, ())]

    assert rendered('{% step_buttons steps "nowhere" obj %}', steps=steps, obj=SimpleNamespace(pk=1)).strip() == ""


def test_a_step_is_posted_to_its_own_page_or_to_the_page_of_all_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    pages = {"calls:step": {"code", "name"}, "applications:submit": {"pk"}}

    def address(url_name: str, **key: str) -> str:
        return f"/{url_name}/{key.get('pk') or key['code']}" if pages.get(url_name) == set(key) else ""

    monkeypatch.setattr(tags, "address", address)

    assert tags.step_address("applications", "submit", SimpleNamespace(pk="7")) == "/applications:submit/7"
    assert tags.step_address("calls", "publish", SimpleNamespace(pk="7", code="SPP")) == "/calls:step/SPP"
    assert tags.step_address("calls", "publish", SimpleNamespace(pk="7")) == ""


def test_pages_keep_the_rest_of_the_address() -> None:
    page = Paginator(range(612), 50).get_page(3)
    request = request_for("/", lage="inkommen", sida="3")

    shown = rendered("{% pagination page %}", page=page, request=request)

    assert "101–150 av 612" in shown
    assert 'href="?lage=inkommen&amp;sida=4" rel="next"' in shown
    assert shown.count('aria-current="true"') == 1


def test_a_list_keeps_hostile_names_as_text() -> None:
    title = ui.ListColumn("title", "Projekt", card="title")
    row = ui.ListRow((ui.ListCell(title, "<img src=x onerror=alert(1)>", url="/a/"),), name='"><script>', id="1")

    shown = render_to_string(
        "components/list_table.html", {"columns": [title], "rows": [row], "bulk": [{"label": "Gör"}]}
    )

    assert "<img" not in shown
    assert "<script" not in shown


# The style page ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("face", ["", "arbete"])
def test_the_style_page_shows_every_component_in_both_faces(face: str, settings: Settings) -> None:
    settings.DEMO = True

    answer = style_page(request_for("/komponenter/", yta=face))

    assert isinstance(answer, HttpResponse)
    page = answer.content.decode()

    assert f'<body class="{"desk" if face else "public"}"' in page
    for mark in (
        "errsum",
        "st-danger",
        "phase",
        "kpis",
        "events",
        "receipt",
        "letter",
        "costs",
        "gauge",
        "crit",
        "times",
    ):
        assert f'class="{mark}' in page or f" {mark}" in page
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert sorted(set(ids) - {"errsum-h"}) == sorted(id for id in ids if id != "errsum-h")
    assert "style=" not in page


def test_the_style_page_does_not_exist_among_real_data(settings: Settings) -> None:
    settings.DEMO, settings.DEBUG = False, False

    with pytest.raises(Http404):
        style_page(request_for("/komponenter/"))


def test_a_frozen_text_shows_the_word_for_email_in_one_piece() -> None:
    assert tags.unbroken("E-post och e-postadress") == "E\u2011post och e\u2011postadress"
