from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from clubhouse import keeping


class Command(BaseCommand):
    help = "Brings a house back from a backup: manage.py restore FILE. Stop the program first."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--replace", action="store_true", help="also when somebody lives here; that is kept first")
        parser.add_argument("--forgotten", type=Path, metavar="LEDGER", help="another list of who was forgotten since")

    def handle(self, *, file: Path, replace: bool, forgotten: Path | None, **options):
        try:
            back = keeping.restore(file, replace=replace, forgotten=forgotten)
        except keeping.NotBroughtBack as refusal:
            raise CommandError(f"{refusal} " + _("Nothing has changed.")) from None
        words = {"moment": back.made_at[:16].replace("T", " "), "version": back.version, "rows": f"{back.rows:,}"}
        self.stdout.write(
            _("The house is back as it was on %(moment)s (UTC), version %(version)s: %(rows)s rows.") % words
        )
        if back.before:
            self.stdout.write(_("What was here before is kept in %(file)s.") % {"file": back.before.file})
        for note in back.notes:
            self.stdout.write(note)
        self.stdout.write(_("Start the program again. Each of us signs in once more."))
