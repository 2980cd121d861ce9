"""F-4: Redis is killed without persistence and comes back: sign-in, saving and sending in work without it, nothing is lost."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from django.conf import settings

from applications.models import Application
from benchmarks.client import Visitor
from grants.core.models import Job, MessageState, OutgoingMessage, WorkState
from tests.builders import applications, base
from tests.faults.figures import Figures, percentile
from tests.faults.pages import fields_of
from tests.faults.people import submitters
from tests.faults.servers import running, web, worker
from tests.faults.world import invariants_hold, sent_mails
from tools import services

DONE_SECONDS = 60
PASSWORD = "ett-långt-lösenord-för-prov"


def run(drafts: int = 12) -> Figures:
    """A part is sent in before, a part while Redis is gone; after its return everything is done within a minute."""
    figures = Figures()
    with web() as server, running(worker(beat=True)):
        found = submitters(server.port, drafts)
        before, without = found[: drafts // 3], found[drafts // 3 :]
        answers = [submitter.press() for submitter in before]
        os.kill(int(os.environ["FAULT_REDIS_PID"]), signal.SIGKILL)
        time.sleep(1)
        figures.must_equal("signed in without Redis", signs_in(server.port), True)
        figures.must_equal("saved without Redis", saves(server.port), True)
        answers += [submitter.press() for submitter in without]
        figures["sent in without Redis"] = len(without)
        wrong = [a[:2] for s, a in zip(found, answers, strict=True) if a[:2] != (302, s.receipt)]
        figures.must(not wrong, f"sending in: {wrong[:3]}")
        slowest = percentile([spent for _, _, spent in answers[len(before) :]], 1.0) / 1000
        figures.must_not_exceed("slowest s without Redis", slowest, 10)
        time.sleep(5)
        figures["waiting at its return"] = waiting()
        redis = start_again()
        try:
            spent = seconds_until_done()
        finally:
            services.stop(redis, signal.SIGTERM)
    figures.must_not_exceed("s until all was done", spent, DONE_SECONDS)
    figures.must_equal("jobs or mails left", waiting(), 0)
    failed = Job.objects.filter(state=WorkState.FAILED).count()
    failed += OutgoingMessage.objects.filter(state=MessageState.FAILED).count()
    figures.must_equal("failed", failed, 0)
    mails = sent_mails()
    figures["mails"] = OutgoingMessage.objects.count()
    figures.must(len(mails) == OutgoingMessage.objects.count(), f"{len(mails)} mails reached the server")
    figures.must_equal("doubled mails", sum(count - 1 for count in mails.values()), 0)
    figures.must_equal("stored", Application.objects.exclude(state="draft").count(), drafts)
    invariants_hold(figures)
    return figures


def waiting() -> int:
    """Jobs and mails that are not done."""
    jobs = Job.objects.exclude(state__in=(WorkState.DONE, WorkState.FAILED)).count()
    return jobs + OutgoingMessage.objects.exclude(state__in=(MessageState.SENT, MessageState.FAILED)).count()


def seconds_until_done() -> float:
    start = time.monotonic()
    while waiting() and time.monotonic() < start + 3 * DONE_SECONDS:
        time.sleep(0.5)
    return time.monotonic() - start


def start_again() -> object:
    """Redis on the port that it had, empty."""
    folder, port = Path(os.environ["FAULT_REDIS_FOLDER"]), urlsplit(settings.CELERY_BROKER_URL).port
    command = [services.program("redis-server"), "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder)]
    process = services.start([*command, "--save", "", "--appendonly", "no"], folder)
    services.wait_until(lambda: services.answers(int(port or 0)), process, folder)
    return process


def signs_in(port: int) -> bool:
    """A person signs in with a password through the page."""
    person = base.member()
    person.set_password(PASSWORD)
    person.save()
    from allauth.account.models import EmailAddress

    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    visitor = Visitor(port)
    body = urlencode({"login": person.email, "password": PASSWORD})
    visitor.link.request(
        "POST",
        "/konto/login/",
        body,
        {**visitor.headers, "Content-Type": "application/x-www-form-urlencoded", "X-CSRFToken": visitor.CSRF},
    )
    answer = visitor.link.getresponse()
    answer.read()
    return answer.status == 302 and "sessionid=" in str(answer.headers)


def saves(port: int) -> bool:
    """A member saves a section of a draft."""
    from benchmarks.fill import session_for

    person = base.member()
    draft = applications.draft_application(by=person)
    visitor = Visitor(port, session_for(person))
    path = f"/ansokningar/{draft.pk}/projekt/"
    status, page, _ = visitor.get(path)
    fields = [(name, "Ett namn utan Redis" if name == "title" else value) for name, value in fields_of(page)]
    status, _where, _ = visitor.post(path, fields)
    return status == 302 and Application.objects.get(pk=draft.pk).title == "Ett namn utan Redis"
