"""Weekdays ("024") become rules ("FREQ=WEEKLY;BYDAY=MO,WE,FR"), which can say more."""

from django.db import migrations, models

NAMES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def write_rules(apps, schema_editor):
    repeating = apps.get_model("activities", "RepeatingTask")
    for weekdays in set(repeating.objects.values_list("weekdays", flat=True)):
        rule = "FREQ=WEEKLY;BYDAY=" + ",".join(NAMES[int(digit)] for digit in weekdays)
        repeating.objects.filter(weekdays=weekdays).update(rule=rule)


def write_weekdays(apps, schema_editor):
    """Back again: rules of single weeks only; others keep the weekdays they name."""
    repeating = apps.get_model("activities", "RepeatingTask")
    for rule in set(repeating.objects.values_list("rule", flat=True)):
        digits = "".join(str(number) for number, name in enumerate(NAMES) if name in rule)
        repeating.objects.filter(rule=rule).update(weekdays=digits)


class Migration(migrations.Migration):
    dependencies = [("activities", "0003_the_board")]

    operations = [
        migrations.AlterField("repeatingtask", "weekdays", models.CharField(default="", max_length=7)),
        migrations.RunPython(write_rules, write_weekdays),
        migrations.RemoveField("repeatingtask", "weekdays"),
    ]
