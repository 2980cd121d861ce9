"""INV-14: 2 to 20 presses of "Skicka in" at once through a real web server: one case, one number, the same receipt."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from applications.models import Application
from grants.core.models import Event, OutgoingMessage
from grants.documents.enums import DocumentKind
from grants.documents.models import Case, Document
from tests.faults.figures import Figures
from tests.faults.people import Submitter, submitters
from tests.faults.servers import web
from tests.faults.world import invariants_hold

PRESSES = (2, 3, 5, 8, 10, 15, 20)


def run(rounds: int = 2) -> Figures:
    """Each number of presses ``rounds`` times, each on a draft of its own; then one more press as after a lost answer."""
    figures = Figures()
    with web() as server:
        found = submitters(server.port, len(PRESSES) * rounds)
        for submitter, count in zip(found, PRESSES * rounds, strict=True):
            together(figures, submitter, count)
    numbers = list(Case.objects.values_list("number", flat=True))
    figures["presses"] = sum(PRESSES) * rounds
    figures.must_equal("cases", len(numbers), len(found))
    figures.must_equal("gaps or doubles in the register", len(set(range(1, len(found) + 1)) ^ set(numbers)), 0)
    invariants_hold(figures)
    return figures


def together(figures: Figures, submitter: Submitter, count: int) -> None:
    with ThreadPoolExecutor(count) as pool:
        answers = [future.result() for future in [pool.submit(submitter.press) for _ in range(count)]]
    answers.append(submitter.press())
    wrong = {(status, where[:60]) for status, where, _ in answers if (status, where) != (302, submitter.receipt)}
    figures.must(not wrong, f"{count} presses: {wrong}")
    application = Application.objects.get(pk=submitter.pk)
    pages = [submitter.see_receipt() for _ in range(2)]
    figures.must(
        all(status == 200 and application.register_number in page for status, page in pages),
        f"{count} presses: the receipt does not show {application.register_number}",
    )
    held = (
        Case.objects.filter(pk=submitter.pk).count(),
        Event.objects.filter(object_id=str(submitter.pk), name="submit").count(),
        Document.objects.filter(case=submitter.pk, kind=DocumentKind.APPLICATION).count(),
        Document.objects.filter(case=submitter.pk, kind=DocumentKind.RECEIPT).count(),
        most_of_one_mail(submitter),
    )
    figures.must(held == (1, 1, 1, 1, 1), f"{count} presses: case, event, application, receipt, mail: {held}")


def most_of_one_mail(submitter: Submitter) -> int:
    """The most receipts that any one address got."""
    to = list(
        OutgoingMessage.objects.filter(stream=submitter.pk, template="applications/receipt").values_list(
            "to", flat=True
        )
    )
    return max((to.count(address) for address in to), default=0)
