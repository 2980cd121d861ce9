"""The column that 0012 has moved to texts."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("calls", "0012_appeal_texts_with_versions")]

    operations = [migrations.RemoveField(model_name="decisionrule", name="appeal_text")]
