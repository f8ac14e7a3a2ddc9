"""Nobody knows any more how the units of earlier visits came to stand there: what is done now never changes them."""

from django.db import migrations


def keep_units(apps, schema_editor):
    for name in ("Visit", "RemovedVisit"):
        apps.get_model("attendance", name).objects.exclude(unit=None).update(unit_from="word")


class Migration(migrations.Migration):
    dependencies = [("attendance", "0005_where_the_unit_came_from")]

    operations = [migrations.RunPython(keep_units, migrations.RunPython.noop)]
