"""A financier gives in money, in kind or by paying costs directly: one column of three values instead of a yes or no."""

import sys

from django.db import migrations, models


def take_over(apps, schema_editor):
    changed = apps.get_model("applications", "FinancingLine").objects.filter(is_in_kind=True).update(form="in_kind")
    if changed:
        sys.stdout.write(f"\n    financing in kind: {changed} rows\n")


def give_back(apps, schema_editor):
    apps.get_model("applications", "FinancingLine").objects.filter(form="in_kind").update(is_in_kind=True)


class Migration(migrations.Migration):
    dependencies = [("applications", "0006_tries_give_way_to_the_set_up")]
    operations = [
        migrations.AddField(
            model_name="financingline",
            name="form",
            field=models.CharField(
                choices=[
                    ("cash", "Pengar"),
                    ("in_kind", "Bidrag i annat än pengar"),
                    ("direct", "Direktfinansierat"),
                ],
                default="cash",
                max_length=10,
                verbose_name="form",
            ),
        ),
        migrations.RunPython(take_over, give_back),
        migrations.RemoveField(model_name="financingline", name="is_in_kind"),
    ]
