"""Test mode: the call manager tries the whole application, and nothing of it stays or is seen."""

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.urls import reverse

from applications import actions, reminders, trials
from applications.content import loaded
from applications.enums import Section, State
from applications.models import Application, CostLine, Revision
from applications.views.review import warnings
from calls import actions as call_actions
from calls.enums import ConfirmationRule
from calls.models import Call, RequiredAttachment, Theme
from calls.notices import receivers_of_drafts
from grants.accounts.enums import Level, Role
from grants.accounts.models import Mandate, Membership
from grants.core.exceptions import Blocked
from grants.core.models import Event, OutgoingMessage
from tests.applications.test_call_themes_and_files import pdf
from tests.applications.web import send
from tests.builders import applications as build
from tests.builders import base, calls
from tests.builders.base import fresh

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager():
    return base.call_manager()


@pytest.fixture
def call(manager):
    return calls.draft_call(manager=manager)


def filled(call, manager, applicant=None):
    """A try with everything in it, written as an applicant writes."""
    made = trials.begin(call, applicant=applicant or base.region_organisation(), by=manager)
    made = actions.save_parties(made, build.parties_data(manager), by=manager, version=made.version)
    made = actions.save_project(made, build.project_data(made), by=manager, version=made.version)
    made = actions.save_objectives(made, build.objectives_data(made), by=manager, version=made.version)
    return build.fill_budget(made, by=manager)


def rows_of_every_table():
    """How many rows each table has."""
    return {model._meta.label: model._base_manager.count() for model in apps.get_models() if model._meta.managed}


def test_sending_in_a_try_shows_the_receipt_and_leaves_every_table_as_it_was(call, manager):
    made = filled(call, manager)
    before, row = rows_of_every_table(), Application.objects.values().get(pk=made.pk)

    trial = trials.send(made, by=manager)

    assert trial.receipt["kind"] == "Mottagningsbevis"
    assert dict(trial.receipt["facts"])["Diarienummer"].endswith("-00001")
    assert manager.email in trial.receivers
    assert rows_of_every_table() == before
    assert Application.objects.values().get(pk=made.pk) == row
    assert (Membership.objects.filter(user=manager).count(), Mandate.objects.filter(user=manager).count()) == (0, 0)


def test_a_try_in_a_call_that_demands_confirmations_comes_to_its_receipt(call, manager):
    Call.objects.filter(pk=call.pk).update(confirmation_rule=ConfirmationRule.REQUIRED)
    made = filled(fresh(call), manager)
    data = build.parties_data(manager, is_joint=True, parties=[build.party(base.region_organisation("25"))])
    made = actions.save_parties(made, data, by=manager, version=made.version)
    [party] = made.parties.all()
    before = rows_of_every_table()

    trial = trials.send(made, by=manager)

    assert trial.receipt["kind"] == "Mottagningsbevis"
    assert rows_of_every_table() == before
    said = f"{party.name} måste bekräfta sin del i en riktig ansökan. I provansökan räknas den som bekräftad."
    assert said in warnings(loaded(made))


def test_the_number_of_a_try_is_not_used_up(call, manager):
    made = filled(call, manager)
    shown = dict(trials.send(made, by=manager).receipt["facts"])["Diarienummer"]

    assert dict(trials.send(made, by=manager).receipt["facts"])["Diarienummer"] == shown
    assert build.submitted_application().register_number == shown


def test_an_incomplete_try_says_what_is_missing_and_leaves_nothing(call, manager):
    made = trials.begin(call, applicant=base.region_organisation(), by=manager)
    before = rows_of_every_table()

    with pytest.raises(Blocked) as stop:
        trials.send(made, by=manager)

    assert "Skriv en sammanfattning av projektet." in stop.value.reasons
    assert rows_of_every_table() == before


def test_a_try_is_never_sent_in_for_real(call, manager):
    made = filled(call, manager)
    before = rows_of_every_table()

    with pytest.raises(Blocked):
        actions.submit(made, by=manager)
    with pytest.raises(PermissionDenied):
        actions.submit(made, by=base.signatory(made.applicant))

    assert (rows_of_every_table()["core.Event"], fresh(made).state) == (before["core.Event"], State.DRAFT)


def test_the_database_itself_keeps_a_try_a_draft(call, manager):
    sent = build.submitted_application()

    with pytest.raises(IntegrityError), transaction.atomic():
        Application.objects.filter(pk=sent.pk).update(is_test=True)


def test_a_try_is_seen_by_the_one_who_made_it_and_nobody_else(call, manager):
    region = base.region_organisation()
    made = filled(call, manager, region)
    partner = base.region_organisation("25")
    data = build.parties_data(manager, is_joint=True, parties=[build.party(partner)])
    actions.save_parties(made, data, by=manager, version=made.version)
    others = {
        "the region's signatory": base.signatory(region),
        "the partner's member": base.member(partner, Level.MANAGE),
        "another call manager": base.call_manager(),
        "everything else at the authority": base.officer(*Role.values),
        "a call manager elsewhere": base.officer(Role.CALL_MANAGER, at=base.authority(code="annan", name="Annan")),
    }

    seen = {name: Application.objects.visible_to(user).count() for name, user in others.items()}
    owned = {name: Application.objects.owned_by(user).count() for name, user in others.items()}

    assert (set(seen.values()), set(owned.values())) == ({0}, {0})
    assert Application.objects.visible_to(manager).get() == made


