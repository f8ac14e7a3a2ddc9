from django.core.management.base import BaseCommand

from members import notices


class Command(BaseCommand):
    help = "Send what is due now, as the worker does by itself; prints one line of counts."

    def handle(self, *args, **options) -> None:
        counts = notices.send_due()
        names = ["prepared", "sent", "held", "dropped", "waiting", "failed", "unknown"]
        self.stdout.write(", ".join(f"{counts[name]} {name}" for name in names))
