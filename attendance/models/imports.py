"""Spreadsheets that a house brought in."""

from django.conf import settings
from django.db import models


class ImportedRow(models.Model):
    """What a spreadsheet row became: the same row is known again, and a later change in the application is kept."""

    file = models.CharField(max_length=20)  # "visits.csv"
    key = models.CharField(max_length=120)  # the data README's key of a row, joined with "|"
    digest = models.CharField(max_length=64)  # of what was stored
    target = models.BigIntegerField()  # primary key of what it became; the row may be gone since

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file", "key"], name="one_import_per_row")]

    class Privacy:
        plain = {"file", "digest", "target"}
        personal = {"key"}
        sensitive: set[str] = set()


class ImportDraft(models.Model):
    """Spreadsheets a coordinator uploaded and looked at, until they say "do it" or an hour has passed."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    at = models.DateTimeField()
    files = models.JSONField()  # name -> text

    class Privacy:
        plain = {"at"}
        personal = {"by"}
        sensitive = {"files"}
        forget = "goes"  # all of them: a spreadsheet may hold anybody