def test_a_call_manager_no_longer_does_not_see_the_try(call, manager):
    filled(call, manager)
    manager.authority_roles.all().delete()

    assert Application.objects.visible_to(type(manager).objects.get(pk=manager.pk)).count() == 0


def test_a_try_is_counted_mailed_and_listed_nowhere(client, call, manager):
    made = filled(call, manager)
    call_actions.publish(call, by=manager)
    call_actions.open_call(call)
    client.force_login(manager)

    assert type(call).objects.with_received_count().get(pk=call.pk).received_count == 0
    assert receivers_of_drafts(call) == []
    assert reminders.run(at=fresh(call).closes_at.replace(microsecond=0) - reminders.dt.timedelta(hours=1)) == 0
    assert str(made.pk) not in client.get(reverse("applications:mine")).text
    assert OutgoingMessage.objects.count() == 0
    assert Event.objects.filter(object_id=str(made.pk)).count() == 0


def test_the_call_can_still_be_set_up_while_it_is_tried(call, manager):
    theme = Theme.objects.create(call=call, title="Tema")
    asked = RequiredAttachment.objects.create(call=call, code="intyg", title="Intyg")
    made = filled(call, manager)
    Application.objects.filter(pk=made.pk).update(theme=theme)
    actions.add_attachment(made, pdf(), by=manager, required=asked)

    call.cost_types.all().delete()
    theme.delete()
    asked.delete()

    assert (CostLine.objects.count(), fresh(made).theme, made.attachments.get().required) == (0, None, None)


def test_what_a_real_application_uses_is_not_deleted(manager):
    real = build.complete_draft()

    with pytest.raises(ProtectedError):
        real.call.cost_types.all().delete()

    assert real.call.cost_types.count() == 4


def test_a_try_is_thrown_away_with_its_files(call, manager):
    before = rows_of_every_table()
    made = filled(call, manager)
    actions.add_attachment(made, pdf(), by=manager)

    trials.discard(made, by=manager)

    after = rows_of_every_table()
    assert {name: after[name] - count for name, count in before.items() if after[name] != count} == {
        "accounts.Organisation": 1
    }


@pytest.mark.parametrize("who", ["signatory", "another manager"])
def test_only_its_maker_sends_or_throws_away_a_try_and_real_drafts_never(call, manager, who):
    made = filled(call, manager)
    user = base.signatory(made.applicant) if who == "signatory" else base.call_manager()
    real = build.complete_draft(by=base.signatory())

    for act in (trials.send, trials.discard):
        for application in (made, real):
            with pytest.raises(PermissionDenied):
                act(application, by=user)

    assert Application.objects.filter(pk__in=(made.pk, real.pk)).count() == 2


@pytest.mark.parametrize("make", [calls.open_call, calls.closed_call])
def test_a_call_that_has_opened_is_not_tried(make, manager):
    with pytest.raises(Blocked):
        trials.begin(make(), applicant=base.region_organisation(), by=manager)

    assert Application.objects.count() == 0


def test_the_pages_begin_fill_in_send_and_throw_away(client, call, manager):
    client.force_login(manager)
    url = reverse("applications:try", args=[call.code])
    region = base.region_organisation()
    assert url in client.get(call.get_desk_url()).text

    for hostile in ("", "\x00", "1", str(base.authority().pk)):
        assert client.post(url, {"organisation": hostile}).status_code == 422
    assert Application.objects.count() == 0
    begun = client.post(url, {"organisation": str(region.pk)})
    assert (begun.status_code, client.post(url).status_code) == (302, 302)
    made = Application.objects.get()
    assert "Provansökan" in client.get(begun.url).text
    send = reverse("applications:submit", args=[made.pk])
    assert client.post(send).status_code == 422
    filled(call, manager)
    review = client.get(reverse("applications:review", args=[made.pk]))
    assert "Skicka in ansökan" in review.text
    shown = client.post(send)
    assert (shown.status_code, "Ingenting är inskickat" in shown.text) == (200, True)
    assert fresh(made).state == State.DRAFT
    assert client.post(reverse("applications:discard_try", args=[call.code])).status_code == 302
    assert Application.objects.count() == 0
    assert client.post(reverse("applications:discard_try", args=[call.code])).status_code == 404


def test_the_applicants_people_find_no_page_of_a_try(client, call, manager):
    made = filled(call, manager)
    client.force_login(base.signatory(made.applicant))

    pages = [reverse(f"applications:{name}", args=[made.pk]) for name in ("detail", "review")]
    pages.append(reverse("applications:section", args=[made.pk, Section.PROJECT.value]))

    assert [client.get(page).status_code for page in pages] == [404, 404, 404]
    assert client.post(reverse("applications:submit", args=[made.pk])).status_code == 404


def test_a_try_is_written_without_history():
    manager = base.call_manager()
    call = calls.draft_call(manager=manager)
    tried = trials.begin(call, applicant=base.region_organisation(), by=manager)

    assert send(manager, tried, "projekt", "title", "Ett prov", was=[tried.title]).status_code == 200
    assert (fresh(tried).title, Revision.objects.count()) == ("Ett prov", 0)
