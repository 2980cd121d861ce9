"""A world per module: one running project and everybody around it, built once and rolled back when the module is done."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction

from grants.accounts.enums import Level, MandateScope, Role
from tests.builders import base, projects


def people(project: Any) -> SimpleNamespace:
    """Everybody around a project, by what they are to it."""
    owner = project.owner
    return SimpleNamespace(
        signer=base.signatory(owner, MandateScope.PAYMENTS),
        editor=base.member(owner, Level.EDIT),
        viewer=base.member(owner, Level.VIEW),
        application_signer=base.signatory(owner, MandateScope.APPLICATIONS, Level.VIEW),
        other_region=base.signatory(base.region_organisation("25")),
        handler=base.handler(),
        decider=base.decider(),
        officer=base.payment_officer(),
        reader=base.reader(),
        everything=base.officer(Role.HANDLER, Role.DECIDER, Role.PAYMENT_OFFICER),
    )


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: Any) -> Iterator[SimpleNamespace]:
    """The rows of the world, in a transaction around the whole module."""
    with django_db_blocker.unblock():
        with transaction.atomic():
            project = projects.running_project()
            yield SimpleNamespace(project=project, people=people(project))
            transaction.set_rollback(True)


@pytest.fixture
def world(built: SimpleNamespace, db: None) -> SimpleNamespace:
    """The world as a request meets it: rows and rights read anew."""
    persons = {name: base.fresh(person) for name, person in vars(built.people).items()}
    return SimpleNamespace(project=base.fresh(built.project), **persons)
