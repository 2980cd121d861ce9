"""Hostile input in every form of the way: never an error page, never a column that the form does not name, never raw markup."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote_plus

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse

from applications.models import Application
from grants.accounts.enums import Role
from grants.core.text import clean_name, clean_text
from tests.builders import applications, base, calls, evaluation, projects
from tests.builders.base import fresh
from tests.house.way_forms import ALWAYS, NAMES, Target, body_of, form_of, post, targets
from tests.house.worlds import OWNER, PARTY, World, fingerprints, one_world, signed_in, undone

FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
HOSTILE: dict[str, str] = {
    "NUL": "före\x00efter",
    "controls": "".join(map(chr, [*range(1, 32), *range(0x7F, 0xA0)])) + "x",
    "non-characters": "a\ufffeb\uffffc\ufdd0d",
    "marks": "faktura\u202egnp.exe 👩‍👩‍👧‍👦 é e\u0301",
    "commands": '=HYPERLINK("x","y")@SUM(1)|\' /C calc\'!A0\'; DROP TABLE core_event; --',
    "markup": '"><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7777*7 }}{% debug %}',
    "path": "../../../../etc/passwd",
    "header": "a@b.se\r\nBcc: c@d.se",
    "number": "1e309",
    "digits": "١٢٣٤٥",
    "long": "å" * 40_000,
    "megabyte": "x" * 1_000_000,
}
FORM = "application/x-www-form-urlencoded"
OF_THE_DATABASE = ("NUL", "controls", "non-characters", "marks", "commands", "number", "digits", "long", "megabyte")
"""Those that databases may take differently; the others are sent once, on SQLite."""
RAW = b"%ED%A0%80%FF%FE%C0%80%ZZ%"
"""A surrogate, what is no UTF-8, an overlong NUL, a broken escape."""


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    from calls import actions as call_actions
    from calls.enums import AnswerSubject
    from tests.builders.calls import draft_call

    with one_world(django_db_blocker) as made:
        made.people["call manager"] = base.officer(Role.CALL_MANAGER)
        made.draft_call = draft_call(manager=made.people["call manager"])
        placed = calls.open_call(asks_spatial=True)
        made.placed = applications.complete_draft(
            call=placed, applicant=base.region_organisation(OWNER), by=made.people["owner editor"]
        )
        made.answer = call_actions.write_answer(
            made.call, "Får vi?", "Ja.", AnswerSubject.REPORTING, by=made.people["call manager"], publish=True
        )
        yield made


@pytest.fixture(autouse=True)
def db(world: World) -> None:
    """The world's own transaction instead of one for each test."""


def is_control(name: str, target: Target) -> bool:
    """Fields that hold no text of people: counters, versions, buttons."""
    return name in ("version", "token", "sha256") or "_FORMS" in name or name in target.fixed


