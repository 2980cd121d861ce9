"""manage.py export_decisions and export_docs."""

import io

import pytest
from django.core.management import CommandError, call_command

from grants.core import files
from grants.core import jobs as core_jobs
from grants.exports import decisions, jobs, reference
from tests.builders import base, calls, evaluation
from tests.exports import worlds


def run(**options):
    out = io.StringIO()
    call_command("export_decisions", stdout=out, **options)
    return out.getvalue()


@pytest.mark.django_db
def test_the_command_and_the_page_make_the_same_workbook(tmp_path):
    decision = evaluation.dispatched_decision()
    target = tmp_path / "beslut.xlsx"

    said = run(output=target)

    job = core_jobs.run(jobs.ask(by=base.reader(), call=None).pk)
    from_page = files.path_of(job.file)
    assert said == f"1 decisions written to {target}\n"
    assert worlds.values(target) == worlds.values(from_page)
    assert [row[0] for row in worlds.values(target)[1:]] == [decision.case.register_number]
    differing = {"Uttaget av", "Uttaget"}
    ours, theirs = worlds.about(target), worlds.about(from_page)
    assert {k: v for k, v in ours.items() if k not in differing} == {
        k: v for k, v in theirs.items() if k not in differing
    }
    assert ours["Uttaget av"] == "Kommandot export_decisions på servern"


@pytest.mark.django_db
def test_the_command_takes_one_call(tmp_path):
    call = calls.open_call()
    evaluation.dispatched_decision(call=calls.open_call(code="ANNAN"))

    said = run(call=call.code, output=tmp_path / "beslut.xlsx")

    assert said.startswith("0 decisions")
    assert worlds.rows(tmp_path / "beslut.xlsx") == []


@pytest.mark.django_db
def test_an_unknown_call_is_refused_with_the_known_codes_and_writes_nothing(tmp_path):
    call = calls.open_call()

    with pytest.raises(CommandError, match=f"no call 'FINNS-EJ'. Known codes: {call.code}."):
        run(call="FINNS-EJ", output=tmp_path / "beslut.xlsx")

    assert list(tmp_path.iterdir()) == []


@pytest.mark.django_db
@pytest.mark.parametrize(("where", "words"), [("", "is a folder"), ("saknas/beslut.xlsx", "does not exist")])
def test_a_place_that_cannot_hold_a_file_is_refused(tmp_path, where, words):
    with pytest.raises(CommandError, match=words):
        run(output=tmp_path / where)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.django_db
def test_a_failure_leaves_the_file_that_stood_there(tmp_path, monkeypatch):
    target = tmp_path / "beslut.xlsx"
    target.write_bytes(b"det gamla uttaget")

    def broken(path, *args, **settings):
        path.write_bytes(b"halv")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(decisions, "write", broken)
    with pytest.raises(CommandError, match="could not be written: No space left on device"):
        run(output=target)

    assert [path.name for path in tmp_path.iterdir()] == ["beslut.xlsx"]
    assert target.read_bytes() == b"det gamla uttaget"


def test_export_docs_writes_the_document(tmp_path, monkeypatch):
    monkeypatch.setattr(reference, "PATH", tmp_path / "exports.md")

    call_command("export_docs", stdout=io.StringIO())

    text = (tmp_path / "exports.md").read_text(encoding="utf-8")
    assert text == reference.markdown()
    assert "| 9 | Belopp (kr) | Hela kronor | Beslutet: beviljat stöd; 0 när stöd inte beviljas |" in text
