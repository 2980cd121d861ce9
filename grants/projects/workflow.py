"""The machines of a project, a report and a payment application."""

from grants.core.workflow import StatefulModel, state_field
from grants.projects.enums import PaymentState, ProjectState, ReportState


class ProjectWorkflow(StatefulModel):
    state = state_field(ProjectState, ProjectState.STARTING)

    class Meta:
        abstract = True


class ReportWorkflow(StatefulModel):
    state = state_field(ReportState, ReportState.DRAFT)

    class Meta:
        abstract = True


class PaymentWorkflow(StatefulModel):
    state = state_field(PaymentState, PaymentState.DRAFT)

    class Meta:
        abstract = True
