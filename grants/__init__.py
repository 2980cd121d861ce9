"""The frame of Projektmedel: wiring, foundations, the stage after the decision and the outlets."""

from grants.celery import app as celery_app

__all__ = ["celery_app"]
