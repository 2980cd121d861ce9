"""The case file: numbers, frozen content, letters, who sees what."""

import hashlib
import re
import subprocess
from io import BytesIO

import pikepdf
import pytest
from django.db import IntegrityError, transaction

from grants.core import events
from grants.core.exceptions import Blocked
from grants.core.models import NumberSeries
from grants.core.people import SYSTEM
from grants.core.time import now
from grants.documents import actions
from grants.documents.enums import Direction, DocumentKind
from grants.documents.letters import ensure_pdf, render
from grants.documents.models import Case, Document
from tests.builders.base import authority, fresh, handler, member, person, region_organisation
from tests.documents.reading import text_of

pytestmark = pytest.mark.django_db

COSTS = {"caption": "Kostnader", "head": ["Slag", "2027"], "rows": [["Personal", "540 000"]], "numeric": [1]}
CONTENT = {
    "kind": "Beslut om stöd",
    "title": "Ord till rum i Västerbotten #let x = 1 *fet* $a$ <b>",
    "facts": [["Stödmottagare", "Region Västerbotten"], ["Beviljat belopp", "1 250 000 kr"]],
    "blocks": [
        {"heading": "Skäl", "paragraphs": ["Första stycket.\nNy rad.\n\nAndra stycket å ä ö ŋ."]},
        {"heading": "Budget", "table": COSTS},
        {"heading": "Uppgifter", "facts": [["Beslutsfattare", "Beslutsfattaren"]]},
    ],
}


def open_case(**fields) -> Case:
    given = {"authority": authority(), "title": "Ärende", "parties": [region_organisation()], "at": now(), **fields}
    return actions.open_case(**given)


def decision_document(case: Case, content: dict | None = None) -> Document:
    return actions.file_document(
        case,
        kind=DocumentKind.DECISION,
        direction=Direction.DISPATCHED,
        title="Beslut",
        content=content or CONTENT,
        by=SYSTEM,
        at=now(),
    )


def test_cases_get_numbers_without_gaps_per_authority_and_year():
    numbers = [open_case().register_number for _ in range(3)]

    year = now().year
    assert numbers == [f"{year}-00001", f"{year}-00002", f"{year}-00003"]


def test_a_case_that_is_refused_takes_no_number():
    open_case()
    with pytest.raises(RuntimeError), transaction.atomic():
        open_case()
        raise RuntimeError

    assert NumberSeries.objects.get().last == 1


