"""Notes on paper: which are to be printed today, asked again at that moment, and how they fit on a sheet."""

import datetime as dt
import logging
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from members.models import Channel, House, Member, Message, MessageWish, Note
from members.notices.kinds import KINDS
from members.notices.letter import Letter, compose_note, wordings

logger = logging.getLogger(__name__)

QUARTER = (12, 30)  # lines, and letters on a line, of a quarter of a page at 14 pt
ON_A_SHEET = 4
Whose = tuple[int | None, dt.datetime | None]  # a letter: its member, and when it was written


@dataclass(frozen=True)
class PaperNote:
    """`address`: where it may be sent by post, or an empty text. `text` holds what is still true and still wanted."""

    pk: int
    member: Member
    text: str
    printed_by: int | None = None  # the account, of one that lies on paper

    @property
    def address(self) -> str:
        return self.member.address_to_use

    @property
    def fits_a_quarter(self) -> bool:
        lines, letters = QUARTER
        return sum(1 + max(0, len(line) - 1) // letters for line in self.text.splitlines()) <= lines


def to_print(house: House, now: dt.datetime) -> list[PaperNote]:
    """Written and not printed yet, the oldest first; none while all messages are stopped."""
    return _still_wanted(Note.objects.filter(printed_at=None), house, now)


def printed_today(house: House, now: dt.datetime) -> list[PaperNote]:
    """To be printed once more, when a sheet got lost; asked again as well."""
    midnight = house.at(house.day_of(now), dt.time.min)
    return _still_wanted(Note.objects.filter(printed_at__gte=midnight), house, now)


def sheets(notes: list[PaperNote], per_sheet: int) -> list[list[PaperNote]]:
    """Pages of one note each, or of up to four short ones; a long one always has a page of its own."""
    small = [note for note in notes if note.fits_a_quarter] if per_sheet == ON_A_SHEET else []
    alone = [[note] for note in notes if note not in small]
    return [small[at : at + ON_A_SHEET] for at in range(0, len(small), ON_A_SHEET)] + alone


def _still_wanted(notes, house: House, now: dt.datetime) -> list[PaperNote]:
    if house.messages_stopped_at:
        return []
    # Those that nobody printed in time are a pile that grows: they are not even read.
    of_use = Message.objects.filter(
        member=OuterRef("message__member"),
        settled_at=OuterRef("message__settled_at"),
        channel=Channel.NOTE,
        expires_at__gt=now,
    )
    found = list(notes.to_print(house.day_of(now)).filter(Exists(of_use)).order_by("at", "pk"))
    if not found:
        return []
    letters = _letters(found)
    facts = _facts(letters, house, now)
    own = wordings()
    kept = []
    for note in found:
        rows = letters[_whose(note.message)]
        true = [row for row in rows if row.pk in facts]
        if true:
            letter = Letter(note.message.member, Channel.NOTE, true, {row.pk: facts[row.pk] for row in true})
            text = note.text if true == rows else compose_note(letter, house, now, own)
            kept.append(PaperNote(note.pk, note.message.member, text, note.printed_by_id))
    return kept


def _whose(message: Message) -> Whose:
    return message.member_id, message.settled_at


def _letters(notes: list[Note]) -> dict[Whose, list[Message]]:
    """What left together with the message that carries the note."""
    members, moments = {note.message.member_id for note in notes}, {note.message.settled_at for note in notes}
    rows = Message.objects.filter(
        member__in=members, settled_at__in=moments, channel=Channel.NOTE, state=Message.State.SENT
    )
    letters = defaultdict(list)
    for row in rows.select_related("member").order_by("due_at", "pk"):
        letters[_whose(row)].append(row)
    return letters


def _facts(letters: dict[Whose, list[Message]], house: House, now: dt.datetime) -> dict[int, dict]:
    """By message: of those that are of use, wanted and true at this moment, whatever their templates say."""
    rows = [row for letter in letters.values() for row in letter]
    wishes = MessageWish.objects.filter(channel=Channel.NOTE, member__in={row.member_id for row in rows})
    wished = set(wishes.values_list("member", "kind"))
    by_kind = defaultdict(list)
    for row in rows:
        if row.expires_at > now and (row.member_id, row.kind) in wished and row.kind in KINDS:
            by_kind[row.kind].append(row)
    facts: dict[int, dict] = {}
    for kind, asked in by_kind.items():
        try:
            facts |= KINDS[kind].facts(asked, house, now)
        except Exception:  # its notes wait; the others are printed
            logger.exception("facts of %s could not be found", kind)
    return facts
