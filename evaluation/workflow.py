"""The machines of a review and of a decision."""

from evaluation.enums import DecisionState, ReviewState
from grants.core.workflow import StatefulModel, state_field


class ReviewWorkflow(StatefulModel):
    state = state_field(ReviewState, ReviewState.UNASSIGNED)

    class Meta:
        abstract = True


class DecisionWorkflow(StatefulModel):
    state = state_field(DecisionState, DecisionState.PREPARING)

    class Meta:
        abstract = True
