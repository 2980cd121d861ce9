from django.db import migrations

from grants.core.search import create_index


class Migration(migrations.Migration):
    """The index of search words over the function that says what it costs (docs/decisions/0008)."""

    dependencies = [
        ("applications", "0013_facts_and_confirmations"),
    ]

    operations = [
        migrations.RunPython(create_index("applications_application", "search_words")[0], migrations.RunPython.noop),
    ]
