"""Real calls of the past, set up through the pages alone and published: what DOMAIN 1.3 and calls_real.csv say of them.

What those sources do not know (budgets, amounts, criteria, some dates, the third theme) is test data here and nowhere shown
as real: it carries the word ”provuppgift”.
"""

import csv
import datetime as dt

import pytest

from calls import history
from calls.enums import DecisionKind, State
from calls.models import Call
from calls.words import deadline
from grants.accounts.enums import OrganisationKind
from grants.accounts.models import Organisation
from grants.core.time import day_start, local_instant, pretend, stockholm
from grants.strategy.models import Region
from tests.builders.base import call_manager, fresh, reference_data
from tests.builders.setup_pages import as_shown, fill, filled, page_of, rows, started

pytestmark = pytest.mark.django_db
NOT_KNOWN = "Provuppgift, okänd i källan."
REGIONS = "regionalt utvecklingsansvarig"


@pytest.fixture(autouse=True)
def demo(settings):
    """The clock may be set back in demo databases only."""
    settings.DEMO = True


def facts(code):
    """The call's row in the file of real calls."""
    with history.FILE.open(encoding="utf-8", newline="") as file:
        return next(row for row in csv.DictReader(file) if row["call_id"] == code)


def all_regions():
    """The 21 regions as organisations that may apply."""
    return [
        Organisation.objects.create(
            code=f"region-{row.county_code}",
            name=row.region_name,
            kind=OrganisationKind.REGION,
            region=row,
            is_applicant=True,
        )
        for row in Region.objects.current()
    ]


def at(day, clock=dt.time(12)):
    return pretend(local_instant(dt.date.fromisoformat(day), clock))


def signed_in(client):
    reference_data()
    client.force_login(call_manager())


def half_set_up(client, call, year, budget="10 000 000", share="50"):
    """What no source tells of any of these calls: money and criteria of the test's own, and what the ordinance asks for."""
    filled(client, call, "concerns", **{"areas-SO1-chosen": "on"})
    filled(
        client,
        call,
        "money",
        rows("years", {"year": str(year), "budget_sek": budget}),
        budget_sek=budget,
        largest_amount_sek="1 000 000",
        largest_share_percent=share,
    )
    filled(client, call, "judging", rows("criteria", {"title": "Provkriterium", "weight_percent": "100"}))
    filled(client, call, "decisions", **{f"decision_rules-{kind}-is_appealable": "False" for kind in DecisionKind})


def published(client, call):
    response = client.post(f"/utlysningar/{call.code}/steg/publish/", {"version": str(fresh(call).version)})
    assert response.status_code == 302, [str(reason) for reason in response.context["reasons"]]
    return fresh(call)


def page(client, call):
    client.logout()
    response = client.get(call.get_absolute_url())
    assert response.status_code == 200
    return " ".join(response.content.decode().replace("\u00a0", " ").split())


def test_tsp2018_has_three_cut_offs_with_rolling_decisions_and_three_ways_to_apply(client):
    fact = facts("TSP2018")
    days = [dt.date.fromisoformat(day) for day in fact["cutoffs"].split(";")]
    ends = [f"{day + dt.timedelta(days=1)} 00.00" for day in days]
    who = "\n".join(part.strip().capitalize() for part in fact["who_may_apply"].split(";"))
    abilities = (
        "Samordna aktörer på flera nivåer.\nFörena sektorer.\nHitta och engagera berörda aktörer.\n"
        "Förutse och tänka nytt.\nUtgå från platsens egna förutsättningar."
    )
    with at("2018-01-20"):
        signed_in(client)
        call = started(client, code="TSP2018", title=fact["title"], kind="open")
        filled(
            client,
            call,
            "basics",
            rows("cutoffs", *({"closes_at": end} for end in ends)),
            opens_at=f"{fact['published_or_opened']} 00.00",
            closes_at="",
            source_url=fact["source_url"],
        )
        filled(
            client,
            call,
            "wording",
            pitch=NOT_KNOWN,
            who_may_apply=who,
            what_for=f"Projektet ska stärka en eller flera av fem förmågor.\n{abilities}",
            cooperation_rules="Två eller flera kommuner kan söka tillsammans.",
            assessment_intro="Besluten fattas löpande, eller tills pengarna är slut.",
            legal_basis="Förordning (2003:596).",
            contact=NOT_KNOWN,
        )
        kinds = {f"applicant_kinds-{kind}-chosen": "on" for kind in ("region", "municipality")}
        filled(client, call, "applicants", joint_rule="allowed", **kinds)
        half_set_up(client, call, 2018)
        call = published(client, call)

        assert (call.state, call.title, call.kind) == (State.PUBLISHED, fact["title"], "open")
        assert stockholm(call.opens_at).date() == dt.date.fromisoformat(fact["published_or_opened"])
        assert [stockholm(row.closes_at - dt.timedelta(minutes=1)).date() for row in call.cutoffs.all()] == days
        assert call.closes_at == day_start(dt.date.fromisoformat(fact["closed"]) + dt.timedelta(days=1))
        assert sorted(row.kind for row in call.applicant_kinds.all()) == ["municipality", "region"]
        assert [row.body for row in call.consultations.all()] == ["region"]
        assert call.largest_share_percent == 50
        said = page(client, call)
    for words in (*who.splitlines(), *abilities.splitlines(), "omgång 1", "omgång 2", "eller tills pengarna är slut"):
        assert words in said
    for day in ("15 mars", "15 april", "15 maj"):
        assert day in said


