"""The case file (mechanism 3): a case with its register number, documents with frozen content, attachments by content."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from grants.accounts.models import Organisation
from grants.core.numbers import format_register_number
from grants.core.time import now
from grants.documents.enums import Direction, DocumentKind, Scan

LetIn = Callable[[Any, str], Q]
_let_in: list[LetIn] = []


def let_in(source: LetIn) -> None:
    """Let people into cases that they belong to otherwise than by an organisation: (user, prefix of a case's lookups) → condition.

    Called in ``AppConfig.ready`` of the stage that knows them.
    """
    if source not in _let_in:
        _let_in.append(source)


def in_case(user: Any, case: str = "") -> Q:
    """Whether the person belongs to the case: a party's member (FL 10 §), or let in. ``case``: the row's relation to it, "" for itself."""
    is_party = CaseParty.objects.filter(case=OuterRef(case or "pk"), organisation__in=user.organisation_ids)
    found = Q(Exists(is_party))
    for source in _let_in:
        found |= source(user, f"{case}__" if case else "")
    return found


class CaseQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> CaseQuerySet:
        """The granting authority's people, and the parties' own (FL 10 §); never a person with a declared conflict (INV-6)."""
        if not user.is_authenticated:
            return self.none()
        has_conflict = Conflict.objects.filter(case=OuterRef("pk"), user=user)
        return self.filter(Q(authority__in=user.authority_ids) | in_case(user), ~Exists(has_conflict))


class Case(models.Model):
    """A case (ärende): opened with a register number when the application comes in (OSL 5 kap. 1–2 §§)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    authority = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="cases", verbose_name="myndighet"
    )
    year = models.PositiveSmallIntegerField("år")
    number = models.PositiveIntegerField("löpnummer")
    register_number = models.CharField("diarienummer", max_length=20)
    title = models.CharField("ärendemening", max_length=300)
    opened_at = models.DateTimeField("öppnat", default=now)
    closed_at = models.DateTimeField("avslutat", null=True, blank=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["authority", "year", "number"], name="case_number_once"),
            models.UniqueConstraint(fields=["authority", "register_number"], name="case_register_number_once"),
        ]

    def __str__(self) -> str:
        return self.register_number

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.register_number = format_register_number(self.year, self.number)
        super().save(*args, **kwargs)


class CaseParty(models.Model):
    """An organisation that is party to the case and therefore sees what is in it (FL 10 §)."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="parties")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="case_parties")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "organisation"], name="case_party_once")]

    def __str__(self) -> str:
        return f"{self.organisation} i {self.case}"


class Conflict(models.Model):
    """A declared conflict of interest (jäv, FL 16–18 §§): the case leaves the person's eyes at once."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="conflicts")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="conflicts")
    reason = models.TextField("skäl")
    declared_at = models.DateTimeField("anmäld", default=now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "user"], name="conflict_once")]

    def __str__(self) -> str:
        return f"jäv: {self.user} i {self.case}"


def conflicted_cases(user: Any) -> set[Any]:
    """Keys of the cases in which the person has declared a conflict of interest. Read once per request, as roles are."""
    held: set[Any] | None = user.__dict__.get("conflict_case_ids")
    if held is None:
        held = user.__dict__["conflict_case_ids"] = set(
            Conflict.objects.filter(user=user).values_list("case_id", flat=True)
        )
    return held


def has_conflict(case_id: Any, user: Any) -> bool:
    """Whether the person has declared a conflict of interest in the case."""
    return case_id in conflicted_cases(user)


class DocumentQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> DocumentQuerySet:
        """Those of the cases that the person sees. Parties see what came in and went out (FL 10 §), but not what is marked as
        secret (OSL 10 kap. 3 §) or an assessor's own working paper (TF 2 kap. 12 §).
        """
        seen = self.filter(case__in=Case.objects.visible_to(user))
        if not user.is_authenticated:
            return seen
        open_to_parties = Q(secrecy="") & ~Q(kind=DocumentKind.ASSESSMENT)
        return seen.filter(Q(case__authority__in=user.authority_ids) | open_to_parties)


class Document(models.Model):
    """What came in, was drawn up or went out: frozen content with its hash, and a PDF rendered from it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="documents", verbose_name="ärende")
    kind = models.CharField("slag", max_length=30, choices=DocumentKind.choices)
    number = models.PositiveSmallIntegerField("nummer i ärendet")
    direction = models.CharField("riktning", max_length=12, choices=Direction.choices)
    title = models.CharField("rubrik", max_length=300)
    content = models.JSONField("innehåll")
    sha256 = models.CharField("kontrollsumma", max_length=64, db_index=True)
    created_at = models.DateTimeField("registrerad", default=now)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    dispatched_at = models.DateTimeField("expedierad", null=True, blank=True)
    secrecy = models.CharField("sekretess", max_length=100, blank=True)
    pdf = models.CharField(max_length=200, blank=True)
    pdf_sha256 = models.CharField(max_length=64, blank=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ["case", "number"]
        constraints = [models.UniqueConstraint(fields=["case", "number"], name="document_number_once")]

    def __str__(self) -> str:
        return f"{self.case} – {self.number}: {self.title}"


class Attachment(models.Model):
    """A file that somebody added: stored by its content's hash, served only when scanned clean and through its case's rule."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField("filnamn", max_length=200)
    content_type = models.CharField("filtyp", max_length=100)
    size = models.PositiveIntegerField("storlek i byte")
    sha256 = models.CharField("kontrollsumma", max_length=64)
    file = models.CharField(max_length=200)
    scan = models.CharField("kontroll", max_length=10, choices=Scan.choices, default=Scan.PENDING)
    uploaded_at = models.DateTimeField("uppladdad", default=now)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["uploaded_at"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_open(self) -> bool:
        """Whether the file may be served: it was found clean, or the operator has said that files are not scanned."""
        return self.scan in (Scan.CLEAN, Scan.SKIPPED)


class CaseMessageQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> CaseMessageQuerySet:
        """Those of the cases that the person sees: the authority's people and the parties' own, never with a conflict (INV-6)."""
        return self.filter(document__case__in=Case.objects.visible_to(user))

    def unread_by(self, user: Any) -> CaseMessageQuerySet:
        """Those that the other side wrote and that the person has not opened: an officer reads what came in, a party what went out."""
        to_officer = Q(document__direction=Direction.RECEIVED, document__case__authority__in=user.authority_ids)
        to_party = Q(document__direction=Direction.DISPATCHED) & ~Q(document__case__authority__in=user.authority_ids)
        opened = MessageReading.objects.filter(message=OuterRef("pk"), user=user)
        return self.visible_to(user).filter(to_officer | to_party).filter(~Exists(opened))


class CaseMessage(models.Model):
    """A message between a party and the authority: its document in the case file says when, which way and what (TF 2 kap.)."""

    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="message")
    text = models.TextField("text")

    objects = CaseMessageQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.document)


class CaseMessageFile(models.Model):
    """A file that came or went with a message."""

    message = models.ForeignKey(CaseMessage, on_delete=models.PROTECT, related_name="files")
    attachment = models.OneToOneField(Attachment, on_delete=models.PROTECT, related_name="message_file")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.attachment)


class MessageReading(models.Model):
    """That a person has opened a message that the other side wrote."""

    message = models.ForeignKey(CaseMessage, on_delete=models.PROTECT, related_name="readings")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("öppnat", default=now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "user"], name="message_reading_once")]

    def __str__(self) -> str:
        return f"{self.user} har läst {self.message}"
