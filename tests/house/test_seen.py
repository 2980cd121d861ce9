"""Every form that changes something says what its page showed, so that nobody acts on what they did not read (INV-14)."""

import re
from pathlib import Path

import pytest
from django.conf import settings

TEMPLATES = Path(settings.BASE_DIR) / "templates"
FORM = re.compile(r"<form\b[^>]*>.*?(?:</form>|\Z)", re.S | re.I)
SHOWN = ('name="version"', "{{ form.version }}", 'name="sha256"', 'name="sedd"')
"""The ways in which a form says it: the row's version, the content's hash, or the stamp of rows without a version."""

ACCOUNT = ("account/", "mfa/", "allauth/", "usersessions/")  # one's own sign-in, which nobody else changes
WITHOUT = {
    "applications/applicant/case_file.html": (1, "asks for a new file"),
    "applications/applicant/comment_form.html": (1, "adds a comment, once by its token"),
    "applications/applicant/comments.html": (1, "adds a comment, or calls one done"),
    "applications/applicant/confirmation.html": (
        1,
        "a reminder, at most one a day; the other two carry the hash of what is confirmed",
    ),
    "applications/applicant/history.html": (1, "carries what the field says now (bas)"),
    "applications/applicant/invitation.html": (2, "answers once, by its key"),
    "applications/applicant/messages.html": (1, "sends a new message, once by its token"),
    "applications/applicant/mine.html": (1, "answers an invitation once"),
    "applications/applicant/more_time.html": (1, "asks once while a request is open"),
    "applications/applicant/review.html": (1, "asks for a signature; the other carries the hash of what was read"),
    "applications/applicant/sharing.html": (3, "judged by who holds what, under the application's lock"),
    "applications/applicant/use_again.html": (1, "starts a new draft"),
    "applications/public/verify.html": (1, "asks, and changes nothing"),
    "evaluation/desk/case_dialogue.html": (1, "sends a new message, once by its token"),
    "evaluation/desk/extension.html": (1, "answers a request that can be answered once"),
    "applications/applicant/bilagor.html": (3, "a file is added, or removed by its own number; files never change"),
    "applications/applicant/start.html": (1, "starts a new draft"),
    "applications/desk/try.html": (2, "starts or throws away one's own try"),
    "calls/desk/answers.html": (1, "writes a new answer"),
    "calls/desk/create.html": (1, "makes a new call"),
    "calls/desk/life_copy.html": (1, "makes a new call"),
    "calls/desk/life_reopen.html": (1, "adds a later time for one organisation; an earlier one is refused"),
    "calls/desk/questions.html": (
        1,
        "beginning on a version gives the one that is begun already; the other form carries a stamp",
    ),
    "calls/public/body.html": (2, "starts a new draft"),
    "components/confirm.html": (1, "the style guide's piece; no page of the way uses it"),
    "components/list_table.html": (1, "the style guide's; each marked row carries its own version beside its key"),
    "components/user_menu.html": (1, "signs out"),
    "evaluation/desk/conflict.html": (
        1,
        "whoever has a conflict steps out, whatever the page showed (16 § förvaltningslagen)",
    ),
    "evaluation/desk/list.html": (1, "each marked row carries its own version beside its key"),
    "exports/desk/decisions.html": (1, "asks for a new file, once by its token"),
    "exports/desk/job_part.html": (1, "asks for a new file, once by its token"),
    "pages/komponenter.html": (1, "the style guide posts nothing"),
    "projects/applicant/payment_new.html": (1, "makes a new draft, once by its token"),
    "projects/applicant/report_new.html": (1, "makes a new draft, once by its token"),
}
"""Forms that carry nothing of it, counted by template, and why."""


def posting_forms(text):
    """The forms of a template that post, each as it stands from its tag to its end."""
    return [form for form in FORM.findall(text) if re.search(r'method="(?:post|\{\{)', form[:200], re.I)]


def forms_without(text):
    return [form for form in posting_forms(text) if not any(way in form for way in SHOWN)]


def templates():
    paths = sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html"))
    return [path for path in paths if not path.startswith(ACCOUNT)]


def test_every_form_that_changes_a_row_says_what_its_page_showed():
    found = {path for path in templates() if forms_without((TEMPLATES / path).read_text())}

    assert sorted(found - set(WITHOUT)) == []


def test_no_exception_is_left_over():
    gone = [
        path for path in WITHOUT if not (TEMPLATES / path).exists() or not posting_forms((TEMPLATES / path).read_text())
    ]

    assert gone == []


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ('<form method="post"><button>Gör</button></form>', 1),
        ('<form class="a"\n method="post">{{ form }}</form><form method="post">{{ form.version }}</form>', 1),
        ('<form method="get"><button>Sök</button></form>', 0),
        ('<form method="post"><input type="hidden" name="version" value="3"></form>', 0),
    ],
)
def test_a_form_without_it_is_found(text, number):
    assert len(forms_without(text)) == number
