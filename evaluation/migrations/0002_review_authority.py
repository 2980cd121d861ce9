"""A review knows its authority, so that numbers of reviews need no other table."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def fill(apps, schema_editor):
    """The authority of the application's call; says how many rows it changed."""
    review, application = apps.get_model("evaluation", "Review"), apps.get_model("applications", "Application")
    of_call = application.objects.filter(pk=OuterRef("application")).values("call__authority")
    changed = review.objects.filter(authority__isnull=True).update(authority=Subquery(of_call))
    if changed:
        print(f" {changed} reviews got their authority", end="")


class Migration(migrations.Migration):
    atomic = False  # PostgreSQL alters no table that has just been written to in the same transaction
    dependencies = [
        ("accounts", "0001_initial"),
        ("applications", "0003_search_words"),
        ("evaluation", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="review",
            name="authority",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.organisation",
                verbose_name="myndighet",
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="review",
            name="authority",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.organisation",
                verbose_name="myndighet",
            ),
        ),
        migrations.AddIndex(
            model_name="review",
            index=models.Index(fields=["authority", "handler", "state"], name="review_numbers"),
        ),
    ]
