"""Object-level access: every address with an id × people × objects in every state, by real requests (TRUST section 4)."""

from __future__ import annotations

import functools
import itertools
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse

from applications.content import content_of, fingerprint
from applications.enums import Section
from applications.models import Application
from calls.models import Call
from evaluation.models import Decision
from grants.accounts.enums import Role
from grants.core.addresses import Address, addresses
from grants.core.policy import FOREIGN
from grants.exports import decisions as exported
from grants.portal.worklist import waiting_for
from tests.builders import applications, base
from tests.house.who_sees import (
    ABOUT,
    ALIKE,
    LOGIN,
    MODELS,
    OFFICERS,
    STEPS,
    sees,
)
from tests.house.worlds import (
    CONFLICT_NAME,
    DRAFT_NAME,
    OWNER,
    World,
    fingerprints,
    one_world,
    signed_in,
    undone,
)

pytestmark = pytest.mark.usefixtures("bare_refusals")


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with one_world(django_db_blocker) as made:
        yield made


@pytest.fixture(autouse=True)
def db(world: World) -> None:
    """The world's own transaction instead of one for each test."""


def with_ids() -> list[Address]:
    return [
        found
        for found in addresses()
        if "<uuid:" in found.route and found.policy is not None and found.policy not in FOREIGN.values()
    ]


def objects_of(world: World, kind: str) -> dict[str, Any]:
    return getattr(world, "applications" if kind == "reviews" else kind)


def url_of(found: Address, kind: str, obj: Any) -> str:
    values: dict[str, Any] = {"pk": obj.pk}
    for name, value in (("section", Section.PROJECT), ("number", 987654), ("name", STEPS.get(kind, ""))):
        if f":{name}>" in found.route:
            values[name] = value
    return reverse(found.name, kwargs=values)


def wanted(world: World, found: Address, who: str, kind: str, state: str, obj: Any) -> set[int]:
    """The answers that are right; 302 of those that are turned away is the sign-in and checked apart."""
    assert found.policy is not None
    if who in ("anonymous", "disabled account"):
        return {302}
    if not found.policy.admits(base.fresh(world.people[who])):
        return {403}
    shows = ABOUT[found.name][1]
    if not sees(who, kind, state, obj):
        return {404}
    if found.name in ("applications:attachment", "applications:restore", "applications:confirmation"):
        return {404}  # there is none of this number; who sees the application is told the same
    if shows is not None and not shows(who, state):
        return {404} if found.name != "exports:download" else {302, 404}
    return {200, 302, 403}


def test_every_address_with_an_id_is_in_the_matrix():
    assert {found.name for found in with_ids()} == set(ABOUT)


def test_the_querysets_show_what_the_rules_say(world):
    wrong = []
    for kind, model in MODELS.items():
        for who, person in world.people.items():
            user: Any = base.fresh(person) if person is not None else anonymous()
            visible = (
                set() if who == "disabled account" else set(model.objects.visible_to(user).values_list("pk", flat=True))
            )
            for state, obj in objects_of(world, kind).items():
                if kind == "reviews" and not obj.case_id:
                    continue
                key = obj.review.pk if kind == "reviews" else obj.review_id if kind == "assessments" else obj.pk
                if (key in visible) != sees(who, kind, state, obj):
                    wrong.append((kind, who, state))

    assert wrong == []


def anonymous() -> Any:
    from django.contrib.auth.models import AnonymousUser

    return AnonymousUser()


def test_every_page_answers_each_person_as_the_rules_say(world):
    wrong, cells = [], 0
    for who, person in world.people.items():
        with undone():
            client = signed_in(person)
            for number, (found, kind, state, obj) in enumerate(cells_of(world, "GET")):
                right = wanted(world, found, who, kind, state, obj)
                if 200 in right and number % 4 and who in ALIKE:
                    continue  # they see what others see: a fourth of those pages is enough, of refusals nothing less than all
                cells += 1
                answer = client.get(url_of(found, kind, obj))
                to_login = answer.status_code == 302 and answer["Location"].startswith(LOGIN)
                turned_away = who in ("anonymous", "disabled account")
                if answer.status_code not in right or to_login != turned_away:
                    wrong.append((who, found.name, state, answer.status_code, sorted(right)))

    assert cells > (500 if connection.vendor == "sqlite" else 1000)
    assert wrong == []


def cells_of(world: World, method: str) -> list[tuple[Address, str, str, Any]]:
    """Every address, on some of its objects: for each person and method other ones, so that together they meet all.

    The rules are the same on both databases. SQLite takes a sixth of the objects, PostgreSQL two other sixths; at least one.
    """
    turn, found = next(TURNS), []
    for place, address in enumerate(with_ids()):
        if address.policy and method in address.policy.methods:
            kind = ABOUT[address.name][0]
            objects = list(objects_of(world, kind).items())
            parts = min(6, len(objects))
            mine = {0} if connection.vendor == "sqlite" or parts == 1 else {1, 3}
            found += [(address, kind, *held) for n, held in enumerate(objects) if (n + place + turn) % parts in mine]
    return found


TURNS = itertools.count()


READERS_MAY = ("applications:comment", "applications:comment_resolve", "applications:case_file")
"""What whoever reads an application as one of its own may press: say something about it, and ask for the whole file (FL 10 §)."""
OWN_READERS = ("owner viewer", "party region", "invited reader")


