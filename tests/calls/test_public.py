"""The public list and the page of a call: every part in plain words, the filter in the address, the same cost for 200."""

import datetime as dt
import re
import uuid

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext

from calls import actions
from calls.enums import CallKind, State
from calls.models import ApplicantKind, Call, CallArea, Cutoff
from grants.accounts.enums import OrganisationKind
from grants.core.time import now
from grants.strategy.models import Region, StrategicArea
from tests.builders.base import call_manager, member, reference_data, region_organisation
from tests.builders.calls import closed_call, draft_call, open_call, published_call
from tests.calls.rich import rich_call

pytestmark = pytest.mark.django_db
LIST = "/utlysningar/"


def text_of(response):
    return " ".join(response.content.decode().replace("\u00a0", " ").replace("&nbsp;", " ").split())


def titles(response, key="open_calls"):
    return [card["call"].title for card in response.context[key]]


def queries(client, url):
    with CaptureQueriesContext(connection) as caught:
        response = client.get(url)
    assert response.status_code == 200
    return len(caught)


# The call's page -----------------------------------------------------------------------------------------------------


def test_the_page_tells_every_part_of_a_call_in_plain_words(client):
    call = rich_call(2)

    said = text_of(client.get(call.get_absolute_url()))

    for words in (
        "Regioner och kommuner",
        "Stockholms län och Uppsala län",
        "Två organisationer eller fler söker tillsammans.",
        "Ni kan få högst hälften av kostnaden.",
        "Inriktning 2",
        "Tema 2",
        "2 000 000 kr",
        "Indirekta kostnader, 15 % av personal från",
        "Pengar från er själva eller från andra (kontant medfinansiering)",
        "Det här räknas inte",
        "Utlysningens regel för förskott: högst 50 % av stödet och högst 400 000 kr, och bara om det finns särskilda skäl. "
        "Kontakta oss om ni behöver det.",
        "Utlysningens regel för ändrad budget: om ett kostnadsslag blir mer än 20 % större än i beslutet och ändringen är "
        "större än 50 000 kr behövs ett nytt beslut. Kontakta oss innan ni ändrar.",
        "Första rapporten gäller projektets 6 första månader. Sedan rapporterar ni minst var sjätte månad.",
        "Varje rapport ska in senast 30 dagar efter att perioden är slut.",
        "Vad poängen betyder",
        "Betyder 5.",
        "Är punkt 2 rätt?",
        "Intyg 2",
        "Innan vi beslutar frågar vi berörd region (samråd).",
        "Sista dag att söka i omgång 1",
        "Beslut för omgång 2, senast",
        "Uppdraget 2024–2028, uppdrag LI2024/1",
        "Ni kan överklaga beslut om återkrav. I beslutet står hur ni gör.",
        "Ni kan inte överklaga beslut om stöd, avvisning, avskrivning, ändringsbeslut, beslut om utbetalning, beslut om förskott, "
        "rättelse eller omprövning.",
        "Fråga 2?",
        f'href="/utlysningar/{call.code}/kalender.ics"',
    ):
        assert words in said, words


def test_the_page_costs_the_same_for_one_three_and_two_hundred_rows_also_to_one_who_is_signed_in(client):
    calls = [rich_call(many) for many in (1, 3, 200)]
    client.get(calls[0].get_absolute_url())
    caches["process"].clear()
    anonymous = [queries(client, call.get_absolute_url()) for call in calls]
    client.force_login(member())
    client.get(LIST)
    signed_in = [queries(client, call.get_absolute_url()) for call in calls]

    assert anonymous == [anonymous[0]] * 3
    assert signed_in == [signed_in[0]] * 3
    assert max(signed_in) <= 25


def test_a_call_whose_money_is_not_certain_says_so_above_all_else(client):
    call = rich_call()
    Call.objects.filter(pk=call.pk).update(is_money_reserved=True, reservation="Riksdagen beslutar i december.")

    page = client.get(call.get_absolute_url()).content.decode()

    assert page.index("Pengarna är inte beslutade än") < page.index("Riksdagen beslutar i december.")
    assert page.index("Riksdagen beslutar i december.") < page.index('class="facts"')


