import time
from pathlib import Path

from django.db import migrations, models

from attendance import migrations as today

LAST = sorted(path.stem for path in Path(today.__path__[0]).glob("0*.py"))[-1]


def take_your_time(apps, editor) -> None:
    time.sleep(1)  # in the middle of the change: whoever writes has to wait


class Migration(migrations.Migration):
    dependencies = [("attendance", LAST)]

    operations = [
        migrations.AddField("mark", "colour", models.CharField(max_length=9, default="green")),
        migrations.RunPython(take_your_time, migrations.RunPython.noop),
    ]
