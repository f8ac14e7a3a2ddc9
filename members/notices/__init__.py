"""The one door for messages to people: what kinds there are, the outbox, and the sweep that sends what is due."""

from members.notices.kinds import KINDS, ForWhom, Kind, in_our_voice, register
from members.notices.outbox import drop, forget, queue, queue_for, wishing
from members.notices.sweep import send_due

__all__ = [
    "KINDS",
    "ForWhom",
    "Kind",
    "drop",
    "forget",
    "in_our_voice",
    "queue",
    "queue_for",
    "register",
    "send_due",
    "wishing",
]
