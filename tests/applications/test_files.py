"""Files of an application: several at once, versions, stopped ones, and hostile ones."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from applications import actions, blockers
from applications.content import content_of
from applications.enums import State
from applications.models import ApplicationAttachment
from grants.core.models import Event, Job, OutgoingMessage
from grants.documents import scanning
from grants.documents.enums import Scan
from grants.documents.models import Attachment
from tests.applications.web import read_form, section_url, signed_in, url
from tests.builders import applications as build
from tests.builders import base
from tests.builders.base import fresh
from tests.documents.clamd import EICAR, clamd

pytestmark = pytest.mark.django_db
JSON = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture
def signer():
    return base.signatory()


@pytest.fixture
def draft(signer):
    return build.complete_draft(by=signer)


@pytest.fixture
def client(signer):
    return signed_in(signer)


def file(name="plan.txt", content=b"En plan"):
    return SimpleUploadedFile(name, content)


def held(draft):
    """Name and version of what would be sent."""
    rows = draft.attachments.filter(removed_at__isnull=True).order_by("pk")
    return [(row.attachment.name, row.number) for row in rows.select_related("attachment")]


def body(answer):
    return b"".join(answer.streaming_content)


# Several at once ------------------------------------------------------------------------------------------------------


def test_several_files_are_added_with_one_press(client, draft):
    answer = client.post(
        url("attachment_add", draft), {"file": [file("a.txt"), file("b.txt", b"B")], "label": "Underlag"}
    )

    assert answer.url == section_url(draft, "bilagor")
    assert held(draft) == [("a.txt", 1), ("b.txt", 1)]
    assert set(draft.attachments.values_list("label", flat=True)) == {"Underlag"}


def test_a_refused_file_among_several_is_named_and_the_others_are_kept(client, draft):
    files = [file("a.txt"), file("program.exe", b"MZ"), file("tom.pdf", b""), file("b.txt", b"B")]

    answer = client.post(url("attachment_add", draft), {"file": files})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Filen ”program.exe” är inte en" in page and "Filen ”tom.pdf” är tom." in page
    assert held(draft) == [("a.txt", 1), ("b.txt", 1)]
    assert Attachment.objects.count() == 2


def test_the_script_gets_each_verdict_as_json(client, draft):
    good = client.post(url("attachment_add", draft), {"file": file()}, **JSON)
    bad = client.post(url("attachment_add", draft), {"file": file("x.exe", b"MZ")}, **JSON)
    none = client.post(url("attachment_add", draft), {}, **JSON)

    assert (good.status_code, good.json()) == (201, {"reasons": []})
    assert bad.status_code == 422 and bad.json()["reasons"][0].startswith("Filen ”x.exe” är inte en")
    assert (none.status_code, none.json()) == (422, {"reasons": ["Välj en fil."]})
    assert held(draft) == [("plan.txt", 1)]


def test_more_files_than_an_application_holds_are_refused_by_name_of_the_limit(client, draft, monkeypatch):
    monkeypatch.setattr("applications.drafting.files.MAX_FILES", 2)

    answer = client.post(url("attachment_add", draft), {"file": [file(f"{n}.txt") for n in range(3)]})

    assert answer.status_code == 422
    assert "Ansökan har redan 2 bilagor." in answer.content.decode()
    assert len(held(draft)) == 2
    assert client.post(url("attachment_add", draft), {"file": file("0.txt", b"Ny")}).status_code == 302
    assert held(draft) == [("1.txt", 1), ("0.txt", 2)], "a new version takes no place of its own"


# Versions -------------------------------------------------------------------------------------------------------------


def test_a_file_of_the_same_name_is_the_next_version_and_the_old_one_stays_readable_to_the_applicant(client, draft):
    client.post(url("attachment_add", draft), {"file": file("Plan.txt", b"Ett"), "label": "Vår plan"})
    client.post(url("attachment_add", draft), {"file": file("plan.TXT", "Två".encode())})

    assert held(draft) == [("plan.TXT", 2)]
    new = draft.attachments.get(removed_at__isnull=True)
    assert new.label == "Vår plan"
    page = client.get(section_url(draft, "bilagor")).content.decode()
    assert "version 2" in page and "Version 1: " in page
    assert body(client.get(url("attachment", draft, new.replaces_id))) == b"Ett"
    assert body(client.get(url("attachment", draft, new.pk))) == "Två".encode()


def test_any_file_is_replaced_by_the_one_that_is_pointed_out(client, draft):
    client.post(url("attachment_add", draft), {"file": file("utkast.txt")})
    old = draft.attachments.get()

    first = client.post(url("attachment_add", draft), {"file": file("slutlig.txt", b"Ny"), "replaces": old.pk})
    again = client.post(url("attachment_add", draft), {"file": file("annan.txt", b"Ny"), "replaces": old.pk})

    assert (first.status_code, again.status_code) == (302, 422)
    assert "har redan en nyare version" in again.content.decode()
    assert held(draft) == [("slutlig.txt", 2)]


@pytest.mark.parametrize("replaces", ["0", "-1", "x", "9" * 400, "\x00", "1.5"])
def test_a_broken_or_foreign_pointer_replaces_nothing(client, draft, replaces):
    other = build.complete_draft(by=draft.created_by, call=draft.call)
    actions.add_attachment(other, file("deras.txt"), by=draft.created_by)
    theirs = other.attachments.get()

    for key in (replaces, theirs.pk):
        assert client.post(url("attachment_add", draft), {"file": file(), "replaces": key}).status_code == 422

    assert (held(draft), held(other)) == ([], [("deras.txt", 1)])


def test_what_is_sent_names_the_version_and_says_nothing_more_about_a_first_one(client, draft):
    client.post(url("attachment_add", draft), {"file": [file("a.txt"), file("b.txt", b"B")]})
    client.post(url("attachment_add", draft), {"file": file("a.txt", b"A2")})

    content = content_of(fresh(draft))

    files = {one["name"]: one for one in content["data"]["files"]}
    assert files["a.txt"]["version"] == 2
    assert set(files["b.txt"]) == {"name", "label", "sha256"}
    table = next(block["table"] for block in content["blocks"] if block.get("heading") == "Bilagor")
    assert sorted(row[0] for row in table["rows"]) == ["a.txt (version 2)", "b.txt"]


def test_the_authority_never_opens_a_version_that_was_replaced(client, draft, signer):
    client.post(url("attachment_add", draft), {"file": file()})
    client.post(url("attachment_add", draft), {"file": file(content=b"Ny")})
    old, new = draft.attachments.order_by("pk")
    actions.submit(draft, by=signer)
    officer = signed_in(base.handler())

    assert officer.get(url("attachment", draft, old.pk)).status_code == 404
    assert body(officer.get(url("attachment", draft, new.pk))) == b"Ny"


# The scanner ----------------------------------------------------------------------------------------------------------


def stop_all(settings, work):
    with clamd() as scanner:
        settings.CLAMD_ADDRESS = scanner.address
        return work(scanner)


def test_a_stopped_file_is_told_to_the_applicant_with_what_to_do_and_is_never_sent_in(settings, client, draft, signer):
    def work(scanner):
        client.post(url("attachment_add", draft), {"file": file("smittad.txt", EICAR)})
        from grants.core import jobs

        for job in Job.objects.filter(kind=scanning.KIND):
            jobs.run(job.pk)
        refused = client.post(url("submit", draft), read_form(draft))
        assert refused.status_code == 422
        assert "Filen ”smittad.txt” stoppades i viruskontrollen. Ta bort den" in refused.content.decode()

    stop_all(settings, work)

    assert fresh(draft).state == State.DRAFT
    assert client.get(url("attachment", draft, draft.attachments.get().pk)).status_code == 403
    assert "Stoppad" in client.get(section_url(draft, "bilagor")).content.decode()
    mail = OutgoingMessage.objects.get(template="applications/attachment_stopped")
    assert (mail.to, "smittad.txt" in mail.body, "Ta bort den" in mail.body) == (signer.email, True, True)
    assert Event.objects.filter(stream=draft.pk, name="attachment_stopped").count() == 1


def test_a_file_that_waits_for_a_scanner_that_is_gone_keeps_nobody_from_sending(settings, client, draft):
    settings.CLAMD_ADDRESS = "127.0.0.1:1"
    client.post(url("attachment_add", draft), {"file": file()})
    assert "Kontrolleras" in client.get(section_url(draft, "bilagor")).content.decode()

    assert client.post(url("submit", draft), read_form(draft)).url == url("receipt", draft)

    row = draft.attachments.get()
    assert (fresh(draft).state, row.attachment.scan) == (State.SUBMITTED, Scan.PENDING)
    assert signed_in(base.handler()).get(url("attachment", draft, row.pk)).status_code == 403


def test_the_press_asks_the_scanner_about_what_still_waits_before_anything_is_sent(settings, client, draft):
    def work(scanner):
        client.post(url("attachment_add", draft), {"file": file("smittad.txt", EICAR)})
        assert draft.attachments.get().attachment.scan == Scan.PENDING
        return client.post(url("submit", draft), read_form(draft)).status_code

    assert stop_all(settings, work) == 422
    assert fresh(draft).state == State.DRAFT


def test_a_file_that_answers_a_question_is_stopped_at_its_question(draft):
    actions.add_attachment(draft, file(), by=draft.created_by)
    question = draft.call.form_versions.last().questions.first()
    draft.attachments.update(question_code=question.code)
    Attachment.objects.update(scan=Scan.INFECTED)

    (reason,) = blockers.attachments_missing(fresh(draft))

    assert reason.where == f"projekt#fraga_{question.code}"


def test_a_stopped_file_that_was_taken_away_meanwhile_tells_nobody(draft, signer):
    kept = actions.add_attachment(draft, file(), by=signer)
    Attachment.objects.update(scan=Scan.PENDING)
    actions.remove_attachment(draft, draft.attachments.get().pk, by=signer)

    scanning.keep(fresh(kept), Scan.INFECTED)

    assert not OutgoingMessage.objects.filter(template="applications/attachment_stopped").exists()


# Hostile files --------------------------------------------------------------------------------------------------------

POLYGLOT = b"%PDF-1.7\n<script>alert(1)</script>\nPK\x03\x04"


@pytest.mark.parametrize(
    ("name", "content", "kept"),
    [
        ("faktura.pdf.exe", b"%PDF-1.7", None),
        ("faktura.exe.pdf", b"%PDF-1.7", "faktura.exe.pdf"),
        ("gnp\u202efdp.exe", b"%PDF-1.7", None),
        ("exe\u202egnp.pdf", b"%PDF-1.7", "exegnp.pdf"),
        ("../../etc/passwd.pdf", b"%PDF-1.7", "passwd.pdf"),
        ("a\x00b.pdf", b"%PDF-1.7", "ab.pdf"),
        ("rad\nbrytning.pdf", b"%PDF-1.7", "radbrytning.pdf"),
        ('"; filename="x.html.pdf', b"%PDF-1.7", "x.html.pdf"),
        ("<img src=x onerror=alert(1)>.pdf", b"%PDF-1.7", "<img src=x onerror=alert(1)>.pdf"),
        ("å" * 300 + ".pdf", b"%PDF-1.7", "å" * 196 + ".pdf"),
        (".pdf", b"%PDF-1.7", ".pdf"),
        ("blandad.pdf", POLYGLOT, "blandad.pdf"),
        ("blandad.html", POLYGLOT, None),
        ("blandad.docx", POLYGLOT, None),
        ("bild.png", b"<?php echo 1; ?>", None),
        ("text.txt", b"<script>alert(1)</script>", "text.txt"),
        ("tom.txt", b"", None),
    ],
)
def test_a_hostile_file_is_refused_or_kept_as_it_is_and_never_runs(client, draft, name, content, kept):
    upload = SimpleUploadedFile("x", content)
    upload._name = name

    answer = client.post(url("attachment_add", draft), {"file": upload})

    assert answer.status_code == (302 if kept else 422)
    assert [row.attachment.name for row in draft.attachments.all()] == ([kept] if kept else [])
    page = client.get(section_url(draft, "bilagor")).content.decode()
    assert "<img src=x" not in page and "\u202e" not in page
    if kept:
        served = client.get(url("attachment", draft, draft.attachments.get().pk))
        assert body(served) == content
        assert served["Content-Disposition"].startswith("attachment")
        assert served["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert "html" not in served["Content-Type"]


def test_a_file_above_the_limit_is_refused_by_name(client, draft, settings):
    settings.ATTACHMENT_MAX_BYTES = 1024 * 1024

    answer = client.post(url("attachment_add", draft), {"file": file("stor.txt", b"x" * (1024 * 1024 + 1))})

    assert answer.status_code == 422
    assert "Filen ”stor.txt” är för stor. Den får vara högst 1 MB." in answer.content.decode()
    assert ApplicationAttachment.objects.count() == 0


@pytest.mark.parametrize("count", [1, 3, 60])
def test_the_page_of_files_costs_the_same_for_any_number_of_files_and_versions(client, draft, count):
    from tests.applications.test_pages import LIMIT, queries_of

    row = None
    for number in range(count):
        attachment = Attachment.objects.create(
            name="a.txt",
            content_type="text/plain",
            size=1,
            sha256="0" * 64,
            file="x",
            scan=Scan.CLEAN,
            uploaded_by=draft.created_by,
        )
        row = ApplicationAttachment.objects.create(
            application=draft,
            attachment=attachment,
            number=number + 1,
            replaces=row,
            removed_at=row and attachment.uploaded_at,
        )

    assert queries_of(client, section_url(draft, "bilagor")) <= LIMIT
