"""The whole way once, as steps that people take by what stands on the pages; told to a browser or to a plain HTTP client.

A ``person`` has: visit(url), follow(link), fill(label, value, nth), choose(group, option, nth), press(button), take(step), sees(text).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse

from grants.demo.people import PASSWORD
from tests.journey import data
from tests.journey.data import Days

Join = Callable[[str], Any]
"""Gives the person of that name, signed in."""


def set_up_call(join: Join, days: Days) -> None:
    """The call manager writes a call and publishes it."""
    manager = join(data.MANAGER)
    manager.visit(reverse("calls:manage"))
    manager.follow("Ny utlysning")
    manager.fill("Rubrik", data.CALL_TITLE)
    manager.fill("Beteckning", data.CALL_CODE)
    manager.press("Skapa utkast")
    _write(
        manager,
        ("Öppnar", f"{days.iso('start')} 08.00"),
        ("Stänger", f"{days.today.year + 1}-03-15 15.00"),
        ("Projekten kan starta tidigast", days.iso("start")),
        ("Projekten ska sluta senast", f"{days.today.year + 1}-12-31"),
    )
    manager.follow("Utlysningstext")
    _write(
        manager,
        ("Kort om utlysningen", "Stöd till pilotprojekt som prövar nya sätt att planera."),
        ("Vem kan söka", "De 21 regionerna."),
        ("Vad ni kan söka för", "Löner och köpta tjänster."),
        ("Kontakt", "Skriv till projektmedel@example.se."),
    )
    manager.follow("Vad det gäller")
    _write(manager, (data.AREA, True))
    manager.follow("Pengar")
    manager.fill("Hela budgeten, kronor", str(2_000_000 * len(days.years)))
    manager.fill("Högsta stöd per projekt, kronor", "1 000 000")
    manager.fill("Högsta stödandel, %", "50")
    for number, year in enumerate(days.years):
        if number:
            manager.press("Lägg till år")
        manager.fill("År", str(year), nth=number)
        manager.fill("Budget, kronor", "2 000 000", nth=number)
    manager.fill("Kostnadsslag", "Indirekta kostnader")
    manager.fill("Procent", "15")
    manager.fill("Personal", nth=1)  # the first is the cost type itself
    _write(manager, ("Gäller från", f"{days.start.year}-01-01"))
    manager.follow("Bedömning")
    manager.fill("Lägsta poäng för stöd", "60")
    manager.fill("Kriterium", "Bidrag till RUS")
    manager.fill("Vikt, %", "60")
    manager.press("Lägg till kriterium")
    manager.fill("Kriterium", "Genomförande", nth=1)
    manager.fill("Vikt, %", "40", nth=1)
    manager.press("Spara")
    manager.follow("Överklagande")
    manager.answer_every("Kan inte överklagas")
    manager.press("Spara")
    manager.follow("Till utlysningens översikt")
    manager.sees(data.CALL_TITLE)
    manager.take("Publicera")
    manager.sees("Kommande")


def _write(person: Any, *values: tuple[str, Any]) -> None:
    """Fill in the fields of a page and save it."""
    for label, value in values:
        person.fill(label, value)
    person.press("Spara")


def write_application(join: Join, days: Days) -> None:
    """The region's project leader starts an application and fills in every section."""
    lead = join(data.LEAD)
    lead.visit(reverse("calls:list"))
    lead.follow(data.CALL_TITLE)
    lead.press("Starta ansökan")
    lead.sees("Sökande och parter")
    lead.fill("Kontaktpersonens namn", data.LEAD)
    lead.fill("Kontaktpersonens telefonnummer", "010-000 10 20")
    lead.fill("Arbetsställe", "Regionens hus")
    lead.fill("CFAR-nummer", "12345678")
    lead.fill("Är organisationen momspliktig i projektet?", "Nej")
    lead.fill("Följer organisationen någon upphandlingslag?", "Ja, lagen om offentlig upphandling (LOU)")
    lead.fill("Firmatecknare", "Behörig Företrädare")
    lead.press("Spara och gå vidare")
    lead.fill("Projektets namn", data.TITLE)
    lead.fill("Sammanfattning", "Kommunerna och regionen tar fram ett gemensamt underlag.")
    lead.fill("Projektet startar", days.iso("start"))
    lead.fill("Projektet slutar", days.iso("end"))
    for question in data.ANSWERS:
        lead.fill(question, f"Vårt svar på frågan: {question.rstrip('?').lower()}.")
    lead.press("Spara och gå vidare")
    lead.sees("Mål i")
    objective = lead.first_objective()
    lead.fill(objective)
    lead.fill(f"Hur bidrar projektet? {objective}", "Mark och el planeras tillsammans.")
    lead.fill(f"Det här bidrar projektet främst till: {objective}")
    lead.choose("Strategiskt område som projektet främst hör till", data.AREA)
    lead.press("Spara och gå vidare")
    parts = len(days.years)
    for year in days.years:
        for label, amount in (("Personal", data.STAFF_SEK), ("Externa tjänster", data.SERVICES_SEK)):
            lead.fill(f"{label} {year}", str(amount // parts))
    lead.fill("Finansiär", data.REGION)
    lead.fill("Slag", "Egen finansiering")
    lead.fill("Belopp", str(data.TOTAL_SEK - data.APPLIED_SEK))
    lead.fill("Stöd ni söker", str(data.APPLIED_SEK))
    lead.press("Spara och räkna om summorna")
    lead.sees("1 400 000", "Finansieringen är lika stor som kostnaden, och stödet ni söker ligger inom gränsen.")
    lead.press("Spara och gå vidare")
    lead.sees("Inga bilagor än.")
    lead.press("Gå vidare")
    lead.sees("Granska och skicka in", "du saknar fullmakt", data.SIGNER)


def send_application(join: Join) -> None:
    """The authorised signatory sends it in and gets the receipt."""
    signer = join(data.SIGNER)
    signer.visit(reverse("applications:mine"))
    signer.sees("Klar att skicka in")
    signer.follow(data.TITLE)
    signer.follow("Granska och skicka in")
    signer.press("Skicka in ansökan")
    signer.sees("Bekräfta att det är du", data.REGION)
    signer.fill("Lösenord", PASSWORD)
    signer.press("Fortsätt")
    signer.sees("Du har bekräftat att det är du")
    signer.press("Skicka in ansökan")
    signer.sees("Vi har tagit emot er ansökan", "Diarienummer", "Innehållets kontrollsumma (SHA-256)")


def open_case(person: Any) -> None:
    """From the list of cases to the case."""
    person.visit(reverse("evaluation:list"))
    person.follow(data.TITLE)


def check_formally(join: Join) -> None:
    """The handler takes up the case, asks for a supplement, gets it and closes the formal check."""
    handler = join(data.HANDLER)
    open_case(handler)
    handler.sees(data.REGION)
    handler.press("Börja handlägga")
    open_case(handler)
    handler.follow("Begär komplettering")
    handler.fill("Vad ska sökanden komplettera?", data.QUESTION)
    handler.fill("Projektet")
    handler.press("Begär komplettering")
    handler.sees("Komplettering begärd")

    lead = join(data.LEAD)
    lead.visit(reverse("applications:mine"))
    lead.follow(data.TITLE)
    lead.sees(data.QUESTION)
    lead.follow("Läs och svara")
    lead.follow("Projektet")
    lead.fill("Hur är projektet organiserat?", data.ANSWER)
    lead.press("Spara")
    lead.visit(reverse("applications:mine"))
    lead.follow(data.TITLE)
    lead.follow("Läs och svara")
    lead.fill("Ert svar", data.ANSWER)
    lead.press("Skicka in kompletteringen")

    handler = join(data.HANDLER)
    open_case(handler)
    handler.follow("Bedömning")
    handler.sees(data.ANSWER)
    handler.follow("Svara på den formella kontrollen")
    handler.answer_every("Ja")
    handler.press("Spara och avsluta kontrollen")
    open_case(handler)
    handler.follow("Bedömning")
    handler.fill("Bedömare", data.ASSESSOR)
    handler.press("Utse bedömare")


def assess(join: Join) -> None:
    """The assessor gives points with reasons."""
    assessor = join(data.ASSESSOR)
    open_case(assessor)
    assessor.follow("Bedömning")
    assessor.follow("Gör din bedömning")
    for number in range(2):
        assessor.choose("Poäng, 0–5", "4", nth=number)
        assessor.fill("Motivering", "Tydlig plan med rimliga kostnader.", nth=number)
    assessor.press("Spara och avsluta bedömningen")
    assessor.sees("80")


def propose_and_decide(join: Join, days: Days) -> None:
    """The handler goes on without samråd, since the region applies itself, and proposes; the decider decides and dispatches."""
    handler = join(data.HANDLER)
    open_case(handler)
    handler.follow("Samråd och yttranden")
    handler.follow("Avstå, med skäl")
    handler.press("Avstå från yttrandet")
    handler.sees("Avstått")
    open_case(handler)
    handler.follow("Föreslå beslut")
    handler.fill("Beslutets slag", "Beslut om stöd")
    handler.fill("Utfall", "Beviljad")
    handler.fill("Stöd, kr", str(data.APPLIED_SEK))
    handler.fill("Godkänd kostnad, kr", str(data.TOTAL_SEK))
    for year in days.years:
        handler.fill(f"Stöd {year}, kr", str(data.APPLIED_SEK // len(days.years)))
    handler.fill("Projektet startar", days.iso("start"))
    handler.fill("Projektet slutar", days.iso("end"))
    handler.fill("Skäl för beslutet", "Projektet svarar mot utlysningens syfte.")
    handler.fill("Skäl i korthet", "Svarar mot utlysningens syfte.")
    handler.press("Lämna förslaget")

    decider = join(data.DECIDER)
    decider.visit(reverse("evaluation:decisions"))
    decider.follow(data.TITLE)
    decider.press("Fastställ beslut")
    decider.sees("Fattat")
    decider.take("Expediera beslutet")
    decider.sees("Expedierat")

    lead = join(data.LEAD)
    lead.visit(reverse("applications:mine"))
    lead.follow(data.TITLE)
    lead.sees("Beviljad")


def run_project(join: Join, days: Days) -> None:
    """The project starts, sends its final report and a payment application; they are checked, decided and paid; it closes."""
    lead = join(data.LEAD)
    open_project(lead)
    lead.take("Starta projektet")
    lead.sees("Pågår")
    lead.follow("Ny rapport")
    lead.choose("Vad vill ni skriva?", "Slutrapport")
    lead.fill("Från och med", days.iso("start"))
    lead.fill("Till och med", days.iso("end"))
    lead.press("Gå vidare")
    for label in ("Vad ni har gjort", "Resultat", "Bidrag till RUS-målet", "Avvikelser"):
        lead.fill(label, f"{label}: enligt planen.")
    lead.press("Spara")
    open_project(lead)
    lead.follow("Ny ansökan om utbetalning")
    lead.fill("Från och med", days.iso("start"))
    lead.fill("Till och med", days.iso("period_end"))
    lead.press("Gå vidare")
    lead.fill("Personal", data.STAFF_PERIOD)
    lead.fill("Externa tjänster", data.SERVICES_PERIOD)
    lead.press("Spara")
    lead.sees("155 000,58")

    signer = join(data.SIGNER)
    open_project(signer)
    signer.follow("Slutrapport")
    signer.press("Spara och skicka in")
    open_project(signer)
    signer.follow("Ansökan om utbetalning 1")
    signer.fill("Jag intygar")
    signer.press("Spara och skicka in")
    signer.sees("Inkommen")

    handler = join(data.HANDLER)
    open_project(handler)
    handler.follow("Slutrapport")
    handler.take("Markera rapporten som granskad")
    handler.take("Godkänn rapporten")
    handler.sees("Godkänd")
    open_project(handler)
    handler.follow("Ansökan om utbetalning 1")
    handler.press("Föreslå beslut om utbetalning")
    handler.sees(data.PAYABLE)

    decider = join(data.DECIDER)
    open_project(decider)
    decider.follow("Ansökan om utbetalning 1")
    decider.take("Besluta om utbetalning")
    decider.sees("Beslutad")

    payer = join(data.PAYER)
    open_project(payer)
    payer.follow("Ansökan om utbetalning 1")
    payer.take("Registrera utbetalning", Betalningens="UB-1")
    payer.sees("Utbetald")

    handler = join(data.HANDLER)
    open_project(handler)
    handler.take("Börja avsluta projektet")
    handler.take("Avsluta projektet")
    handler.sees("Avslutat")


def open_project(person: Any) -> None:
    person.visit(reverse("projects:list"))
    person.follow(data.TITLE)


def ask_for_workbook(join: Join) -> Any:
    """The handler asks for all decisions as a workbook; returns the person on the page of the export."""
    handler = join(data.HANDLER)
    handler.visit(reverse("exports:decisions"))
    handler.press("Skapa Excel-fil")
    return handler