@pytest.mark.parametrize(
    "who",
    [
        "anonymous",
        "owner viewer",
        "ex-member",
        "other region",
        "party region",
        "invited reader",
        "conflicted handler",
        "reader",
        "disabled account",
    ],
)
def test_a_refused_press_changes_nothing(world, who):
    answers = set()
    with undone():
        client = signed_in(world.people[who])
        before = fingerprints()
        for found, kind, state, obj in cells_of(world, "POST"):
            url = url_of(found, kind, obj)
            if found.name == "evaluation:conflict" and sees(who, kind, state, obj):
                continue  # everyone at the authority may declare a conflict
            if found.name in READERS_MAY and who in OWN_READERS and sees(who, kind, state, obj):
                continue
            answer = client.post(url, {**PLAUSIBLE, **of_the_page(kind, obj)})
            answers.add(answer.status_code)
            turned_away = answer.status_code == 302 and answer["Location"].startswith(LOGIN)
            assert turned_away or answer.status_code in (403, 404, 409, 422), (found.name, state, answer.status_code)
        after = fingerprints()

    assert {table for table in before if before[table] != after[table]} == set()
    assert answers - {302} or who in ("anonymous", "disabled account")


def of_the_page(kind: str, obj: Any) -> dict[str, str]:
    """What the page that is open just now gives its forms: nothing here may be refused as old."""
    row = getattr(obj, "review", obj) if kind in ("reviews", "assessments") else obj
    return {"version": str(getattr(row, "version", 0)), "sha256": hash_of(obj) if kind == "applications" else ""}


@functools.cache
def hash_of(application: Application) -> str:
    """Nothing here changes what an application says."""
    return fingerprint(content_of(application))


PLAUSIBLE = {
    "reason": "Därför.",
    "email": "ny@example.se",
    "level": "edit",
    "title": "Ett annat namn",
    "answer": "Ett svar.",
    "text": "Synpunkter.",
    "how": "nej",
    "question": "En fråga?",
    "due_on": "2099-01-01",
    "consequence": "Avgörs ändå.",
    "kind": "support",
    "outcome": "rejected",
    "do": "submit",
    "certify": "on",
    "confirmed": "on",
    "paid_on": "2026-01-01",
    "reference": "UTB-1",
    "klar": "1",
    "avsluta": "1",
    "period_start": "2026-01-01",
    "period_end": "2026-06-30",
}


# Drafts, and cases with a declared conflict, in every other channel --------------------------------------------------

LISTS = (
    "/arenden/",
    "/arenden/?q={word}",
    "/arenden/?vy=mina",
    "/beslut/",
    "/beslut/?q={word}",
    "/projekt/",
    "/projekt/?q={word}",
    "/utbetalningar/",
    "/arbetslista/",
    "/meddelanden/",
    "/start/",
    "/",
    "/beslut-och-resultat/",
    "/uttag/beslut/",
)


@pytest.mark.parametrize("who", [*OFFICERS, "other region", "ex-member"])
def test_a_draft_is_in_no_list_search_work_list_or_export_of_anyone_but_its_owners(world, who):
    with undone():
        client = signed_in(world.people[who])
        pages = {page: client.get(page.format(word="Kanarief%C3%A5geln")) for page in LISTS}
        ranking = client.get(f"/utlysningar/{world.call.code}/rankning/")
        call = client.get(f"/utlysningar/{world.call.code}/hantera/")

    heard = [page for page, answer in pages.items() if DRAFT_NAME.encode() in answer.content]
    heard += [answer.request["PATH_INFO"] for answer in (ranking, call) if DRAFT_NAME.encode() in answer.content]
    assert [page for page, answer in pages.items() if answer.status_code >= 500] == []
    assert heard == []


def test_the_owners_themselves_find_their_draft(world):
    """The check above can hear: the same search finds the draft for those who may see it."""
    with undone():
        assert DRAFT_NAME.encode() in signed_in(world.people["owner editor"]).get("/ansokningar/").content


def test_another_draft_changes_no_count_at_the_authority(world):
    before = counts_of(world)
    with undone():
        owner = base.region_organisation(OWNER)
        applications.complete_draft(call=world.call, applicant=owner, by=world.people["owner editor"])
        after = counts_of(world)

    assert after == before


def counts_of(world: World) -> dict[str, Any]:
    """What each of the authority's people is told about how much there is."""
    found = {}
    for who in OFFICERS:
        person = base.fresh(world.people[who])
        with undone():
            found[who] = (
                [(row.queue.key, row.count) for row in waiting_for(person)],
                signed_in(person).get("/arenden/").context["figures"],
                Application.objects.received_by(person).count(),
            )
    return found


def test_a_declared_conflict_takes_the_case_out_of_every_list(world):
    with undone():
        client = signed_in(world.people["conflicted handler"])
        heard = [page for page in LISTS if CONFLICT_NAME.encode() in client.get(page.format(word="Ugglan")).content]
        other = signed_in(world.people["handler"]).get("/arenden/?q=Ugglan").content

    assert heard == []
    assert CONFLICT_NAME.encode() in other


def test_the_export_holds_what_the_asker_sees_and_nothing_else(world):
    every = set(exported.ending(Decision.objects.all()).values_list("pk", flat=True))
    found = {
        who: set(
            exported.ending(Decision.objects.visible_to(base.fresh(world.people[who]))).values_list("pk", flat=True)
        )
        for who in OFFICERS
    }

    assert every != set()
    assert {who: rows for who, rows in found.items() if rows != every} == {"conflicted handler": set()}


def test_a_draft_call_is_seen_by_its_authority_alone(world):
    from tests.builders.calls import draft_call

    with undone():
        call = draft_call()
        manager = base.officer(Role.CALL_MANAGER)
        answers = {
            who: signed_in(person).get(reverse("calls:detail", args=[call.code])).status_code
            for who, person in {**world.people, "manager": manager}.items()
            if who not in OFFICERS
        }

    assert answers.pop("manager") in (200, 302)
    assert set(answers.values()) == {404}
    assert Call.objects.filter(code=uuid.uuid4()).count() == 0
