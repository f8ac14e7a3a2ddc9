from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class MembersConfig(AppConfig):
    name = "members"

    def ready(self) -> None:
        # Each app says in its notices which kinds of message it sends (see members/notices/kinds.py).
        autodiscover_modules("notices", "checks")
