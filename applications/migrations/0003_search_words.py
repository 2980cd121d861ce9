"""Received applications get their search words, and an index that gives numbers and amounts by state."""

from django.db import migrations, models

import grants.core.search
from grants.core.search import create_index, search_words

BATCH = 500


def fill(apps, schema_editor):
    """Work out the words of what has come in already; says how many rows it changed."""
    application = apps.get_model("applications", "Application")
    received = (
        application.objects.exclude(state="draft").select_related("case", "applicant").prefetch_related("parties")
    )
    changed = 0
    for row in received.iterator(chunk_size=BATCH):
        parties = [text for party in row.parties.all() for text in (party.name, party.org_number)]
        row.search_words = search_words(row.case.register_number, row.title, row.applicant.name, *parties)
        row.save(update_fields=["search_words"])
        changed += 1
    if changed:
        print(f" {changed} applications got search words", end="")


class Migration(migrations.Migration):
    dependencies = [("applications", "0002_initial")]

    operations = [
        migrations.AddField(
            model_name="application",
            name="search_words",
            field=grants.core.search.SearchWordsField(blank=True, default="", editable=False, verbose_name="sökord"),
        ),
        migrations.AddIndex(
            model_name="application",
            index=models.Index(fields=["call", "state", "applied_sek"], name="application_sums"),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunPython(*create_index("applications_application", "search_words")),
    ]
