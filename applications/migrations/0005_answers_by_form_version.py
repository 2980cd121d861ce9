"""Every application points at the version of the questions that its answers belong to; answers that a later version no
longer asks for have a place of their own.
"""

import sys

from django.db import migrations, models


def point_at_version_one(apps, schema_editor):
    Application, FormVersion = apps.get_model("applications", "Application"), apps.get_model("calls", "FormVersion")
    changed = 0
    for form in FormVersion.objects.order_by("call_id", "number"):
        changed += Application.objects.filter(call=form.call_id, form__isnull=True).update(form=form)
    if changed:
        sys.stdout.write(f"\n    applications that point at their version of the questions: {changed}\n")


class Migration(migrations.Migration):
    dependencies = [("applications", "0004_calls_as_data"), ("calls", "0004_standard_questions")]
    operations = [
        migrations.AddField(
            model_name="application",
            name="earlier_answers",
            field=models.JSONField(blank=True, default=dict, verbose_name="tidigare svar"),
        ),
        migrations.RunPython(point_at_version_one, migrations.RunPython.noop, elidable=True),
    ]
