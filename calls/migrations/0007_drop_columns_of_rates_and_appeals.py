"""The columns that 0006 has moved to rows."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("calls", "0006_rates_and_appeals_as_rows_only")]

    operations = [
        migrations.RemoveField(model_name="call", name="is_appealable"),
        migrations.RemoveField(model_name="costtype", name="flat_rate_percent"),
    ]