def test_a_directed_call_names_those_who_are_invited(client):
    call = open_call(kind=CallKind.DIRECTED, invitations=[{"organisation": region_organisation("24")}])

    page, listed = (text_of(client.get(url)) for url in (call.get_absolute_url(), LIST))

    assert "Riktad inbjudan" in page
    assert "Region Västerbotten" in page
    assert "Riktad inbjudan" in listed


def test_the_next_cut_off_is_the_deadline_and_the_later_ones_stand_in_the_timetable(client):
    at = now()
    call = open_call(opens_at=at - dt.timedelta(days=9), closes_at=at + dt.timedelta(days=90))
    for number, days in enumerate((-3, 10, 90), 1):
        Cutoff.objects.create(call=call, number=number, closes_at=at + dt.timedelta(days=days))

    page = client.get(call.get_absolute_url())

    assert page.context["deadline"]["days_left"] == 10
    assert [row["state"] for row in page.context["times"] if "omgång" in row["label"]] == ["done", "now", ""]


def test_a_published_text_is_text_and_its_addresses_are_safe_links(client):
    call = rich_call()
    call.public_answers.update(
        question="<script>alert(1)</script>",
        answer='Se https://example.se/?a=1&b=2 och javascript:alert(1) "><img src=x onerror=alert(1)>',
    )

    page = client.get(call.get_absolute_url()).content.decode()

    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert 'href="javascript' not in page
    assert '<a href="https://example.se/?a=1&amp;b=2" rel="nofollow">' in page


# The list ------------------------------------------------------------------------------------------------------------


def test_open_calls_stand_by_their_next_cut_off(client):
    at = now()
    later = open_call(title="Senare", closes_at=at + dt.timedelta(days=20))
    rolling = open_call(title="Löpande", closes_at=at + dt.timedelta(days=90))
    Cutoff.objects.create(call=rolling, number=1, closes_at=at + dt.timedelta(days=5))
    Cutoff.objects.create(call=rolling, number=2, closes_at=rolling.closes_at)

    response = client.get(LIST)

    assert titles(response) == ["Löpande", later.title]
    assert "5 dagar kvar" in text_of(response)
    assert "Fler omgångar till" in text_of(response)


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ("", ["Alla", "Smal"]),
        ("?omrade=OMRADE", ["Smal"]),
        ("?sokande=municipality", ["Alla", "Smal"]),
        ("?sokande=agency", ["Alla"]),
        ("?lan=24", ["Alla", "Smal"]),
        ("?lan=12", ["Alla"]),
        ("?lan=24&sokande=agency", ["Alla"]),
        ("?lan=99&sokande=%00&omrade=%27%3B--&sida=x", ["Alla", "Smal"]),
        ("?lan=" + "9" * 9_000, ["Alla", "Smal"]),
    ],
)
def test_the_list_is_narrowed_by_area_kind_and_county_and_the_address_holds_it(client, query, left):
    everywhere = open_call(title="Alla", closes_at=now() + dt.timedelta(days=2))
    narrow = open_call(title="Smal")
    area = StrategicArea.objects.current().first()
    CallArea.objects.filter(call=everywhere, area=area).delete()
    ApplicantKind.objects.create(call=narrow, kind=OrganisationKind.MUNICIPALITY)
    narrow.counties.set(Region.objects.filter(county_code__in=("24", "25")))

    response = client.get(LIST + query.replace("OMRADE", area.code))

    assert titles(response) == left


def test_a_choice_that_nothing_fits_says_so_and_leads_back(client):
    open_call()
    CallArea.objects.all().delete()

    response = client.get(f"{LIST}?omrade={StrategicArea.objects.current().first().code}")

    assert titles(response) == []
    assert "Ingen öppen utlysning stämmer med det ni har valt." in text_of(response)
    assert 'href="/utlysningar/">Visa alla utlysningar' in text_of(response)


def test_the_narrowed_list_keeps_its_choice_from_page_to_page(client, monkeypatch):
    from calls.views import public

    monkeypatch.setattr(public, "PER_PAGE", 1)
    closed_call(title="Ett")
    closed_call(title="Två")

    response = client.get(f"{LIST}?sokande=region&sida=2")

    assert len(titles(response, "past_calls")) == 1
    assert "?sokande=region&amp;sida=1" in response.content.decode()


