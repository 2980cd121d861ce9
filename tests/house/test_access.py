"""Every address has a policy, and the policy holds for real requests of every role (TRUST section 4)."""

import uuid

import pytest
from django.core.management import call_command
from django.urls import path, reverse
from django.urls.exceptions import NoReverseMatch

from grants.accounts.enums import Role
from grants.core.addresses import addresses
from grants.core.policy import FOREIGN, Audience
from tests.builders.base import member, officer, person

pytestmark = pytest.mark.once
OWN = [found for found in addresses() if found.policy and found.policy not in FOREIGN.values()]
CIRCLES = {
    "nobody signed in": lambda: None,
    "somebody without role": person,
    "an applicant's member": member,
    **{f"the authority's {role}": (lambda role=role: officer(role)) for role in Role.values},
}


def url_of(found) -> str:
    """An address with ids that belong to nothing."""
    values = {"uuid": uuid.UUID(int=1), "slug": "finns-inte", "str": "finns-inte", "int": 987654}
    pattern = found.route
    filled = {}
    while "<" in pattern:
        head, _, rest = pattern.partition("<")
        part, _, tail = rest.partition(">")
        kind, _, name = part.rpartition(":")
        filled[name] = values.get(kind or "str", "finns-inte")
        pattern = head + tail
    try:
        return reverse(found.name, kwargs=filled)
    except NoReverseMatch:
        pytest.fail(f"{found.route}: the test cannot fill in its ids")


def test_every_address_has_a_policy_and_a_name():
    assert [found.route for found in addresses() if found.policy is None] == []
    assert [found.route for found in addresses() if not found.name and found.policy not in FOREIGN.values()] == []


def test_the_walk_sees_an_address_without_policy(settings):
    def bare(request):
        raise AssertionError("never called")

    from grants.core.addresses import _walk

    [found] = _walk([path("bar/", bare, name="bar")], "/", "")

    assert (found.route, found.name, found.policy) == ("/bar/", "bar", None)


@pytest.mark.django_db
@pytest.mark.parametrize("circle", CIRCLES)
def test_an_address_answers_its_circle_and_nobody_else(client, bare_refusals, circle):
    user = CIRCLES[circle]()
    if user:
        client.force_login(user)
    wrong = []
    for found in OWN:
        declared = found.policy
        for method in declared.methods:
            answer = client.generic(method, url_of(found))
            if declared.audience == Audience.PUBLIC or (user and declared.admits(user)):
                right = answer.status_code in (200, 302, 404, 409, 422)
                if user and declared.audience != Audience.PUBLIC and answer.status_code == 302:
                    right = not answer.url.startswith(reverse("account_login"))
            elif user:
                right = answer.status_code == 403
            else:
                right = answer.status_code == 302 and answer.url.startswith(reverse("account_login"))
            if not right:
                wrong.append((method, found.route, declared.audience.value, answer.status_code))

    assert wrong == []


@pytest.mark.django_db
def test_other_methods_than_the_declared_are_refused(client, bare_refusals):
    client.force_login(officer(*Role.values))
    wrong = []
    for found in OWN:
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - set(found.policy.methods):
            answer = client.generic(method, url_of(found))
            if answer.status_code != 405:
                wrong.append((method, found.route, answer.status_code))

    assert wrong == []


@pytest.mark.django_db
def test_every_answer_carries_the_security_headers(client):
    client.force_login(officer(*Role.values))
    missing = []
    for found in OWN:
        if "GET" not in found.policy.methods:
            continue
        answer = client.get(url_of(found))
        for header in ("Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "Permissions-Policy"):
            if header not in answer.headers:
                missing.append((found.route, header))
        if answer.headers.get("Cache-Control") != "private, no-store" and answer.status_code == 200:
            missing.append((found.route, "no-store"))
        if "unsafe-" in answer.headers.get("Content-Security-Policy", ""):
            missing.append((found.route, "unsafe"))

    assert missing == []


def test_the_generated_documents_are_current():
    call_command("write_docs", check=True)
