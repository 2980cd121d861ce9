"""Move what decisions say of appeal to texts of the call, which have versions; forget choices that nobody has made.

Each kind of decision has two texts, one for when it can be appealed and one for when not; what stood beside the choice goes to
the one that the choice points at, so that the next decision says what it would have said. It is dated and signed as the page
was saved last, as far as the history tells. A draft whose rows still are as every draft began, without the page ever
having been saved with a change, loses them: its call manager is asked before publishing. Published calls keep theirs.
Says how many rows it moved and took away; running it again does neither.
"""

import sys

from django.db import migrations


def key_of(rule):
    """calls.texts.appeal_key as it was."""
    return f"{'appeal' if rule.is_appealable else 'no-appeal'}-{rule.kind}"


def saved_last(apps, call_id):
    """When the page was saved with a change, and by whom; None when it never was."""
    Event = apps.get_model("core", "Event")
    return Event.objects.filter(stream=call_id, name="saved", facts__part="decisions").order_by("seq").last()


def move(apps, schema_editor):
    moved, taken = move_texts(apps), take_away(apps)
    if moved or taken:
        sys.stdout.write(f"\n    appeal texts moved: {moved}; choices nobody had made taken away: {taken}\n")


def move_texts(apps):
    Rule, Text = apps.get_model("calls", "DecisionRule"), apps.get_model("calls", "TextTemplate")
    moved = 0
    for rule in Rule.objects.exclude(appeal_text="").select_related("call").order_by("pk"):
        saved = saved_last(apps, rule.call_id)
        values = {"body": rule.appeal_text.strip(), "created_at": saved.at if saved else rule.call.created_at}
        values["created_by_id"] = saved.by_id if saved else None
        if values["body"]:
            _, is_new = Text.objects.get_or_create(
                call=rule.call, purpose=key_of(rule), version=1, defaults={"subject": "", **values}
            )
            moved += is_new
    return moved


def take_away(apps):
    Call, Rule = apps.get_model("calls", "Call"), apps.get_model("calls", "DecisionRule")
    untouched = Call.objects.filter(state="draft").exclude(decision_rules__is_appealable=True)
    untouched = untouched.exclude(pk__in=Rule.objects.exclude(appeal_text="").values("call"))
    calls = [pk for pk in untouched.values_list("pk", flat=True) if saved_last(apps, pk) is None]
    return Rule.objects.filter(call__in=calls).delete()[0]


def move_back(apps, schema_editor):
    """Back: the newest of the text that each choice points at. Its earlier versions, and the other text, are lost."""
    Rule, Text = apps.get_model("calls", "DecisionRule"), apps.get_model("calls", "TextTemplate")
    for rule in Rule.objects.all():
        newest = Text.objects.filter(call=rule.call_id, purpose=key_of(rule)).order_by("version").last()
        if newest is not None:
            Rule.objects.filter(pk=rule.pk).update(appeal_text=newest.body)
    for stem in ("appeal-", "no-appeal-"):
        Text.objects.filter(purpose__startswith=stem).delete()


class Migration(migrations.Migration):
    dependencies = [("calls", "0011_codes_in_any_letters"), ("core", "0001_initial")]

    operations = [migrations.RunPython(move, move_back)]
