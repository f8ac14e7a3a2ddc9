"""What is noted about the house's own computer: its backups, and when what goes on by itself last went on."""

from django.db import models


class BackupQuerySet(models.QuerySet):
    def good(self) -> "BackupQuerySet":
        """Finished, still there, and not found to be broken when it was tried."""
        return self.filter(ok=True, gone_at=None).exclude(tried_ok=False)


class Backup(models.Model):
    """One try to keep everything in one encrypted file; whether it worked, and whether it was ever restored."""

    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    ok = models.BooleanField(null=True)  # None: in the making, or it ended without a word
    file = models.CharField(max_length=200, blank=True)  # its name in the folder of backups; a time, no name of anybody
    size = models.BigIntegerField(default=0)  # bytes
    digest = models.CharField(max_length=64, blank=True)  # sha256 of the file
    version = models.CharField(max_length=20, blank=True)  # of the program
    why = models.CharField(max_length=300, blank=True)  # it did not work: a sentence for the keeper
    tried_at = models.DateTimeField(null=True)  # restored into a scratch database and compared
    tried_ok = models.BooleanField(null=True)
    gone_at = models.DateTimeField(null=True)  # its turn in the rotation had come

    objects = BackupQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at", "-pk"]

    class Privacy:
        plain = {
            "started_at", "finished_at", "ok", "file", "size", "digest", "version", "why", "tried_at", "tried_ok",
            "gone_at",
        }  # fmt: skip
        personal: set[str] = set()
        sensitive: set[str] = set()

    def __str__(self) -> str:
        return f"backup {self.pk}"


class LastRun(models.Model):
    """When something that goes on by itself went on last, and how: one row for each `name`."""

    name = models.CharField(max_length=60, unique=True)
    at = models.DateTimeField()
    ok = models.BooleanField(default=True)
    why = models.CharField(max_length=300, blank=True)  # a sentence for the keeper, without names

    class Privacy:
        plain = {"name", "at", "ok", "why"}
        personal: set[str] = set()
        sensitive: set[str] = set()

    def __str__(self) -> str:
        return self.name
