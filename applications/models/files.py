"""Files of an application."""

from __future__ import annotations

from django.db import models

from applications.models.application import Application
from applications.models.tries import protect_but_tries
from calls.models import RequiredAttachment
from grants.documents.models import Attachment


class ApplicationAttachment(models.Model):
    """A file added to the application; removed ones keep their row so that sent versions stay whole."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="attachments")
    attachment = models.OneToOneField(Attachment, on_delete=models.PROTECT, related_name="application_attachment")
    label = models.CharField("vad filen är", max_length=150, blank=True)
    required = models.ForeignKey(
        RequiredAttachment,
        on_delete=protect_but_tries,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="begärd fil",
    )
    question_code = models.SlugField("svar på frågan", max_length=40, blank=True)
    removed_at = models.DateTimeField("borttagen", null=True, blank=True)
    number = models.PositiveSmallIntegerField("version", default=1)
    replaces = models.OneToOneField(
        "self", on_delete=models.RESTRICT, null=True, blank=True, related_name="replaced_by", verbose_name="ersätter"
    )
    """The version before this one. It is taken away from the application and stays readable to those who write it."""

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.attachment)

    @property
    def words(self) -> str:
        """The name, with the version where there has been one before."""
        return f"{self.attachment.name} (version {self.number})" if self.number > 1 else self.attachment.name
