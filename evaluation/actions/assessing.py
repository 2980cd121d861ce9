"""Assessments: appoint, save points with reasons, complete once; the review keeps the mean."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied

from applications.models import Application
from evaluation import rules, scoring
from evaluation.blockers import COUNTED, is_withdrawn
from evaluation.enums import ReviewState
from evaluation.models import Assessment, Review, Score
from grants.core import events
from grants.core.events import canonical, sha256
from grants.core.exceptions import Blocked, Reason, Stale
from grants.core.held import whole
from grants.core.known import Known
from grants.core.locks import lock
from grants.core.seen import same_version
from grants.core.text import clean_text, too_long
from grants.core.time import now

REASONS_LIMIT = 10_000
APPOINTED = Known(lambda review, assessor: Assessment.objects.filter(review=review, assessor=assessor))
LOCKED = Known(lambda pk: Assessment.objects.select_for_update(of=("self",)).filter(pk=pk).order_by())


def locked(review_id: Any, application_id: Any) -> Review:
    """The review, locked after its application."""
    application = lock(Application(pk=application_id))
    review = lock(Review(pk=review_id))
    review.application = application
    return review


@whole
def appoint_assessor(review: Any, assessor: Any, *, by: Any, version: int | None = None) -> Assessment:
    """Ask a person with the role, and without conflict, to assess. Appointing the same one again gives the same row.

    Raises PermissionDenied, Blocked, or Stale: two who each see one assessor missing do not appoint two.
    """
    row = locked(review.pk, review.application_id)
    if not rules.may_handle(row, by):
        raise PermissionDenied("Utse bedömare: du har inte behörighet.")
    earlier = APPOINTED.first(row.pk, assessor)
    if earlier:
        return earlier
    same_version(row, version)
    said: list[str] = [*is_withdrawn(row.application)]
    if row.state not in (ReviewState.FORMAL_CHECK, ReviewState.ASSESSING):
        said.append(Reason("Bedömare utses från att ärendet är tilldelat till att ett förslag är lämnat.", "assessor"))
    if not rules.may_be_assessor(row, assessor):
        said.append(Reason("Välj en bedömare hos myndigheten som inte är jävig i ärendet.", "assessor"))
    if said:
        raise Blocked(said)
    assessment = Assessment.objects.create(review=row, assessor=assessor)
    row.save(update_fields=[])  # the next version: pages that show fewer assessors are old now
    events.record(row, "appoint_assessor", by=by, label="Utsåg bedömare", facts={"assessor": str(assessor)})
    return assessment


def _own(assessment: Any, by: Any) -> Assessment:
    """The assessment under lock, if it is the person's own and not completed. Raises PermissionDenied or Blocked."""
    review = locked(assessment.review_id, assessment.review.application_id)
    row = LOCKED.get(assessment.pk)
    row.review = review
    if not rules.may_assess(row, by):
        raise PermissionDenied("Bedöm: bedömningen är någon annans.")
    if row.completed_at is not None:
        raise Blocked("Bedömningen är klar och går inte att ändra.")
    return row


def _save(row: Assessment, scores: dict[Any, tuple[int | None, str]]) -> list[Score]:
    """Check and write; returns the rows that were written."""
    criteria = {c.pk: c for c in scoring.criteria_of(row.review.application.call_id)}
    said: list[str] = []
    for pk, (points, reasons) in scores.items():
        criterion = criteria.get(pk)
        if criterion is None:
            raise Blocked("Ett kriterium hör inte till utlysningen. Ladda om sidan och bedöm igen.")
        if points is not None and not 0 <= points <= criterion.max_points:
            said.append(Reason(f"{criterion.title}: ge 0–{criterion.max_points} poäng.", f"points-{pk}"))
        said += too_long(f"Motiveringen till {criterion.title}", reasons, REASONS_LIMIT, f"reasons-{pk}")
    if said:
        raise Blocked(said)
    return Score.objects.bulk_create(
        [
            Score(assessment=row, criterion=criteria[pk], points=points, reasons=clean_text(reasons).strip())
            for pk, (points, reasons) in scores.items()
        ],
        update_conflicts=True,
        unique_fields=["assessment", "criterion"],
        update_fields=["points", "reasons"],
    )


def stamp_of(assessment: Any) -> str:
    """What a page showed of points and reasons: another stamp later means that another tab saved in between."""
    shown = assessment.scores.order_by("criterion").values_list("criterion", "points", "reasons")
    return sha256(canonical([list(score) for score in shown]))[:32]


@whole
def save_scores(
    assessment: Any, scores: dict[Any, tuple[int | None, str]], *, by: Any, seen: str | None = None
) -> Assessment:
    """Keep points and reasons by criterion, complete or not. ``seen``: the stamp that the page showed.

    Raises PermissionDenied, Blocked, or Stale when that is not what is saved; saving the same again changes nothing.
    """
    row = _own(assessment, by)
    if is_saved(row, scores):
        return row
    if seen is not None and seen != stamp_of(row):
        raise Stale
    _save(row, scores)
    return row


def is_saved(assessment: Any, scores: dict[Any, tuple[int | None, str]]) -> bool:
    """Whether these very points and reasons are those that are kept already."""
    kept = {score.criterion_id: (score.points, score.reasons) for score in assessment.scores.order_by()}
    given = {pk: (points, clean_text(reasons).strip()) for pk, (points, reasons) in scores.items()}
    return bool(given) and all(kept.get(pk) == pair for pk, pair in given.items())


@whole
def complete_assessment(
    assessment: Any, *, by: Any, scores: dict[Any, tuple[int | None, str]] | None = None
) -> Assessment:
    """Complete the assessment: every criterion has points and reasons; from now on it does not change.

    ``scores`` are saved first. Stores the total, and the mean on the review. Raises PermissionDenied or Blocked.
    """
    row = _own(assessment, by)
    saved = _save(row, scores) if scores else []
    review = row.review
    if review.state != ReviewState.ASSESSING:
        raise Blocked("Bedömningen kan avslutas när den formella kontrollen är klar. Spara den så länge.")
    criteria = scoring.criteria_of(row.review.application.call_id)
    given = {score.criterion_id: score for score in saved}
    if {criterion.pk for criterion in criteria} - given.keys():
        given = {score.criterion_id: score for score in row.scores.order_by()}
    said: list[str] = [reason for criterion in criteria for reason in _missing(criterion, given.get(criterion.pk))]
    if said:
        raise Blocked(said)
    row.total = scoring.total_of(
        criteria, {pk: score.points for pk, score in given.items() if score.points is not None}
    )
    row.completed_at = now()
    row.save()
    store_score(review)
    facts = {"assessment": str(row.pk), "total": str(row.total)}
    events.record(review, "assessed", by=by, label="Avslutade sin bedömning", facts=facts)
    return row


def _missing(criterion: Any, score: Score | None) -> list[Reason]:
    said = []
    if score is None or score.points is None:
        said.append(Reason(f"{criterion.title}: välj poäng.", f"points-{criterion.pk}"))
    if score is None or not score.reasons.strip():
        said.append(Reason(f"{criterion.title}: skriv varför du ger de poängen.", f"reasons-{criterion.pk}"))
    return said


def store_score(review: Any) -> None:
    """Keep the mean of the completed assessments that count; called with the review locked."""
    review.score = scoring.mean_of(row.total for row in COUNTED.rows(review.pk))
    review.save(update_fields=["score"])
