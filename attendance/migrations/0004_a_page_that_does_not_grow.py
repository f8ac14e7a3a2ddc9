from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("attendance", "0003_repairs_and_batches"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="visit",
            name="attendance__day_33adbe_idx",
        ),
        migrations.AddIndex(
            model_name="visit",
            index=models.Index(fields=["-day", "member", "kind"], name="attendance__day_69b290_idx"),
        ),
    ]
