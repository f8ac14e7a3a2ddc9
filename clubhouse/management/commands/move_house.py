from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from clubhouse import keeping


class Command(BaseCommand):
    help = (
        "Copies the whole house to another, empty database: manage.py move_house postgresql://name:password@server/it"
    )

    def add_arguments(self, parser):
        parser.add_argument("target", metavar="TARGET_DATABASE_URL")

    def handle(self, *, target: str, **options):
        try:
            moved = keeping.move_house(target)
        except (keeping.NotBroughtBack, keeping.NotKept) as refusal:
            raise CommandError(f"{refusal} " + _("Nothing has changed.")) from None
        self.stdout.write(_("Copied and compared: %(rows)s rows.") % {"rows": f"{moved.rows:,}"})
        self.stdout.write(_("From now on, set DATABASE_URL to the new place. Then start the program."))
        self.stdout.write(_("The house here stays as it was. Put it away once the other one runs well."))
