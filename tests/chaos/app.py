"""The house's Celery app under chaos: a beat every second, short waits, and on demand a house as it must not be.

The environment says how: LEASE and MAIL_WITHIN in seconds; CLOCK
for another moment than now; VARIANT for what is wrong with it, of which each control takes one.
"""

import datetime as dt
import os
import time
import uuid

import django
import time_machine

if os.environ.get("CLOCK"):
    time_machine.travel(dt.datetime.fromisoformat(os.environ["CLOCK"]), tick=True).start()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clubhouse.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.core.mail import EmailMessage  # noqa: E402
from django.core.mail.backends.smtp import EmailBackend  # noqa: E402
from django.db.models import QuerySet  # noqa: E402

from clubhouse import stopping  # noqa: E402
from clubhouse.celery import app  # noqa: E402
from members.models import Message  # noqa: E402
from members.notices import claim, sweep  # noqa: E402

VARIANT = os.environ.get("VARIANT", "")
app.conf.task_default_queue = os.environ["QUEUE_FOR_TESTS"]
app.conf.beat_schedule = {
    "send what is due": app.conf.beat_schedule["send what is due"] | {"schedule": 1.0},
}
claim.LEASE = sweep.LEASE = dt.timedelta(seconds=float(os.environ.get("LEASE", "4")))
settings.EMAIL_TIMEOUT = float(os.environ.get("MAIL_WITHIN", "3"))


class SettlesFirst(EmailBackend):
    """Writes down that a letter was sent, and then sends it."""

    def send_messages(self, letters: list) -> int:
        for letter in letters:
            Message.objects.filter(member__email=letter.to[0]).update(state="sent", claim=None, claimed_until=None)
        return super().send_messages(letters)


def take_without_looking(pks: list[int], now: dt.datetime) -> dict[int, uuid.UUID]:
    """Looks first and writes afterwards."""
    time.sleep(1)
    mark = uuid.uuid4()
    Message.objects.filter(pk__in=pks).update(state="claimed", claim=mark, claimed_until=now + claim.LEASE)
    return dict.fromkeys(pks, mark)


def mark_without_looking(letter: sweep.Letter, headers: dict, now: dt.datetime) -> bool:
    mine = {"state": "sending", "claim": letter.messages[0].claim, "claimed_until": now + claim.LEASE}
    Message.objects.filter(pk__in=letter.pks).update(**mine)
    return True


if VARIANT == "settles first":
    settings.EMAIL_BACKEND = "tests.chaos.app.SettlesFirst"
elif VARIANT == "deaf":
    stopping.ask = lambda: None
    sweep.AT_A_TIME = 3600.0
elif VARIANT == "takes without looking":
    QuerySet.select_for_update = lambda rows, **how: rows
    claim.take, sweep.mark_sending = take_without_looking, mark_without_looking


@app.task(acks_late=False, name="tests.hand_over")
def hand_over(pk: int) -> None:
    """A queue instead of an outbox: the message is in the task, and gone with it."""
    to = Message.objects.values_list("member__email", flat=True).get(pk=pk)
    EmailMessage("A message", "Hello", to=[to], headers={"Message-ID": f"<{pk}@queue.test>"}).send()
