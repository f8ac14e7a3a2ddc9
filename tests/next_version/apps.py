from django.apps import AppConfig, apps
from django.db import models


class Next(AppConfig):
    name = "tests.next_version"

    def ready(self) -> None:
        models.CharField(max_length=9, default="green").contribute_to_class(
            apps.get_model("attendance", "Mark"), "colour"
        )
