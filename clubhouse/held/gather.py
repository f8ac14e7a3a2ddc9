"""Everything held about one person, computed once: `held_about` the whole, `drawer` one table of it.

No name of another member stands in it, also where one of them wrote it: it may lie open at home. Staff are named, as on
the page of looks.
"""

import datetime as dt
import functools
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.models import Field, JSONField, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from attendance.models import ImportedRow
from clubhouse.held import words
from clubhouse.held.shelves import ALL, COUNTED, LEFT_OUT, SEALED, TOPICS, Shelf
from clubhouse.me.looks import did_words
from members.models import House, Member, Staff, User

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

SHEETS_OF_MEMBERS = ("members.csv", "visits.csv", "reach_outs.csv")  # their rows begin with a member number


@dataclass(frozen=True)
class Column:
    name: str
    words: str


@dataclass(frozen=True)
class Thing:
    """One row: `raw` for machines, `said` for people; each value belongs to the column at its place."""

    raw: tuple[Any, ...]
    said: tuple[str, ...]


@dataclass(frozen=True)
class Drawer:
    """One table, as far as it is about the person, the newest first. `left_out`: (column, why)."""

    shelf: Shelf
    columns: tuple[Column, ...]
    things: tuple[Thing, ...]
    count: int
    left_out: tuple[tuple[str, str], ...]

    @property
    def reasons(self) -> list[str]:
        """Why something is not shown, each once."""
        return list(dict.fromkeys(why for _name, why in self.left_out))

    @property
    def facts(self) -> list[list[tuple[str, str]]]:
        """Each row as (words, value), without what is empty."""
        empty = words.said(None)
        named = [[(it.words, value) for it, value in zip(self.columns, row.said, strict=True)] for row in self.things]
        return [[fact for fact in facts if fact[1] != empty] for facts in named]

    @property
    def only_facts(self) -> list[tuple[str, str]]:
        """Of the only row, all of it."""
        return [(it.words, value) for it, value in zip(self.columns, self.things[0].said, strict=True)]

    @property
    def is_longer(self) -> bool:
        """There are more rows than these."""
        return self.count > len(self.things)


@dataclass(frozen=True)
class Count:
    """Rows that carry the person's name as that of their writer."""

    relation: str
    words: str
    count: int


@dataclass(frozen=True)
class Held:
    name: str
    house: str
    at: dt.datetime
    topics: tuple[tuple[str, "StrOrPromise", tuple[Drawer, ...]], ...]
    counted: tuple[Count, ...]
    left_out: tuple[tuple[str, str], ...]


class Reader:
    """Whom it is about: finds their rows, and says who did something without naming another member."""

    def __init__(self, person: Member | Staff):
        self.person = person
        self.user_id = person.user_id
        self.is_member = isinstance(person, Member)
        self._staff = {it.user_id: it.full_name for it in Staff.objects.exclude(user=None)}
        self.numbers = self._numbers()

    def _numbers(self) -> set[str]:
        if not isinstance(self.person, Member):
            return set()
        entries = Member.objects.filter(Q(pk=self.person.pk) | Q(merged_into=self.person))
        return set(entries.values_list("member_no", flat=True))

    def who(self, user_id: int | None) -> str:
        if user_id is None:
            return _("the house")
        return _("you") if user_id == self.user_id else self._staff.get(user_id) or _("a colleague")

    def has(self, shelf: Shelf) -> bool:
        """Whether such rows can be about this kind of person."""
        return bool((shelf.member if self.is_member else shelf.staff) or (shelf.user and self.user_id))

    def rows(self, shelf: Shelf) -> QuerySet:
        rows = shelf.table._base_manager.all()
        if shelf.table is ImportedRow:
            starts = [Q(key=number) | Q(key__startswith=f"{number}|") for number in sorted(self.numbers)]
            return rows.filter(_any(starts), file__in=SHEETS_OF_MEMBERS).order_by("-pk")
        ways = [(lookup, self.person.pk) for lookup in (shelf.member if self.is_member else shelf.staff)]
        if self.user_id:
            ways += [(lookup, self.user_id) for lookup in shelf.user]
        return rows.filter(_any([Q(way) for way in ways])).order_by(f"-{shelf.newest}", "-pk")

    def without_others(self, facts: dict) -> dict:
        """A record's facts; the number of another member is nobody's business."""
        return {key: self._number(value) if key == "member_no" else value for key, value in facts.items()}

    def _number(self, number: str) -> str:
        return number if number in self.numbers else _("another member's")


