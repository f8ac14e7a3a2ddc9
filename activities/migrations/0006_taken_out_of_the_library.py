"""Work may leave the library and come back with its guide."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("activities", "0005_a_seat_that_was_lost")]

    operations = [
        migrations.AddField("librarytask", "removed_at", models.DateTimeField(editable=False, null=True)),
    ]
