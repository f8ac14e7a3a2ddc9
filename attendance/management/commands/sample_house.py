from django.core.management.base import BaseCommand, CommandError

from attendance import sample
from members.models import House
from members.refusals import Refusal


class Command(BaseCommand):
    help = "Fills an empty database with the sample house and its accounts (only with DEMO=1)."

    def add_arguments(self, parser):
        parser.add_argument(
            "--if-empty",
            action="store_true",
            help="leave a sample house as it is, but for the days since it was filled",
        )

    def handle(self, *, if_empty: bool, **options):
        try:
            if if_empty and House.objects.current().is_sample:
                sample.freshen()
                return
            house = sample.sample_house()
        except Refusal as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(f"{house.name} is here.")