def test_the_list_costs_the_same_for_one_three_and_two_hundred_calls(client):
    rich_call()
    published_call()
    closed_call()
    client.get(LIST)
    assert titles(client.get(LIST)) != []
    one = queries(client, LIST)
    for _ in range(2):
        rich_call()
        published_call()
        closed_call()
    three = queries(client, LIST)
    for kind in (State.OPEN, State.PUBLISHED, State.CLOSED):
        template = Call.objects.filter(state=kind).first()
        for number in range(66):
            _copy(template, number)
    many = queries(client, LIST)

    assert one == three == many
    assert many <= 25


def _copy(call, number):
    """A row like another, written around the machine: only the number of rows matters here."""
    fields = [field.column for field in Call._meta.concrete_fields if field.name not in ("id", "code")]
    names = ", ".join(connection.ops.quote_name(name) for name in fields)
    new = uuid.uuid4()
    key = new.hex if connection.vendor == "sqlite" else str(new)
    old = call.pk.hex if connection.vendor == "sqlite" else str(call.pk)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO calls_call (id, code, {names}) SELECT %s, %s, {names} FROM calls_call WHERE id = %s",
            [key, f"kopia-{call.state}-{number}", old],
        )


def test_an_areas_money_is_a_share_of_the_whole_budget_and_the_rest_is_not_divided(client):
    reference_data()
    areas = [{"area": area, "budget_sek": 1} for area in StrategicArea.objects.current()]
    call = open_call(budget_sek=9_000_000, years=[{"year": now().year, "budget_sek": 9_000_000}], areas=areas)
    first, second, *_ = call.areas.all()

    def key(**amounts):
        call.areas.update(budget_sek=None)
        for area, amount_sek in ((first, amounts.get("one")), (second, amounts.get("other"))):
            call.areas.filter(pk=area.pk).update(budget_sek=amount_sek)
        caches["process"].clear()
        said = text_of(client.get(call.get_absolute_url()))
        part = said[said.index('<ul class="key">') :].partition("</ul>")[0]
        return re.findall(r'<span>(.*?)</span><b class="num">(.*?)</b><span class="p num">(.*?)</span>', part)

    name, other = first.area.short_sv, second.area.short_sv
    assert key(one=1) == [(name, "1 kr", "0 %"), ("Inte fördelat", "8 999 999 kr", "100 %")]
    assert key(one=3_000_000, other=1_500_000) == [
        (name, "3 000 000 kr", "33,3 %"),
        (other, "1 500 000 kr", "16,7 %"),
        ("Inte fördelat", "4 500 000 kr", "50 %"),
    ]
    assert key(one=3_000_000, other=6_000_000) == [(name, "3 000 000 kr", "33,3 %"), (other, "6 000 000 kr", "66,7 %")]


def test_a_draft_is_in_no_list_and_has_no_page_for_a_visitor(client):
    call = draft_call(title="Hemlig")

    assert "Hemlig" not in text_of(client.get(LIST))
    assert client.get(call.get_absolute_url()).status_code == 404


def test_a_cancelled_call_says_so_with_the_reason_in_the_list_on_its_page_and_in_calendars(client):
    manager = call_manager()
    call = actions.cancel(
        open_call(manager=manager, title="Blev inget"), by=manager, reason="Riksdagen sade nej till pengarna."
    )

    listed, page = client.get(LIST), client.get(call.get_absolute_url())
    calendar = client.get(f"/utlysningar/{call.code}/kalender.ics").content.decode()

    assert titles(listed) == []
    assert titles(listed, "past_calls") == ["Blev inget"]
    assert "Inställd" in text_of(listed)
    assert "Riksdagen sade nej till pengarna." in text_of(page)
    assert "Ansökningar som redan har kommit in finns kvar." in text_of(page)
    assert "Starta ansökan" not in text_of(page)
    assert "dagar kvar" not in text_of(page)
    assert calendar.count("STATUS:CANCELLED") == calendar.count("BEGIN:VEVENT") == 2


def test_a_call_that_was_cancelled_before_it_opened_speaks_of_no_applications(client):
    manager = call_manager()
    call = actions.cancel(published_call(manager=manager), by=manager, reason="Pengarna kom inte.")

    said = text_of(client.get(call.get_absolute_url()))

    assert "Pengarna kom inte." in said
    assert "Ansökningar som redan har kommit in" not in said
    assert "Vi hör av oss till er som har sökt" not in said