def texts_in_database() -> set[str]:
    """Every text that some table holds and that no table may hold."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table.startswith(("django_", "auth_", "sqlite", "core_cache", "usersessions")):
                continue
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                found |= {f"{table}: {cell[:60]!r}" for cell in row if isinstance(cell, str) and FORBIDDEN.search(cell)}
    return found


def test_the_list_of_forms_is_whole(world):
    assert set(targets(world)) == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_hostile_text_is_cleaned_or_refused_with_a_page(world, name):
    target, wrong = targets(world)[name], []
    with undone():
        client = signed_in(world.people[target.who])
        held = form_of(world, target, client)
        for what, text in HOSTILE.items():
            if connection.vendor != "sqlite" and what not in OF_THE_DATABASE:
                continue
            with undone():
                answer = post(client, target.url, body_of([(n, v if is_control(n, target) else text) for n, v in held]))
                if answer.status_code not in (200, 302, 400, 403, 404, 409, 413, 422, 429):
                    wrong.append((what, answer.status_code))
                if answer.status_code in (200, 302) and texts_in_database():
                    wrong.append((what, texts_in_database()))
                if "<script>alert(1)" in answer.content.decode("utf-8", "replace"):
                    wrong.append((what, "raw markup"))
                if "54439" in answer.content.decode("utf-8", "replace"):
                    wrong.append((what, "a template was run"))
        with undone():
            body = b"&".join(quote_plus(n).encode() + b"=" + RAW for n, _ in held)
            status = post(client, target.url, body).status_code
            if status >= 500 or texts_in_database():
                wrong.append(("raw bytes", status))

    assert wrong == []


@pytest.mark.parametrize("name", NAMES)
def test_broken_requests_leave_nothing_behind(world, name):
    """Nothing sent, foreign ids everywhere, 2,000 fields, another content type, a body that is no form."""
    target = targets(world)[name]
    foreign = str(uuid.UUID(int=7))
    wrong = []
    with undone():
        client = signed_in(world.people[target.who])
        held = form_of(world, target, client)
        many = body_of([*held, *((f"x{number}", "1") for number in range(2_001))])
        ids = body_of([(n, v if is_control(n, target) else foreign) for n, v in held])
        for what, body, kind in (
            ("nothing", "", FORM),
            ("foreign ids", ids, FORM),
            ("version of the future", f"{body_of(held)}&version=99999999999999999999", FORM),
            ("JSON", '{"state": "decided"}', "application/json"),
            ("a body that is none", "--x\r\nContent-Disposition: form-data\r\n\r\n", "multipart/form-data; boundary=x"),
            ("no boundary", "x=1", "multipart/form-data"),
            ("another character set", body_of(held), "application/x-www-form-urlencoded; charset=utf-7"),
        ):
            if connection.vendor != "sqlite" and kind != FORM:
                continue
            with undone():
                answer = client.post(target.url, data=body, content_type=kind)
                if answer.status_code >= 500:
                    wrong.append((what, answer.status_code))
        assert wrong == []
        if name == "hela akten":
            return  # it reads no field of the form, and a test's requests carry no token that the form is read for
        before = fingerprints()
        answer = post(client, target.url, many)
        if answer.status_code not in (400, 413):
            wrong.append(("2,001 fields", answer.status_code))
        wrong += [("2,001 fields", t) for t, seen in fingerprints().items() if seen != before[t]]

    assert wrong == []


ASSIGNABLE = ("parter", "projekt", "mal", "budget", "rapport", "utbetalning")


@pytest.mark.parametrize("name", ASSIGNABLE)
def test_names_of_columns_in_the_form_change_no_column_that_is_not_its_own(world, name):
    target = targets(world)[name]
    model = type(target.obj)
    with undone():
        client = signed_in(world.people[target.who])
        held = form_of(world, target, client)
        known = {n for n, _ in held}
        row = model.objects.filter(pk=target.obj.pk)
        before = row.values().get()
        extra = []
        for column in model._meta.concrete_fields:
            value = VALUES.get(column.attname, VALUES.get(column.name, "1"))
            extra += [(n, value) for n in {column.name, column.attname} - known - target.columns - {"version"}]
        answer = post(client, target.url, body_of([*held, *extra]))
        after = row.values().get()

    assert answer.status_code == 302, answer.status_code
    changed = {column for column in before if before[column] != after[column]}
    assert changed - ALWAYS - target.columns == set()
    assert after["state"] == before["state"]


VALUES = {
    "state": "decided",
    "applicant_id": str(uuid.UUID(int=1)),
    "submitted_at": "2020-01-01T00:00:00Z",
    "is_late": "on",
    "content_sha256": "0" * 64,
    "total_cost_sek": "999999999",
    "payable_sek": "999999999",
    "approved_cost": "999999999",
    "case": str(uuid.UUID(int=1)),
}


def test_texts_are_stored_exactly_as_cleaning_leaves_them(world):
    target, wrong = targets(world)["projekt"], []
    with undone():
        client = signed_in(world.people[target.who])
        held = form_of(world, target, client)
        for what, text in HOSTILE.items():
            if len(text) > 1_000:
                continue
            with undone():
                names = {"title", "summary", *(n for n, _ in held if n.startswith("fraga_"))}
                answer = post(client, target.url, body_of([(n, text if n in names else v) for n, v in held]))
                row = Application.objects.get(pk=target.obj.pk)
                stored = [row.title, row.summary, *row.answers.values()]
                wanted = [clean_name(text), *[clean_text(text).strip()] * (len(stored) - 1)]
                if answer.status_code != 302 or stored != wanted:
                    wrong.append((what, answer.status_code, stored[:2], wanted[:2]))

    assert wrong == []


def test_a_text_above_the_limit_is_refused_by_a_sentence_and_stays_on_the_page(world):
    target = targets(world)["projekt"]
    with undone():
        client = signed_in(world.people[target.who])
        held = form_of(world, target, client)
        long = "Ord " * 10_000
        answer = post(client, target.url, body_of([(n, long if n == "summary" else v) for n, v in held]))
        page = answer.content.decode()

    assert answer.status_code == 422
    assert "Korta texten till högst" in page
    assert long.strip() in page


@pytest.mark.parametrize(
    "name", ["../../etc/passwd.pdf", "a\x00b.pdf", "faktura\u202efdp.exe", '"><script>.pdf', "x" * 500 + ".pdf"]
)
def test_the_name_of_a_file_is_never_a_path_and_never_markup(world, name):
    draft = world.applications["draft"]
    url = reverse("applications:attachment_add", args=[draft.pk])
    with undone():
        client = signed_in(world.people["owner editor"])
        answer = client.post(url, {"file": SimpleUploadedFile(name, b"%PDF-1.4 x"), "label": name})
        rows = [(row.attachment.name, row.attachment.file) for row in draft.attachments.all()]
        page = client.get(reverse("applications:section", args=[draft.pk, "bilagor"])).content.decode()

    assert answer.status_code in (302, 422)
    assert [file for _, file in rows if not re.fullmatch(r"attachments/[0-9a-f]{2}/[0-9a-f]{64}", file)] == []
    assert [shown for shown, _ in rows if FORBIDDEN.search(shown) or "/" in shown or "\u202e" in shown] == []
    assert '"><script>' not in page


MARKUP = "<img src=x onerror=alert(1)>{{ 7777*7 }}"


def test_markup_that_an_applicant_wrote_is_shown_as_text_on_every_page(world):
    """The whole way of one case whose every text is markup; each page of it that anyone sees is read."""
    shown = {}
    with undone():
        people = world.people
        application = case_of_markup(world)
        decision = evaluation.dispatched_decision(
            application=application,
            handler=people["handler"],
            assessors=[people["assessor"]],
            decider=people["decider"],
            conditions=MARKUP,
            reasons=MARKUP,
            short_reasons=MARKUP,
        )
        project = projects.running_project(decision=decision, by=people["owner editor"])
        report = projects.submitted_report(project, by=people["owner editor"], done=MARKUP, results=MARKUP)
        payment = projects.submitted_payment(fresh(project), by=people["owner editor"])
        pk = application.pk
        for who, urls in (
            (
                "handler",
                [
                    "/arenden/",
                    "/arenden/?q=onerror",
                    f"/arenden/{pk}/",
                    f"/arenden/{pk}/bedomning/",
                    f"/arenden/{pk}/handlingar/",
                    f"/arenden/{pk}/handelser/",
                    "/beslut/",
                    f"/beslut/{decision.pk}/",
                    "/projekt/",
                    f"/projekt/{project.pk}/",
                    f"/rapporter/{report.pk}/",
                    f"/utbetalningar/{payment.pk}/",
                    "/utbetalningar/",
                    "/arbetslista/",
                    "/meddelanden/",
                    f"/utlysningar/{world.call.code}/rankning/",
                ],
            ),
            (
                "owner editor",
                [
                    "/ansokningar/",
                    f"/ansokningar/{pk}/",
                    f"/ansokningar/{pk}/granska/",
                    f"/ansokningar/{pk}/kvittens/",
                    f"/beslut/om-ansokan/{pk}/",
                    f"/projekt/{project.pk}/",
                    f"/rapporter/{report.pk}/",
                ],
            ),
            ("anonymous", ["/beslut-och-resultat/", "/"]),
        ):
            client = signed_in(people[who])
            shown |= {(who, url): client.get(url) for url in urls}

    pages = {key: answer.content.decode() for key, answer in shown.items()}
    assert {key: answer.status_code for key, answer in shown.items() if answer.status_code != 200} == {}
    assert [key for key, page in pages.items() if "<img src=x" in page or "54439" in page] == []
    assert sum("&lt;img src=x onerror" in page for page in pages.values()) > 12


def case_of_markup(world: World) -> Application:
    from applications import actions

    by = world.people["owner editor"]
    draft = applications.complete_draft(call=world.call, applicant=base.region_organisation("24"), by=by, title=MARKUP)
    parties = applications.parties_data(
        by,
        contact_name=MARKUP,
        contact_phone="<img src=x onerror=alert(1)>",
        is_joint=True,
        parties=[applications.party(base.region_organisation(PARTY), contribution=MARKUP)],
    )
    draft = actions.save_parties(draft, parties, by=by, version=draft.version)
    data = applications.project_data(draft, summary=MARKUP)
    data["answers"] = dict.fromkeys(data["answers"], MARKUP)
    draft = actions.save_project(draft, data, by=by, version=draft.version)
    objectives = applications.objectives_data(draft)
    objectives["links"][0]["contribution"] = MARKUP
    draft = actions.save_objectives(draft, objectives, by=by, version=draft.version)
    return actions.submit(draft, by=by)
