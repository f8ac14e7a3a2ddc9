from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from attendance import exports
from attendance.reports import monthly_report
from clubhouse.converters import Month
from members.models import House

NO_TEXT = {"xlsx", "pdf"}


class Command(BaseCommand):
    help = "Writes the month's report: manage.py monthly_report 2026-10 --format csv --output october.csv"

    def add_arguments(self, parser):
        parser.add_argument("month", help="like 2026-10")
        parser.add_argument("--format", choices=list(exports.FORMATS), default="json")
        parser.add_argument("--output", metavar="FILE", help="write to this file instead of standard output")

    def handle(self, *, month: str, format: str, output: str | None, **options):
        try:
            wanted = Month.parse(month)
        except ValueError:
            raise CommandError(_("%(month)s is not a month. A month looks like 2026-10.") % {"month": month}) from None
        house = House.objects.current()
        with timezone.override(house.zone):
            content = exports.export_report(monthly_report(wanted), format, exports.Letterhead.of(house))
        if output is None:
            if format in NO_TEXT and self.stdout.isatty():
                raise CommandError(_("This is no text for a screen. Add --output and the name of a file."))
            self._to_standard_output(content)
            return
        try:
            Path(output).write_bytes(content)
        except OSError as error:
            raise CommandError(
                _("The file %(file)s cannot be written: %(why)s.") % {"file": output, "why": error.strerror}
            ) from None

    def _to_standard_output(self, content: bytes) -> None:
        """As bytes, also into a pipe: a spreadsheet is no text."""
        bare = getattr(self.stdout, "buffer", None)
        if bare is None:  # somebody collects what commands say
            self.stdout.write(content.decode(errors="surrogateescape"), ending="")
            return
        bare.write(content)
        bare.flush()