def test_the_deadline_of_tsp2018_is_the_next_cut_off(client):
    ends = ["2018-03-16 00.00", "2018-04-16 00.00", "2018-05-16 00.00"]
    with at("2018-01-20"):
        signed_in(client)
        call = started(client, code="TSP2018", title="Prov", kind="open")
        call = filled(
            client, call, "basics", rows("cutoffs", *({"closes_at": e} for e in ends)), opens_at="2018-02-01 00.00"
        )

    shown = deadline(call, local_instant(dt.date(2018, 4, 1), dt.time(12)))

    assert shown["closes_at"].date() == dt.date(2018, 4, 15)


def test_srp2020_has_two_tracks_with_three_themes_each(client):
    fact = facts("SRP2020")
    tracks = [part.split("(")[0].strip() for part in fact["themes"].split(";")]
    known = [
        "Tillgång på el och mark för utveckling av näringslivet",
        "Ökad tillgänglighet inom och mellan regioner för att stärka näringslivet",
    ]
    themes = [*known, "Provtema, det tredje är okänt i källan"]
    with at("2020-04-10"):
        signed_in(client)
        call = started(client, code="SRP2020", title=fact["title"], kind="open")
        filled(
            client,
            call,
            "basics",
            opens_at=f"{fact['published_or_opened']} 08.00",
            closes_at="2020-09-01 00.00",
            source_url=fact["source_url"],
        )
        filled(
            client,
            call,
            "wording",
            pitch=NOT_KNOWN,
            who_may_apply="Regionalt utvecklingsansvarig som projektägare",
            what_for="Planeringsunderlag, strategier och nya arbetssätt.",
            themes_intro="Välj en inriktning och ett tema.",
            contact=NOT_KNOWN,
        )
        both = [
            {"level": "track", "title": tracks[0], "about": "Kortare projekt."},
            *({"level": "theme", "title": title} for title in themes),
            {"level": "track", "title": tracks[1], "about": "Längre projekt."},
            *({"level": "theme", "title": title} for title in themes),
        ]
        filled(client, call, "themes", rows("themes", *both))
        filled(client, call, "applicants", **{"applicant_kinds-region-chosen": "on"})
        half_set_up(client, call, 2020)
        call = published(client, call)

        assert fact["title"] == call.title == "Stärk den regionala planeringen"
        assert stockholm(call.opens_at).date() == dt.date.fromisoformat(fact["published_or_opened"])
        assert [
            (track.title, [theme.title for theme in track.themes.all()])
            for track in call.themes.filter(track__isnull=True)
        ] == [(tracks[0], themes), (tracks[1], themes)]
        assert tracks == ["Ökad kunskap inom regional planering", "Förbättrade regionala planeringsprocesser"]
        assert [row.kind for row in call.applicant_kinds.all()] == ["region"]
        said = page(client, call)
    for words in (
        *tracks,
        *known,
        "Kortare projekt.",
        "Längre projekt.",
        "Regionalt utvecklingsansvarig som projektägare",
    ):
        assert words in said
    assert said.count(known[0]) == 2


def test_the_money_of_srp2020_can_be_divided_on_its_themes(client):
    with at("2020-04-10"):
        signed_in(client)
        call = started(client, code="SRP2020", title="Prov", kind="open")
        titles = [{"level": "track", "title": "Spår"}, *({"level": "theme", "title": name} for name in "AB")]
        call = filled(client, call, "themes", rows("themes", *titles))
        first, second = call.themes.filter(track__isnull=False)
        parts = [
            {"year": "2020", "theme": str(first.pk), "budget_sek": "6 000 000"},
            {"year": "2020", "theme": str(second.pk), "budget_sek": "4 000 000"},
        ]
        filled(client, call, "money", rows("years", parts[0]), budget_sek="10 000 000")
        left = dict(client.get(call.get_desk_url()).context["left"])["Pengar"]
        filled(client, call, "money", rows("years", *parts), budget_sek="10 000 000")
        mended = dict(client.get(call.get_desk_url()).context["left"])["Pengar"]

    sentences = [str(item["text"]) for item in left]
    assert "Temat ”B” saknar budget. Lägg till en rad för det." in sentences
    assert any("Årens budget är tillsammans 6" in sentence for sentence in sentences)
    assert [str(item["text"]) for item in mended if item["url"].endswith("#years")] == []


