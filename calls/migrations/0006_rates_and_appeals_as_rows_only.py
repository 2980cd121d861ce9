"""Move what only a column knew to rows: the flat rate of a cost type, and whether decisions on support can be appealed.

A rate without rows held at all times and was of the staff costs: it gets a row from 1 January of the first year that the
call knows of. Rows that are there stay as they are. Says how many rows it made; running it again makes none.
"""

import sys

from django.db import migrations, models


def make_rows(apps, schema_editor):
    rates = _make_rates(apps)
    rules = _make_rules(apps)
    if rates or rules:
        sys.stdout.write(f"\n    flat rates made: {rates}; decision rules made: {rules}\n")


def _make_rates(apps):
    CostType, FlatRate = apps.get_model("calls", "CostType"), apps.get_model("calls", "FlatRate")
    lacking = CostType.objects.filter(flat_rate_percent__gt=0, flat_rates=None).select_related("call")
    made = 0
    for cost_type in lacking:
        rate = FlatRate.objects.create(
            cost_type=cost_type, percent=cost_type.flat_rate_percent, valid_from=f"{_first_year(cost_type.call)}-01-01"
        )
        staff = CostType.objects.filter(call=cost_type.call, code="staff", flat_rate_percent=None)
        rate.basis.set(staff)
        made += 1
    return made


def _first_year(call):
    """The first year that an application of the call can have costs in."""
    years = call.year_budgets.aggregate(first=models.Min("year"))["first"]
    days = [call.earliest_start_on, call.opens_at, call.created_at]
    return min([year for year in (years,) if year] + [day.year for day in days if day])


def _make_rules(apps):
    Call, Rule = apps.get_model("calls", "Call"), apps.get_model("calls", "DecisionRule")
    lacking = Call.objects.exclude(decision_rules__kind="support")
    rules = [Rule(call=call, kind="support", is_appealable=call.is_appealable) for call in lacking]
    return len(Rule.objects.bulk_create(rules))


def fill_columns(apps, schema_editor):
    """Back: the columns as the version before kept them, of the first rate and of the rule on support."""
    CostType, Call = apps.get_model("calls", "CostType"), apps.get_model("calls", "Call")
    for cost_type in CostType.objects.exclude(flat_rates=None):
        first = cost_type.flat_rates.order_by("valid_from").first()
        CostType.objects.filter(pk=cost_type.pk).update(flat_rate_percent=first.percent)
    Call.objects.filter(decision_rules__kind="support", decision_rules__is_appealable=True).update(is_appealable=True)


class Migration(migrations.Migration):
    dependencies = [("calls", "0005_rows_for_judging")]

    operations = [migrations.RunPython(make_rows, fill_columns)]
