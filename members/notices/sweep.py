"""The sweep: sends what is due now. Run by the beat, twice at once or after a day off with the same result.

`claim` decides what leaves; here it is written and handed over, one letter after the other, each with its end written
down before the next. Nothing is locked while a mail server is spoken to.
"""

import datetime as dt
import logging
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, Q
from django.utils import timezone

from members.models import House, Message, Note
from members.models.messages import Reason
from members.notices import letter as letters
from members.notices.channels import WAYS, Kept, ServerAway, Way
from members.notices.claim import LEASE, OUT_OF_HAND, State, claim
from members.notices.hours import is_open, quiet_ends_at
from members.notices.kinds import KINDS
from members.notices.letter import Letter, Wordings

logger = logging.getLogger(__name__)

AT_A_TIME = 20.0  # seconds of sending in one sweep: whoever stops the program does not wait for long
LONGEST_PAUSE = dt.timedelta(hours=1)


def send_due(now: dt.datetime | None = None, stopping: Callable[[], bool] = lambda: False) -> Counter:
    """Send what is due; counts by outcome. `now` stops the clock, for tests; `stopping` is asked between letters."""
    house = House.objects.current()
    counts: Counter = Counter()
    at = now or timezone.now()
    if not house.messages_stopped_at:
        prepare(house, at, counts)
    settle_interrupted(at)
    counts["dropped"] += drop_expired(at)
    for channel in WAYS:
        Sending(channel, house, now, stopping, counts).all_batches()
    return +counts


def prepare(house: House, at: dt.datetime, counts: Counter) -> None:
    for kind in KINDS.values():
        if kind.prepare:
            try:
                counts["prepared"] += kind.prepare(house, at)
            except Exception:  # one kind that breaks must not keep the others from leaving
                logger.exception("%s could not be prepared", kind.name)


# -- Before ------------------------------------------------------------------------------------------------------------


def settle_interrupted(now: dt.datetime) -> None:
    """Letters whose sender stopped half way: sent again where a second one does no harm, else shown to people.

    What was only being written has surely not left.
    """
    over = Message.objects.filter(claimed_until__lte=now)
    once = [name for name, kind in KINDS.items() if kind.at_most_once]
    known = Q(kind__in=[name for name in KINDS if name not in once], expires_at__gt=now)
    freed = over.filter(state=State.CLAIMED).update(state=State.WAITING, **OUT_OF_HAND)
    again = over.filter(known, state=State.SENDING).update(state=State.WAITING, **OUT_OF_HAND)
    unknown = over.filter(state=State.SENDING).update(
        state=State.UNKNOWN, reason=Reason.INTERRUPTED, settled_at=F("claimed_until") - LEASE, **OUT_OF_HAND
    )
    if freed or again or unknown:
        logger.warning("interrupted: %s being written, %s to be sent again, %s unknown", freed, again, unknown)


def drop_expired(now: dt.datetime) -> int:
    late = Message.objects.filter(state=State.WAITING, due_at__lte=now, expires_at__lte=now)
    late.exclude(attempts=0).update(state=State.FAILED, settled_at=now)
    return late.filter(attempts=0).update(state=State.DROPPED, reason=Reason.EXPIRED, settled_at=now)


def postpone(now: dt.datetime, until: dt.datetime) -> None:
    """Quiet hours are a hard limit: what is due waits for their end, if it is still of use then."""
    due = Message.objects.filter(state=State.WAITING, due_at__lte=now)
    due.filter(expires_at__lte=until).update(state=State.DROPPED, reason=Reason.EXPIRED, settled_at=now)
    due.update(due_at=until)


# -- Sending -----------------------------------------------------------------------------------------------------------


