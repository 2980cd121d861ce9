"""Demo organisations and sign-ins."""

import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from grants.accounts.enums import MandateScope, Role
from grants.accounts.models import Organisation, User
from grants.demo import people

pytestmark = [pytest.mark.usefixtures("reference"), pytest.mark.django_db]


def listed(*arguments):
    answer = io.StringIO()
    call_command("demo_accounts", *arguments, stdout=answer)
    return answer.getvalue()


def test_there_is_one_granting_authority_of_the_setting_and_a_region_that_grants_too():
    people.ensure_people()

    codes = Organisation.objects.filter(is_authority=True).order_by("code").values_list("code", flat=True)
    assert list(codes) == ["region-24", "tillvaxtverket"]


def test_the_twenty_one_regions_may_apply_and_nobody_else():
    people.ensure_people()

    assert Organisation.objects.filter(is_applicant=True).count() == 21
    assert set(Organisation.objects.filter(is_applicant=True).values_list("kind", flat=True)) == {"region"}
    assert Organisation.objects.filter(kind="county_board").count() == 21


def test_every_role_at_the_authority_has_somebody():
    people.ensure_people()

    authority = Organisation.objects.get(code="tillvaxtverket")
    assert set(authority.roles.values_list("role", flat=True)) == set(Role.values)


def test_every_region_has_somebody_who_writes_and_somebody_who_signs():
    people.ensure_people()

    for region in Organisation.objects.applicants():
        members = {member.user.name: member for member in region.memberships.select_related("user")}
        lead = members[f"Projektledare {region.name}"].user
        signer = members[f"Behörig företrädare {region.name}"].user
        assert (lead.level_in(region.pk), signer.level_in(region.pk)) == ("edit", "manage")
        assert lead.may_sign_for(region.pk, MandateScope.APPLICATIONS) is False
        assert signer.may_sign_for(region.pk, MandateScope.APPLICATIONS) is True


def test_making_them_twice_changes_nothing():
    people.ensure_people()
    before = (User.objects.count(), Organisation.objects.count())

    people.ensure_people()

    assert (User.objects.count(), Organisation.objects.count()) == before


def test_the_list_for_programs_tells_address_password_role_and_organisation():
    people.ensure_people()

    accounts = json.loads(listed("--json"))

    assert accounts[0] == {
        "email": "handlaggare.nord@example.se",
        "password": people.PASSWORD,
        "role": "Handläggare, Föredragande",
        "organisation": "Tillväxtverket",
    }
    assert len(accounts) == len(people.OFFICERS) + 1 + 2 * 21
    assert all(account["email"].endswith("@example.se") for account in accounts)


def test_the_list_for_people_is_a_table():
    people.ensure_people()

    lines = listed().splitlines()

    assert lines[0].split() == ["E-postadress", "Lösenord", "Roll", "Organisation"]
    assert lines[1].split("  ")[0] == "handlaggare.nord@example.se"


def test_the_list_is_refused_outside_demo_databases(settings):
    people.ensure_people()
    settings.DEMO = False

    with pytest.raises(CommandError, match="Only a demo database"):
        listed("--json")


def test_people_are_refused_outside_demo_databases(settings):
    settings.DEMO = False

    with pytest.raises(people.NotADemo):
        people.ensure_people()

    assert User.objects.count() == 0


def test_the_password_is_as_long_as_the_rules_ask_for():
    assert len(people.PASSWORD) >= 15


@pytest.mark.parametrize(
    "name",
    [
        "Handläggare Nord",
        "Bedömare Ett",
        "Beslutsfattare",
        "Utbetalare",
        "Registrator",
        "Utlysningsansvarig",
        "Läsare",
        "Administratör",
        "Projektledare Region Gotland",
        "Behörig företrädare Region Gotland",
    ],
)
def test_each_role_signs_in_with_the_password(client, name):
    people.ensure_people()

    answer = client.post(
        reverse("account_login"), {"login": people.address(name), "password": people.PASSWORD}, follow=True
    )

    assert answer.status_code == 200
    assert client.session["_auth_user_id"] == str(User.objects.get(name=name).pk)


def test_a_wrong_password_signs_nobody_in(client):
    people.ensure_people()

    client.post(reverse("account_login"), {"login": people.address("Beslutsfattare"), "password": "fel lösenord här"})

    assert "_auth_user_id" not in client.session
