"""How messages fared: numbers for a coordinator, and the few that need a look. No contents."""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.models import Channel, Member, Message, Staff
from members.models.messages import Reason, whose
from members.notices.kinds import KINDS
from members.notices.texting import Unsure

LOOKED_BACK = dt.timedelta(days=30)
LATE = dt.timedelta(minutes=15)
State = Message.State
# (name, label, states) of each column.
COLUMNS = [
    ("sent", gettext_lazy("Sent"), {State.SENT}),
    ("waiting", gettext_lazy("Waiting"), {State.WAITING, State.CLAIMED, State.SENDING}),
    ("failed", gettext_lazy("Not sent"), {State.FAILED}),
    ("unknown", gettext_lazy("Not sure"), {State.UNKNOWN}),
    ("held", gettext_lazy("Held back"), {State.HELD}),
    ("dropped", gettext_lazy("Not needed"), {State.DROPPED}),
]


@dataclass(frozen=True)
class Tally:
    """Messages of the last 30 days: `counts` by the names of `COLUMNS`, `parts` the same by channel."""

    label: str
    counts: dict[str, int]
    parts: list["Tally"]

    @property
    def cells(self) -> list[tuple[str, str, int]]:
        """(name, label, count) of each column."""
        return [(name, str(label), self.counts[name]) for name, label, _states in COLUMNS]

    @property
    def several(self) -> list["Tally"]:
        """The parts, where there is more than one."""
        return self.parts if len(self.parts) > 1 else []


def tallies(now: dt.datetime) -> tuple[list[Tally], list[str]]:
    """The kinds that had any message, and the labels of those that had none."""
    rows = Message.objects.filter(due_at__gt=now - LOOKED_BACK).values_list("kind", "channel", "state")
    found = [(*key, count) for *key, count in rows.annotate(Count("pk")).order_by()]
    all_of = [(str(kind.label), [row[1:] for row in found if row[0] == name]) for name, kind in KINDS.items()]
    return [_tally(label, rows) for label, rows in all_of if rows], [label for label, rows in all_of if not rows]


def _tally(label: str, rows: list[tuple]) -> Tally:
    channels = [channel for channel in Channel if any(row[0] == channel for row in rows)]
    by_channel = [(str(each.label), [row for row in rows if row[0] == each]) for each in channels]
    return Tally(label, _counts(rows), [Tally(name, _counts(part), []) for name, part in by_channel])


def _counts(rows: list[tuple]) -> dict[str, int]:
    return {name: sum(count for _c, state, count in rows if state in states) for name, _label, states in COLUMNS}


def oldest_due(now: dt.datetime) -> dt.datetime | None:
    """Since when the oldest waits of those that should have left by now."""
    return Message.objects.due(now).order_by("due_at").values_list("due_at", flat=True).first()


def late_since(now: dt.datetime) -> dt.datetime | None:
    """The same once it is long enough for people to look: the worker or the mail server may be down."""
    oldest = oldest_due(now)
    return oldest if oldest and now - oldest > LATE else None


def need_a_look(now: dt.datetime) -> QuerySet[Message]:
    """Not sent, or nobody knows: somebody may want to tell the person when they meet."""
    messages = Message.objects.need_a_look().filter(due_at__gt=now - LOOKED_BACK, member__deceased_on=None)
    messages = messages.select_related("member", "staff")
    return messages.order_by("-settled_at")[:100]


@dataclass(frozen=True)
class WayOut:
    """One channel of this house: whether it works, and a sentence for whoever asks why not, or what could be better."""

    channel: str
    label: str
    ready: bool
    words: str


def ways_out() -> list[WayOut]:
    mail, texts = "", ""
    if not settings.MAIL_READY:
        mail = _("The keeper sets EMAIL_URL: then mail can leave.")
    elif settings.DEMO:
        mail = _("This is a sample house: its mail stays here.")
    elif not settings.BOUNCE_MAILBOX_URL:
        mail = _("The keeper can set BOUNCE_MAILBOX_URL: then we see which mail comes back.")
    if not settings.TEXTS_READY:
        texts = _("The keeper sets TEXT_URL: then text messages can leave.")
    return [
        WayOut(Channel.EMAIL, str(Channel.EMAIL.label), settings.MAIL_READY, mail),
        WayOut(Channel.TEXT, str(Channel.TEXT.label), settings.TEXTS_READY, texts),
        WayOut(Channel.PAGE, str(Channel.PAGE.label), True, _("For everybody who signs in.")),
        WayOut(Channel.NOTE, str(Channel.NOTE.label), True, _("Printed here, handed over or sent by post.")),
    ]


def held_back(person: Member | Staff, now: dt.datetime) -> QuerySet[Message]:
    """What a cap held back from this person lately."""
    held = Message.objects.filter(**whose(person), state=Message.State.HELD, settled_at__gt=now - dt.timedelta(days=14))
    return held.order_by("-settled_at")


def why(message: Message) -> str:
    """A sentence; an error that has none of its own keeps its name, for the keeper."""
    if message.reason == Unsure.__name__:
        return _("The way out for texts did not say yes.")
    if message.reason in Reason.values:
        return str(Reason(message.reason).label)
    return _("For the keeper: %(error)s") % {"error": message.reason} if message.reason else ""


def name_of(message: Message) -> str:
    return str(KINDS[message.kind].label) if message.kind in KINDS else message.kind
