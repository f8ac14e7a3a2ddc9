import sys

from django.core.management.base import BaseCommand
from django.db import Error
from django.utils import timezone

from clubhouse import health

WORDS = {True: "OK", False: "LOOK", None: "LATER"}


class Command(BaseCommand):
    help = "Says how the house's computer is, each thing with what to do. Exit 1 when something is wrong."
    requires_system_checks = []

    def handle(self, *args, **options) -> None:
        try:
            found = health.findings(timezone.now(), is_live=True)
        except Error:
            found = [*health.disks(), health.no_database()]
        for finding in found:
            self.stdout.write(f"{WORDS[finding.ok]:<6}{finding.label}: {finding.says}")
        if any(finding.ok is False for finding in found):
            sys.exit(1)
