"""Applications are shared with people; whoever started one that is there already manages it, as those who start one from now on."""

import sys
import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import grants.core.time


def let_starters_manage(apps, schema_editor):
    """One share for each application's starter; tries have none. A second run finds nothing to do."""
    application, participant = (apps.get_model("applications", name) for name in ("Application", "Participant"))
    rows = application.objects.filter(is_test=False, participants__isnull=True)
    given = [
        participant(
            application_id=pk, user_id=user, given_by_id=user, through_id=applicant, level="manage", given_at=created_at
        )
        for pk, user, applicant, created_at in rows.values_list(
            "pk", "created_by", "applicant", "created_at"
        ).iterator()
    ]
    participant.objects.bulk_create(given, batch_size=500)
    if given:
        sys.stdout.write(f"\n    applications that their starter manages: {len(given)}\n")


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("applications", "0009_comments_versions_and_signing"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("email", models.EmailField(max_length=254, verbose_name="e-postadress")),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("view", "Läsa"),
                            ("edit", "Läsa och skriva"),
                            ("manage", "Läsa, skriva och styra behörigheter"),
                        ],
                        max_length=10,
                        verbose_name="behörighet",
                    ),
                ),
                ("seed", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("key_sha256", models.CharField(max_length=64, unique=True, verbose_name="nyckelns kontrollsumma")),
                ("invited_at", models.DateTimeField(default=grants.core.time.now, verbose_name="inbjuden")),
                ("expires_at", models.DateTimeField(verbose_name="gäller till")),
                ("accepted_at", models.DateTimeField(blank=True, null=True, verbose_name="antagen")),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="återtagen")),
                (
                    "accepted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="invitations",
                        to="applications.application",
                    ),
                ),
                (
                    "invited_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["invited_at"],
                "indexes": [models.Index(fields=["email"], name="invitation_email")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("accepted_at__isnull", True), ("withdrawn_at__isnull", True)),
                        fields=("application", "email"),
                        name="invitation_one_pending",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("accepted_at__isnull", True), ("accepted_by__isnull", True)),
                            models.Q(
                                ("accepted_at__isnull", False),
                                ("accepted_by__isnull", False),
                                ("withdrawn_at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="invitation_accepted_pair",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Participant",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("view", "Läsa"),
                            ("edit", "Läsa och skriva"),
                            ("manage", "Läsa, skriva och styra behörigheter"),
                        ],
                        max_length=10,
                        verbose_name="behörighet",
                    ),
                ),
                ("given_at", models.DateTimeField(default=grants.core.time.now, verbose_name="från")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="till")),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="participants",
                        to="applications.application",
                    ),
                ),
                (
                    "given_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "through",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                        verbose_name="medlem i",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="application_shares",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "ordering": ["given_at", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("application", "user"),
                        name="participant_one_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_at__isnull", True), ("ended_at__gte", models.F("given_at")), _connector="OR"
                        ),
                        name="participant_period",
                    ),
                ],
            },
        ),
        migrations.RunPython(let_starters_manage, migrations.RunPython.noop),
    ]
