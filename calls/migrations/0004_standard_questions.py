"""Every call gets the questions that its applicants have been asked so far, as rows: version 1, frozen where it is published.

The codes are those under which answers are stored already, so every answer keeps its question.
"""

import sys

from django.db import migrations
from django.utils import timezone

from calls.questions.standard import SECTION, STANDARD_QUESTIONS


def ask_the_standard_questions(apps, schema_editor):
    Call, FormVersion, Section, Question = (
        apps.get_model("calls", name) for name in ("Call", "FormVersion", "QuestionSection", "Question")
    )
    now = timezone.now()
    made = []
    for call in Call.objects.filter(form_versions__isnull=True).order_by("pk"):
        form = FormVersion.objects.create(call=call, number=1, frozen_at=None if call.state == "draft" else now)
        section = Section.objects.create(form=form, code=SECTION[0], title=SECTION[1], order=1)
        made += [
            Question(
                form=form,
                section=section,
                code=code,
                kind="text",
                label=label,
                help_text=help_text,
                required="always",
                settings={"most": most, "unit": "chars"},
                order=order,
            )
            for order, (code, label, help_text, most) in enumerate(STANDARD_QUESTIONS, 1)
        ]
    Question.objects.bulk_create(made, batch_size=500)
    if made:
        calls = len(made) // len(STANDARD_QUESTIONS)
        sys.stdout.write(f"\n    calls with the standard questions as rows: {calls}; questions made: {len(made)}\n")


class Migration(migrations.Migration):
    dependencies = [("calls", "0003_public_answer_version")]
    operations = [migrations.RunPython(ask_the_standard_questions, migrations.RunPython.noop, elidable=True)]
