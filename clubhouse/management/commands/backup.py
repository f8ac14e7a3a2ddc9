from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from clubhouse import keeping


class Command(BaseCommand):
    help = "Keeps everything in one encrypted file: manage.py backup, or manage.py backup FILE"

    def add_arguments(self, parser):
        parser.add_argument("file", nargs="?", type=Path, help="left out: a new one in the folder of backups")

    def handle(self, *, file: Path | None, **options):
        try:
            made = keeping.backup(file)
        except keeping.NotKept as refusal:
            raise CommandError(str(refusal)) from None
        words = {"file": file or settings.BACKUP_FOLDER / made.file, "size": f"{made.size / 1_000_000:.1f}"}
        self.stdout.write(_("Everything is kept in %(file)s (%(size)s MB).") % words)