def _any(ways: list[Q]) -> Q:
    found = Q(pk__in=[]) if not ways else ways[0]
    for way in ways[1:]:
        found |= way
    return found


def held_about(person: Member | Staff) -> Held:
    reader = Reader(person)
    drawers = [drawer(shelf, reader) for shelf in ALL if reader.has(shelf)]
    return Held(
        name=person.full_name,
        house=House.objects.current().name,
        at=timezone.now(),
        topics=tuple(
            (topic, words, tuple(it for it in drawers if it.shelf.topic == topic)) for topic, words in TOPICS.items()
        ),
        counted=counted(reader),
        left_out=tuple((label, str(why)) for label, why in LEFT_OUT.items()),
    )


def drawer(shelf: Shelf, reader: Reader, first: int = 0, last: int | None = None) -> Drawer:
    """The rows of one table from `first` up to `last`; two queries, one where all of them are asked for."""
    columns = shelf.shown()
    dressers = [_dresser(shelf, column, reader) for column in columns]
    lookups: list[str] = []
    places = []
    for column in columns:
        wanted = [f"{column.name}__{it}" for it in shelf.through.get(column.name, ())] or [column.attname]
        places.append(slice(len(lookups), len(lookups) + len(wanted)))
        lookups += wanted
    rows = reader.rows(shelf)
    values = list(rows.values_list(*lookups)[first:last])
    things = []
    for row in values:
        dressed = [dress(row[place]) for dress, place in zip(dressers, places, strict=True)]
        things.append(Thing(tuple(raw for raw, _said in dressed), tuple(said for _raw, said in dressed)))
    is_whole = first == 0 and last is None
    return Drawer(
        shelf,
        tuple(Column(it.name, words.column_words(it)) for it in columns),
        tuple(things),
        len(things) if is_whole else rows.count(),
        tuple((name, str(why)) for name, why in shelf.left_out.items()),
    )


Dresser = Callable[[tuple], tuple[Any, str]]


def _dresser(shelf: Shelf, column: Field, reader: Reader) -> Dresser:
    """From the columns of a row to (what machines read, what people read)."""
    label = f"{shelf.model}.{column.name}"
    if column.name in shelf.secret:
        return lambda row: (bool(row[0]), str(SEALED) if row[0] else words.said(None))
    if column.name in shelf.through:
        return _other
    if column.remote_field and column.related_model is User:
        return _once(lambda user_id: (reader.who(user_id),) * 2)
    if label in SAY:
        return _once(lambda value: (value, SAY[label](value)))
    if label in {"members.auditrecord.before", "members.auditrecord.after"}:
        return lambda row: (facts := reader.without_others(row[0]), words.facts_said(facts) or words.said(None))
    if column.flatchoices:
        return _once(lambda value: (value, words.choice(column, value) if value else words.said(None)))
    if isinstance(column, JSONField):
        return lambda row: (row[0], words.said(row[0]))
    return _once(lambda value: (_plain(value), words.said(value)))


def _once(dress: Callable[[Any], tuple[Any, str]]) -> Dresser:
    """Ten years of visits have few different values: each is dressed once."""
    known = functools.cache(dress)
    return lambda row: known(row[0])


SAY: dict[str, Callable[[str], str]] = {
    "members.auditrecord.verb": did_words,
    "members.messagewish.kind": words.kind_of_message,
    "members.message.kind": words.kind_of_message,
    "members.message.reason": words.reason,
    "mfa.authenticator.type": words.kind_of_key,
}


def _other(row: tuple) -> tuple[Any, str]:
    """Something else by its own name: a task by title and day."""
    if row[0] is None:
        return None, words.said(None)
    return " | ".join(str(_plain(it)) for it in row), ", ".join(words.said(it) for it in row)


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return timezone.localtime(value).isoformat()
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return str(value) if isinstance(value, uuid.UUID) else value


def counted(reader: Reader) -> tuple[Count, ...]:
    """How many rows this person wrote, of each kind; none of them is shown, as they are about others."""
    if not reader.user_id:
        return ()
    found = []
    for relation, said in COUNTED.items():
        label, _dot, name = relation.rpartition(".")
        number = apps.get_model(label)._base_manager.filter(**{name: reader.user_id}).count()
        if number:
            found.append(Count(relation, str(said), number))
    return tuple(found)