def test_a_documents_content_has_its_hash_and_never_changes():
    document = decision_document(open_case())

    assert document.sha256 == hashlib.sha256(events.canonical(document.content).encode()).hexdigest()
    for change in ({"content": {}}, {"sha256": "0" * 64}, {"title": "Annat"}, {"number": 7}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Document.objects.filter(pk=document.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        document.delete()
    assert fresh(document).content == document.content


def test_documents_are_numbered_in_their_case():
    case = open_case()

    assert [decision_document(case).number for _ in range(3)] == [1, 2, 3]


def test_a_letter_is_archivable_accessible_and_the_same_twice():
    document = decision_document(open_case())

    pdf = render(document)

    assert pdf == render(document)
    with pikepdf.open(BytesIO(pdf)) as opened:
        root = opened.Root
        assert bool(root.MarkInfo.Marked)
        assert str(root.Lang) == "sv"
        assert "/StructTreeRoot" in root
        with opened.open_metadata() as data:
            assert (data["pdfaid:part"], data["pdfaid:conformance"], data["pdfuaid:part"]) == ("2", "A", "1")


def test_a_checksum_keeps_inside_the_margins_and_can_be_copied_whole(tmp_path):
    sha256 = "0123456789abcdef" * 4
    table = {"caption": "Filer", "head": ["Fil", "Vad den är", "Kontrollsumma"], "rows": [["a.pdf", "Plan", sha256]]}
    content = {**CONTENT, "facts": [["Kontrollsumma", sha256]], "blocks": [{"heading": "Filer", "table": table}]}
    file = tmp_path / "kvittens.pdf"
    file.write_bytes(render(decision_document(open_case(), content=content)))

    boxes = subprocess.run(["pdftotext", "-bbox", str(file), "-"], capture_output=True, text=True, check=True).stdout
    text = subprocess.run(["pdftotext", "-raw", str(file), "-"], capture_output=True, text=True, check=True).stdout

    width, margin = 595.3, 2.6 * 72 / 2.54
    assert max(float(end) for end in re.findall(r'xMax="([\d.]+)"', boxes)) <= width - margin + 0.5
    assert text.replace("\n", "").count(sha256) == 2


def test_a_letter_prints_hostile_text_as_it_stands(tmp_path):
    file = tmp_path / "brev.pdf"
    file.write_bytes(render(decision_document(open_case())))

    text = subprocess.run(["pdftotext", "-layout", str(file), "-"], capture_output=True, text=True, check=True).stdout

    for part in (
        "Ord till rum i Västerbotten #let x = 1",
        "*fet* $a$ <b>",
        "Andra stycket å ä ö ŋ.",
        "1 250 000 kr",
        "Personal",
    ):
        assert part in " ".join(text.split()), part


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("Skog 🌲 och 👩‍💻 vy", "Skog [U+1F332] och [U+1F469][U+1F4BB] vy"),
        ("\uf0b7 punkt från Word", "• punkt från Word"),
        ("計画 och ✓ ≥ → ŋ", "[U+8A08][U+753B] och ✓ ≥ → ŋ"),
        ("".join(map(chr, range(0x1F300, 0x1F330))) + " slut", "[U+1F32F] slut"),
    ],
)
def test_a_sign_that_the_typeface_lacks_is_spelled_out_and_never_stops_a_letter(typed, printed):
    document = actions.file_document(
        open_case(), kind=DocumentKind.DECISION, direction=Direction.DISPATCHED, title="Beslut", by=SYSTEM, at=now(),
        content={**CONTENT, "title": "Brev", "blocks": [{"heading": "Text", "paragraphs": [typed]}]},
    )  # fmt: skip

    assert printed.replace(" ", "") in "".join(text_of(render(document)).split())


def test_a_pdf_is_rendered_once_and_kept():
    document = ensure_pdf(decision_document(open_case()))
    first = document.pdf

    assert ensure_pdf(document).pdf == first
    assert fresh(document).pdf_sha256 == document.pdf_sha256 != ""


def test_a_case_is_seen_by_its_authority_and_parties_and_nobody_else():
    case = open_case()

    seen = {who: Case.objects.visible_to(user).count() for who, user in {
        "handler": handler(), "party": member(), "other region": member(region_organisation("25")), "nobody": person(),
    }.items()}  # fmt: skip

    assert seen == {"handler": 1, "party": 1, "other region": 0, "nobody": 0}
    assert case.parties.count() == 1


def test_a_declared_conflict_takes_the_case_and_its_documents_from_the_persons_eyes():
    case, user = open_case(), handler()
    decision_document(case)
    assert Document.objects.visible_to(user).count() == 1

    actions.declare_conflict(case, by=user, reason="Min bror leder projektet")

    assert (Case.objects.visible_to(user).count(), Document.objects.visible_to(user).count()) == (0, 0)
    assert [event.name for event in events.in_stream(case.pk)] == ["conflict"]


def test_a_conflict_without_a_reason_is_refused():
    with pytest.raises(Blocked, match="Skriv kort varför"):
        actions.declare_conflict(open_case(), by=handler(), reason=" \x00 ")


def test_the_pdf_is_a_download_for_those_who_see_the_case_only(client):
    document = decision_document(open_case())
    url = f"/handlingar/{document.pk}/pdf/"

    client.force_login(member())
    answer = client.get(url)
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    client.force_login(member(region_organisation("25")))
    assert client.get(url).status_code == 404
