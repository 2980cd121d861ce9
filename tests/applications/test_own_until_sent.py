"""What happened in a draft is its writers' own; what a reader may not do is not offered; files have names that any machine takes."""

import datetime as dt
import re
import zipfile

import pytest
from django.urls import reverse

from applications import actions, casefile_zip, confirming
from applications.progress import next_step
from applications.reading import since_it_came_in
from evaluation.models import Review
from grants.accounts.enums import Level
from grants.core import events, files, jobs
from grants.core.money import parse_sek
from grants.core.text import in_swedish
from grants.core.time import format_second, pretend
from grants.documents.models import Document
from tests.applications.web import signed_in, url
from tests.builders import applications as build
from tests.builders import base
from tests.builders.base import fresh

pytestmark = pytest.mark.django_db
OTHER = "23"


def test_the_authority_reads_the_events_from_the_sending_on_and_what_the_parties_confirmed():
    signer = base.signatory()
    draft = build.complete_draft(by=signer)
    party = build.party(base.region_organisation(OTHER))
    data = build.parties_data(signer, is_joint=True, parties=[party])
    draft = actions.save_parties(draft, data, by=signer, version=draft.version)
    head = base.signatory(base.region_organisation(OTHER))
    confirming.remind(draft, draft.parties.get().pk, by=signer)
    confirming.confirm(draft, draft.parties.get().pk, by=head)
    sent = actions.submit(fresh(draft), by=signer)
    Review.objects.get(application=sent)

    found = [event.name for event in since_it_came_in(events.in_stream(sent.pk))]
    client = signed_in(base.handler())
    page = client.get(reverse("evaluation:case_events", args=[sent.pk])).text

    everything = [event.name for event in events.in_stream(sent.pk)]
    assert everything[:4] == ["start", "remind_party", "confirm_part", "submit"]
    assert found == everything[2:]
    assert "Påminde" not in page and "bekräftade sin del" in page


def test_a_reader_is_not_offered_to_change_or_to_use_it_again():
    writer = base.member(base.region_organisation())
    draft = build.complete_draft(by=writer)
    reader = base.member(base.region_organisation(), level=Level.VIEW)

    for person, may in ((writer, True), (reader, False)):
        client = signed_in(person)
        review, detail = client.get(url("review", draft)).text, client.get(url("detail", draft)).text
        assert (">Ändra<" in review, reverse("applications:use_again", args=[draft.pk]) in detail) == (may, may)


def test_a_draft_after_the_deadline_says_that_time_is_out_and_that_it_can_be_sent():
    draft = build.draft_application()
    said = next_step(draft)
    assert said.startswith("Fyll i ansökan och skicka in den senast ")

    with pretend(draft.call.closes_at + dt.timedelta(minutes=1)):
        assert next_step(fresh(draft)).startswith("Ansökningstiden gick ut ")
        assert "Ni kan skicka in ändå, men då som sent inkommen" in next_step(fresh(draft))


def test_the_receipt_tells_the_second_and_its_file_the_instant():
    signer = base.signatory()
    sent = actions.submit(build.complete_draft(by=signer), by=signer)
    receipt = Document.objects.get(case=sent.case, kind="receipt")

    assert dict(receipt.content["facts"])["Kom in"] == format_second(sent.submitted_at)
    assert receipt.content["data"] == {"received_at": sent.submitted_at.isoformat(), "is_late": False}
    assert format_second(sent.submitted_at) in signed_in(signer).get(url("receipt", sent)).text


def test_what_is_sent_is_not_asked_to_be_looked_at_again():
    signer = base.signatory()
    sent = actions.submit(build.complete_draft(by=signer), by=signer)

    page = signed_in(signer).get(url("review", sent)).text

    assert ("Titta en gång till" in page, "innan ni skickar in" in page, "Den är inskickad." in page) == (
        False,
        False,
        True,
    )


def test_files_in_the_case_file_have_names_that_every_machine_takes():
    signer = base.signatory()
    draft = build.complete_draft(by=signer)
    title = 'Gemensam planering: "el" <och> vatten? | *'
    draft = actions.save_project(draft, build.project_data(draft, title=title), by=signer, version=draft.version)
    sent = actions.submit(draft, by=signer)
    job = casefile_zip.ask(sent, by=signer)
    jobs.run(job.pk)
    with zipfile.ZipFile(files.path_of(fresh(job).file)) as archive:
        names = archive.namelist()

    assert len(names) > 2
    assert [name for name in names if re.search(r'[<>:"\\|?*]', name)] == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("-500", "Skriv ett belopp som inte är under noll."),
        ("−1", "Skriv ett belopp som inte är under noll."),
        ("1 234,50", "Skriv beloppet i hela kronor, utan ören."),
        ("12.5", "Skriv beloppet i hela kronor, utan ören."),
    ],
)
def test_an_amount_says_what_is_wrong_with_it(text, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        parse_sek(text)


def test_swedish_letters_come_last():
    assert sorted(["Östersund", "Åre", "arjeplog", "Ängelholm", "Zinkgruvan"], key=in_swedish) == [
        "arjeplog",
        "Zinkgruvan",
        "Åre",
        "Ängelholm",
        "Östersund",
    ]