class Sending:
    """One channel's part of a sweep."""

    def __init__(
        self, channel: str, house: House, now: dt.datetime | None, stopping: Callable[[], bool], counts: Counter
    ) -> None:
        self.channel, self.house, self.now, self.stopping, self.counts = channel, house, now, stopping, counts
        self.own: Wordings = letters.wordings()
        self.ends = time.monotonic() + AT_A_TIME

    def at(self) -> dt.datetime:
        return self.now or timezone.now()

    def is_over(self) -> bool:
        return self.stopping() or time.monotonic() > self.ends

    def all_batches(self) -> None:
        anybody = True
        while anybody and not self.is_over():
            self.house.refresh_from_db()
            if self.house.messages_stopped_at:
                return
            if self.house.is_quiet(self.at()):
                return postpone(self.at(), quiet_ends_at(self.house, self.at()))
            anybody, batch = claim(self.channel, self.house, self.at(), self.counts)
            if batch and not self.batch(batch):
                return

    def batch(self, batch: list[Letter]) -> bool:
        """False when the rest of the sweep would wait in vain."""
        way = WAYS[self.channel]()
        if isinstance(way, Kept):
            self.keep(way, batch)
            return True
        under_way = batch[0]
        try:
            way.open()
            try:
                for under_way in batch:
                    if self.is_over():
                        return False
                    if not is_open(under_way.person, self.house, self.at()):
                        continue  # quiet began while the others were sent: it is put off
                    way.still_open()
                    self.one(way, under_way)
            finally:
                way.close()
        except ServerAway as error:
            logger.warning("messages %s wait: no connection (%s)", under_way.pks, error)
            self.failed(under_way, error, State.CLAIMED)
            return False
        finally:
            release(batch)
        return True

    def one(self, way: Way, letter: Letter) -> None:
        """Write one letter, hand it over, and write down how it went. Raises `ServerAway` when nobody knows."""
        written = self.write(way, letter)
        if written is None or not mark_sending(letter, getattr(written, "extra_headers", {}), self.at()):
            return
        try:
            way.hand_over(written)
        except way.surely_not_sent as error:  # the name of the error only: its text may hold an address
            logger.warning("messages %s: %s", letter.pks, type(error).__name__)
            if way.put_away(letter, written, error):
                self.counts[str(State.FAILED)] += len(letter.messages)
                return
            return self.failed(letter, error, State.SENDING)
        except Exception as error:
            logger.warning("messages %s: %s", letter.pks, type(error).__name__)
            self.unknown(letter, error, way.most_unsure)
            way.close()
            way.open()  # or nobody else's letter leaves
            return
        logger.info("messages %s sent", letter.pks)
        self.counts[str(State.SENT)] += mine(letter, State.SENDING).update(
            state=State.SENT, settled_at=self.at(), reason="", **OUT_OF_HAND
        )

    def write(self, way: Way, letter: Letter) -> Any:
        try:
            return way.write(letter, self.house, self.at(), self.own)
        except Exception as error:  # a text that breaks must not keep the others from leaving
            logger.exception("messages %s could not be written", letter.pks)
            self.failed(letter, error, State.CLAIMED)
            return None

    def keep(self, way: Way, batch: list[Letter]) -> None:
        """Notes are rows: all of a batch are there, or none."""
        written = [(letter, self.write(way, letter)) for letter in batch]
        with transaction.atomic():
            ours = Message.objects.filter(claim__in=marks(batch), state=State.CLAIMED)
            still = set(ours.select_for_update(no_key=True).values_list("pk", flat=True))
            # Not where something was taken back meanwhile: the rest of that letter is written anew.
            whole = [(letter, text) for letter, text in written if text is not None and still.issuperset(letter.pks)]
            kept = Message.objects.filter(pk__in=[pk for letter, _text in whole for pk in letter.pks])
            self.counts[str(State.SENT)] += kept.update(
                state=State.SENT, settled_at=self.at(), reason="", **OUT_OF_HAND
            )
            Note.objects.bulk_create(
                Note(message=letter.messages[0], text=text, at=self.at()) for letter, text in whole
            )
        release(batch)

    def failed(self, letter: Letter, error: Exception, was: str) -> None:
        """It did not leave: tried again after a pause, as long as it is of use."""
        for message in letter.messages:
            tries = message.attempts + 1
            pause_until = self.at() + min(dt.timedelta(minutes=2 ** min(tries - 1, 10)), LONGEST_PAUSE)
            fields: dict = {"state": State.WAITING, "claim": None, "claimed_until": pause_until}
            if pause_until >= message.expires_at:
                fields = {"state": State.FAILED, "settled_at": self.at(), **OUT_OF_HAND}
            if was == State.CLAIMED:
                fields["attempts"] = tries
            fields["reason"] = type(error).__name__[:120]
            self.counts[str(fields["state"])] += mine(letter, was).filter(pk=message.pk).update(**fields)

    def unknown(self, letter: Letter, error: Exception, most: int) -> None:
        """Nobody knows whether it left: shown to people where one more would be one too many."""
        once = [
            message.pk
            for message in letter.messages
            if KINDS[message.kind].at_most_once or (most and message.attempts + 1 >= most)
        ]
        self.counts[str(State.UNKNOWN)] += (
            mine(letter, State.SENDING)
            .filter(pk__in=once)
            .update(state=State.UNKNOWN, settled_at=self.at(), reason=type(error).__name__[:120], **OUT_OF_HAND)
        )
        self.failed(letter, error, State.SENDING)


def mine(letter: Letter, state: str):
    """The rows of `letter` that are still ours: somebody may have taken one back, or the lease was over."""
    return Message.objects.filter(pk__in=letter.pks, claim=letter.messages[0].claim, state=state)


def mark_sending(letter: Letter, headers: dict, now: dt.datetime) -> bool:
    """The last look before it is handed over: False when one of its messages was taken back, or all were stopped."""
    stopped = House.objects.filter(messages_stopped_at__isnull=False)
    with transaction.atomic():
        marked = (
            mine(letter, State.CLAIMED)
            .exclude(Exists(stopped))
            .update(
                state=State.SENDING,
                attempts=F("attempts") + 1,
                claimed_until=now + LEASE,
                message_id=headers.get("Message-ID", ""),
            )
        )
        if marked == len(letter.messages):
            return True
        mine(letter, State.SENDING).update(state=State.WAITING, attempts=F("attempts") - 1, **OUT_OF_HAND)
        return False


def release(batch: list[Letter]) -> None:
    """What was claimed and not handed over waits for the next sweep."""
    ours = Message.objects.filter(claim__in=marks(batch), state=State.CLAIMED)
    ours.update(state=State.WAITING, **OUT_OF_HAND)


def marks(batch: list[Letter]) -> set:
    return {message.claim for letter in batch for message in letter.messages}