def test_komp2019_is_directed_and_joint_by_one_application_of_the_chosen_region(client):
    fact = facts("KOMP2019")
    joint = "I ett gemensamt projekt söker den region som är vald till stödmottagare med en enda ansökan."
    with at("2019-02-01"):
        signed_in(client)
        regions = all_regions()
        call = started(client, code="KOMP2019", title=fact["title"], kind="directed")
        filled(
            client,
            call,
            "basics",
            opens_at=f"{fact['published_or_opened']} 08.00",
            closes_at="2019-04-01 00.00",
            source_url=fact["source_url"],
        )
        filled(
            client,
            call,
            "wording",
            pitch=NOT_KNOWN,
            who_may_apply="Endast regionalt utvecklingsansvariga",
            what_for=NOT_KNOWN,
            not_funded="Insatser för enskilda personer",
            cooperation_rules=joint,
            is_money_reserved="on",
            contact=NOT_KNOWN,
        )
        shown = client.get(call.get_desk_url()).context["left"]
        missing = [str(item["text"]) for _, items in shown for item in items]
        filled(client, call, "wording", reservation="Beloppen är indikativa tills pengarna är tilldelade.")
        invite_all(client, call, joint_rule="allowed", **{"applicant_kinds-region-chosen": "on"})
        half_set_up(client, call, 2019)
        call = published(client, call)

        assert "Skriv förbehållet, eftersom pengarna inte är beslutade än." in missing
        assert "Välj vilka organisationer som är inbjudna." in missing
        assert (call.kind, call.title, call.joint_rule) == ("directed", fact["title"], "allowed")
        assert {row.organisation for row in call.invitations.all()} == set(regions)
        assert len(regions) == 21
        said = page(client, call)
    for words in (
        "Riktad inbjudan",
        "Endast regionalt utvecklingsansvariga",
        joint,
        "Insatser för enskilda personer",
        "Beloppen är indikativa tills pengarna är tilldelade.",
        "Pengarna är inte beslutade än",
    ):
        assert words in said


def invite_all(client, call, **values):
    """Press the button that invites every region, then save what the page shows."""
    response = fill(client, call, "applicants", rad="invitations:all", **values)
    group = response.context["setup"].groups["invitations"]
    invited = [{"organisation": form["organisation"].value()} for form in group.forms]
    return filled(client, call, "applicants", rows("invitations", *invited), **values)


def test_bas2019_is_an_offer_to_each_region_with_its_amount(client):
    fact = facts("BAS2019")
    with at("2019-02-01"):
        signed_in(client)
        regions = all_regions()
        call = started(client, code="BAS2019", title=fact["title"], kind="base_funding")
        filled(
            client,
            call,
            "basics",
            opens_at=f"{fact['published_or_opened']} 08.00",
            closes_at="2019-04-01 00.00",
            latest_end_on="2020-12-31",
            source_url=fact["source_url"],
            follows_ordinance=None,
        )
        filled(
            client,
            call,
            "wording",
            pitch=NOT_KNOWN,
            who_may_apply="Endast regionalt utvecklingsansvariga",
            what_for=NOT_KNOWN,
            contact=NOT_KNOWN,
        )
        invite_all(client, call, joint_rule="alone")
        half_set_up(client, call, 2019, budget="10 500 000", share="100")
        filled(client, call, "judging", consultations__region__chosen=None)
        shown = client.get(call.get_desk_url()).context["left"]
        without = [str(item["text"]) for _, items in shown for item in items]
        offers = as_shown(client, page_of(call, "applicants"))
        offers |= {f"invitations-{index}-amount_sek": "500 000" for index in range(len(regions))}
        assert client.post(page_of(call, "applicants"), offers).status_code == 302
        call = published(client, call)

        assert without == ["21 inbjudna saknar belopp. Skriv vad var och en erbjuds."]
        assert (call.kind, call.title, call.joint_rule) == ("base_funding", fact["title"], "alone")
        assert {row.amount_sek for row in call.invitations.all()} == {500_000}
        assert call.latest_end_on == dt.date(2020, 12, 31)
        assert (call.largest_share_percent, call.consultations.count()) == (100, 0)
        said = page(client, call)
    assert "Erbjudande om basfinansiering" in said
    assert "Endast regionalt utvecklingsansvariga" in said
    assert Call.objects.count() == 1
