from django.core.management.base import BaseCommand, CommandError
from django.db import Error

from clubhouse.updating import NotUpdated, update_house


class Command(BaseCommand):
    help = "Brings the database to the version of the program: a fresh backup first, then what is waiting."
    requires_system_checks = []  # the database may be an older one

    def handle(self, *args, **options) -> None:
        try:
            update_house(self.stdout.write, is_quiet=options["verbosity"] == 0)
        except NotUpdated as refusal:
            raise CommandError(str(refusal)) from refusal
        except Error as error:
            why = f"The database did not answer ({type(error).__name__}). Nothing was changed. Is it running?"
            raise CommandError(why) from error
