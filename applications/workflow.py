"""The machine of an application (ansökan)."""

from applications.enums import State
from grants.core.workflow import StatefulModel, state_field


class ApplicationWorkflow(StatefulModel):
    state = state_field(State, State.DRAFT)

    class Meta:
        abstract = True
