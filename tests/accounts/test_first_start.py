"""An empty service is begun by one command, which can run twice."""

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from grants.accounts.enums import OrganisationKind, Role
from grants.accounts.models import AuthorityRole, Organisation, User
from grants.core.models import Event
from tests.builders import base

pytestmark = pytest.mark.django_db
WHO = {"email": "Forsta.Person@example.se ", "name": "Första Personen"}
PASSWORD = "ett långt lösenord utan mönster"


@pytest.fixture(autouse=True)
def reference():
    base.reference_data()


def run(**who):
    said = StringIO()
    call_command("first_start", **{**WHO, **who}, stdout=said)
    return said.getvalue()


def rows():
    return {model.__name__: model.objects.count() for model in (Organisation, User, AuthorityRole, Event)}


def test_it_makes_the_authority_the_organisations_and_the_first_person(settings):
    run()

    kinds = Organisation.objects.values_list("kind", flat=True)
    assert [list(kinds).count(kind) for kind in (OrganisationKind.REGION, OrganisationKind.COUNTY_BOARD)] == [21, 21]
    assert Organisation.objects.filter(is_applicant=True).count() == 21
    assert [one.code for one in Organisation.objects.filter(is_authority=True)] == [settings.AUTHORITY_CODE]
    assert set(Organisation.objects.values_list("email", flat=True)) == {""}, "no address is invented"
    person = User.objects.get(email="forsta.person@example.se")
    assert person.role_codes == {Role.ADMINISTRATOR, Role.CALL_MANAGER}
    assert Event.objects.filter(name="role_given").count() == 2


def test_a_second_run_adds_nothing_and_gives_a_new_way_to_a_password():
    run()
    before = rows()

    said = run(name="Ett annat namn")

    assert (rows(), User.objects.get().name) == (before, "Första Personen")
    assert "Nothing to add." in said and "Choose a password within 60 minutes at " in said


def test_the_person_chooses_a_password_signs_in_and_reaches_the_calls(settings):
    address = re.search(rf"{re.escape(settings.BASE_URL)}(\S+)", run())[1]
    client = Client()

    form = client.get(address, follow=True).redirect_chain[-1][0]
    client.post(form, {"password1": PASSWORD, "password2": PASSWORD})
    signed = client.post("/konto/login/", {"login": WHO["email"].strip(), "password": PASSWORD})

    assert signed.status_code == 302
    assert client.get("/utlysningar/hantera/").status_code == 200
    assert "has a password already" in run()


@pytest.mark.parametrize("who", [{"email": "ingen adress"}, {"email": ""}, {"name": " "}, {"name": "x" * 151}])
def test_a_faulty_address_or_name_is_refused_and_leaves_nothing(who):
    with pytest.raises(CommandError):
        run(**who)

    assert set(rows().values()) == {0}


def test_an_authority_that_the_reference_data_lack_is_told_and_leaves_nothing(settings):
    settings.AUTHORITY_CODE = "finns-inte"

    with pytest.raises(CommandError, match="AUTHORITY_CODE"):
        run()

    assert set(rows().values()) == {0}
