"""Give calls from before their own rows: the points of the formal check, the region's samråd, how decisions are appealed.

The texts stand here as they were, whatever calls.standards says later. Says how many rows it made; running it again makes none.
"""

from django.db import migrations

POINTS = (
    (
        "in_time",
        "Har ansökan kommit in i tid?",
        "22 § förvaltningslagen (2017:900), utlysningens sista ansökningsdag",
        "En ansökan som kommit in sent är märkt med det.",
    ),
    (
        "eligible_applicant",
        "Får sökanden söka stöd i utlysningen?",
        "1 § förordning (2003:596), utlysningens text om vem som kan söka",
        "",
    ),
    (
        "authorised",
        "Är ansökan inskickad av någon som får företräda sökanden?",
        "14–15 §§ förvaltningslagen (2017:900)",
        "",
    ),
    (
        "complete",
        "Har ansökan det innehåll som krävs?",
        "8 § förordning (2003:596)",
        "Stödmottagare, syfte, mål, tidsplan, genomförande, budget och finansieringsplan.",
    ),
    (
        "limited_project",
        "Är projektet avgränsat i tid, ekonomi och arbete, och inte löpande verksamhet?",
        "1–2 §§ förordning (2003:596)",
        "",
    ),
    (
        "cofinancing",
        "Är medfinansieringen ordnad och stödandelen inom gränsen?",
        "5 § förordning (2003:596), utlysningens högsta stödandel",
        "",
    ),
    (
        "within_call",
        "Ryms belopp och projekttid inom utlysningens ramar?",
        "Utlysningens villkor",
        "",
    ),
    (
        "no_state_aid",
        "Går projektet att ge stöd utan att det blir statligt stöd till företag?",
        "2 § förordning (2003:596)",
        "",
    ),
)
ENDING_KINDS = ("support", "dismissal", "closing_without_trial")
LIVE = ("draft", "published", "open")
"""Calls whose applications are still to come: only they get a samråd (3 § förordning 2003:596)."""


def make_rows(apps, schema_editor):
    Call = apps.get_model("calls", "Call")
    Point = apps.get_model("calls", "FormalCheckPoint")
    Consultation = apps.get_model("calls", "Consultation")
    Rule = apps.get_model("calls", "DecisionRule")
    points, consultations, rules = [], [], []
    for call in Call.objects.filter(formal_check_points=None):
        points += [
            Point(call=call, code=code, question=question, legal_ground=ground, help_text=help_text, order=order)
            for order, (code, question, ground, help_text) in enumerate(POINTS, 1)
        ]
    for call in Call.objects.filter(follows_ordinance=True, state__in=LIVE).exclude(consultations__body="region"):
        consultations.append(Consultation(call=call, body="region"))
    for call in Call.objects.all():
        held = set(Rule.objects.filter(call=call).values_list("kind", flat=True))
        rules += [
            Rule(call=call, kind=kind, is_appealable=call.is_appealable) for kind in ENDING_KINDS if kind not in held
        ]
    Point.objects.bulk_create(points)
    Consultation.objects.bulk_create(consultations)
    Rule.objects.bulk_create(rules)
    if points or consultations or rules:
        print(
            f" made {len(points)} points of formal checks, {len(consultations)} consultations, {len(rules)} decision rules",
            end="",
        )


class Migration(migrations.Migration):
    dependencies = [("calls", "0004_standard_questions")]

    operations = [migrations.RunPython(make_rows, migrations.RunPython.noop)]
