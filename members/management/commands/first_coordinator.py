from django.conf import settings
from django.core.management.base import BaseCommand
from django.urls import reverse

from members import actions, cards


class Command(BaseCommand):
    help = "Prints a one-time link for the first coordinator of an empty house; nothing when there is one already."

    def handle(self, *args, **options):
        token = actions.invite_first_coordinator()
        if token:
            link = settings.ADDRESS + reverse("members:accept_invitation", args=[token])
            self.stdout.write(f"The first coordinator comes in here, once, within {cards.HOURS} hours: {link}")
