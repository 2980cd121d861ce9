"""What evaluation does when an application comes in."""

from typing import Any

from django.dispatch import receiver

from applications.signals import application_submitted
from evaluation.actions import open_review


@receiver(application_submitted, dispatch_uid="evaluation.open_review")
def on_submitted(sender: Any, *, application: Any, by: Any, **_: Any) -> None:
    open_review(application, by=by)
