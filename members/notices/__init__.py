"""The one door for messages to people: what kinds there are, the outbox, and the sweep that sends what is due."""

from members.notices.kinds import KINDS, Kind, in_our_voice, register
from members.notices.outbox import Reason, drop, queue
from members.notices.sweep import send_due
from members.notices.wishes import set_message_wish, stop_messages, wishing

__all__ = [
    "KINDS",
    "Kind",
    "Reason",
    "drop",
    "in_our_voice",
    "queue",
    "register",
    "send_due",
    "set_message_wish",
    "stop_messages",
    "wishing",
]
