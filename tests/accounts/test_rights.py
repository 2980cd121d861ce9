"""Rights: who is a member, who may sign, who holds a role, and until when (FL 14–15 §§; INV-20)."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from grants.accounts.enums import Level, MandateScope, Role
from grants.accounts.models import AuthorityRole, Mandate, Membership, User
from grants.core.time import today
from tests.builders.base import authority, fresh, member, officer, person, region_organisation, signatory

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.mark.parametrize(("level", "may_edit"), [(Level.VIEW, False), (Level.EDIT, True), (Level.MANAGE, True)])
def test_only_those_who_edit_or_manage_write_for_their_organisation(level, may_edit):
    user = member(level=level)

    assert user.may_edit_for(region_organisation().pk) is may_edit
    assert user.may_edit_for(region_organisation("25").pk) is False


@pytest.mark.parametrize(
    ("held", "applications", "payments"),
    [(MandateScope.ALL, True, True), (MandateScope.APPLICATIONS, True, False), (MandateScope.PAYMENTS, False, True)],
)
def test_a_mandate_is_for_its_scope_and_its_organisation(held, applications, payments):
    user = signatory(scope=held)
    organisation = region_organisation()

    assert user.may_sign_for(organisation.pk, MandateScope.APPLICATIONS) is applications
    assert user.may_sign_for(organisation.pk, MandateScope.PAYMENTS) is payments
    assert user.may_sign_for(region_organisation("25").pk, MandateScope.APPLICATIONS) is False


def test_a_membership_without_mandate_signs_nothing():
    assert member(level=Level.MANAGE).may_sign_for(region_organisation().pk, MandateScope.APPLICATIONS) is False


@pytest.mark.parametrize(
    ("starts", "ends", "holds"), [(0, None, True), (1, None, False), (-5, 1, True), (-5, 0, False), (-5, -1, False)]
)
def test_a_right_holds_from_its_day_until_the_day_it_ended(starts, ends, holds):
    user = person()
    ended_on = None if ends is None else today() + ends * DAY
    AuthorityRole.objects.create(
        user=user, authority=authority(), role=Role.HANDLER, valid_from=today() + starts * DAY, ended_on=ended_on
    )

    assert ("handler" in user.role_codes) is holds


def test_a_right_that_is_withdrawn_acts_on_the_next_request():
    user = officer(Role.DECIDER)
    assert user.role_codes == {"decider"}

    AuthorityRole.objects.filter(user=user).update(ended_on=today())

    assert fresh(user).role_codes == set()


def test_the_same_right_is_not_held_twice_at_a_time():
    user = officer(Role.HANDLER, area="nord")
    held = AuthorityRole.objects.get(user=user)
    for area in (held.contact_area, None, None):
        same = AuthorityRole(user=user, authority=held.authority, role=Role.HANDLER, contact_area=area)
        if area is None and not AuthorityRole.objects.filter(user=user, contact_area=None).exists():
            same.save()
            continue
        with pytest.raises(IntegrityError), transaction.atomic():
            same.save()

    assert AuthorityRole.objects.filter(user=user).count() == 2


def test_a_period_that_ends_before_it_starts_is_refused_by_the_database():
    for model, fields in ((Mandate, {"scope": MandateScope.ALL}), (Membership, {"level": Level.VIEW})):
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.create(user=person(), organisation=region_organisation(), ended_on=today() - DAY, **fields)


def test_addresses_are_kept_in_lower_case_and_only_once():
    User.objects.create_user(email="Ada.Lind@Example.SE", name="Ada")

    assert User.objects.get_by_natural_key("ADA.LIND@example.se").email == "ada.lind@example.se"
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user(email="ada.lind@example.se", name="Annan")


def test_nobody_signs_up_alone(client):
    answer = client.post("/konto/signup/", {"email": "ny@example.se", "password1": "x" * 20, "password2": "x" * 20})

    assert answer.status_code == 200
    assert User.objects.filter(email="ny@example.se").count() == 0


def signs_only(*, scope=MandateScope.ALL, **period):
    """Somebody who signs for the organisation and is no member of it."""
    user = person("Ordförande")
    Mandate.objects.create(user=user, organisation=region_organisation(), scope=scope, **period)
    return user


def test_who_only_signs_reads_for_the_organisation_and_writes_nothing():
    user, region = signs_only(), region_organisation()

    assert user.organisation_ids == user.applicant_organisation_ids == {region.pk}
    assert (user.level_in(region.pk), user.may_edit_for(region.pk)) == ("", False)
    assert user.may_sign_for(region.pk, MandateScope.APPLICATIONS) is True


def test_a_mandate_that_has_ended_gives_nothing_to_read():
    assert signs_only(valid_from=today() - 5 * DAY, ended_on=today()).organisation_ids == set()
    assert signs_only(valid_from=today() + DAY).organisation_ids == set()


def test_member_and_signatory_of_two_organisations_reads_for_both_in_one_query(django_assert_num_queries):
    user = member(region_organisation("25"))
    for _ in range(2):
        Mandate.objects.create(user=user, organisation=region_organisation(), scope=MandateScope.ALL)

    with django_assert_num_queries(1):
        levels = {found.pk: found.level for found in user.organisations_now}
        assert user.organisation_ids == set(levels)
    assert levels == {region_organisation("25").pk: Level.EDIT, region_organisation().pk: ""}
