"""Brings a house's spreadsheets in: all of them or nothing, and never over what was changed here since."""

import hashlib
import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.actions import fill_library
from activities.models import OpenDay, Unit
from attendance import sheets
from attendance.forgetting.known import forgotten_rows
from attendance.models import GuestCount, ImportedRow, ReachOut, Visit
from attendance.sheets import FILES, Problem, Row, Sheet
from members import audit
from members.models import House, Member, User
from members.refusals import Refusal

BATCH = 1000
UNITS = "units"  # names of units are remembered like a file, so that a unit renamed here is still known
COLOURS = 8


@dataclass
class Count:
    """Rows of one file: what an import did with them, or would do."""

    new: int = 0
    changed: int = 0
    same: int = 0
    kept: int = 0  # left as the house has it


@dataclass
class Outcome:
    """What an import did (or, in a dry run, would do). `kept` and `problems` name file and line."""

    counts: dict[str, Count] = field(default_factory=dict)
    new_units: list[str] = field(default_factory=list)
    kept: list[Problem] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def changes(self) -> bool:
        return any(count.new or count.changed for count in self.counts.values())


class NothingToImport(Refusal):
    """None of the five spreadsheets is there."""


class HouseNotImported(Refusal):
    """Something in the spreadsheets cannot be stored, so nothing was; `outcome.problems` says what and where."""

    def __init__(self, sentence: str, outcome: Outcome):
        super().__init__(sentence)
        self.outcome = outcome


def import_house(*, files: dict[str, bytes], by: User | None, dry_run: bool = False) -> Outcome:
    """Store the spreadsheets `files` (name -> content), all or nothing. Again: nothing changes.

    A row that was changed or removed in the application since, and one that the application had first, is kept as it
    is and named in the outcome. One audit record, where something changed. Raises NothingToImport, HouseNotImported.
    """
    present = [file for file in FILES if file in files]
    if not present:
        raise NothingToImport(
            _("None of the spreadsheets is here. They are called %(names)s.") % {"names": ", ".join(FILES)}
        )
    try:
        with transaction.atomic():
            house = House.objects.current()
            House.objects.select_for_update(no_key=True).get(pk=house.pk)  # one import at a time
            carrier = _Carrier({file: sheets.read(file, files[file], house.zone) for file in present}, dry_run)
            outcome = carrier.carry()
            if outcome.problems:
                raise HouseNotImported(_not_imported(outcome), outcome)
            if dry_run:
                transaction.set_rollback(True)
            elif outcome.changes:
                audit.record(by=by, verb="import_house", subject=house, after=_for_the_record(outcome))
    except IntegrityError:
        raise HouseNotImported(
            _("Someone was writing at the same time, so nothing was brought in. Please try again."),
            Outcome(),
        ) from None
    return outcome


def _not_imported(outcome: Outcome) -> str:
    count = len(outcome.problems)
    return (
        _("Nothing was imported: %(count)d things need a look.") % {"count": count}
        if count > 1
        else _("Nothing was imported: one thing needs a look.")
    )


def _for_the_record(outcome: Outcome) -> dict[str, int]:
    found = {f"{file} {what}": n for file, count in outcome.counts.items() for what, n in vars(count).items() if n}
    return found | ({"units new": len(outcome.new_units)} if outcome.new_units else {})


# -- What a row becomes ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Shelf:
    """Where a file's rows are kept. A row's *state* is the tuple of `fields`; `known_by` finds it without a key."""

    model: type[models.Model]
    fields: tuple[str, ...]
    known_by: tuple[str, ...]
    span: str = ""  # the column whose range in the file bounds what is looked at


SHELVES = {
    "members.csv": Shelf(
        Member,
        (
            "member_no", "name_to_use", "first_name", "last_name", "pronouns", "born_on", "enrolled_on", "phone",
            "email", "language", "withdrawn_on", "deceased_on",
        ),
        ("member_no",),
    ),
    "calendar.csv": Shelf(OpenDay, ("day", "is_open", "opens_at", "closes_at", "note"), ("day",), "day"),
    "visits.csv": Shelf(
        Visit,
        ("member_id", "day", "arrived_at", "left_at", "ending", "kind", "unit_id"),
        ("member_id", "arrived_at", "kind"),
        "arrived_at",
    ),
    "guests.csv": Shelf(GuestCount, ("day", "kind", "count"), ("day", "kind"), "day"),
    "reach_outs.csv": Shelf(
        ReachOut, ("member_id", "at", "channel", "replied"), ("member_id", "at", "channel"), "at"
    ),
}  # fmt: skip

State = tuple[Any, ...]
ARRIVING = 0  # stands for the primary key of a row that this import is making


def digest(state: State) -> str:
    text = "\x1f".join("\0" if value is None else str(value) for value in state)
    return hashlib.sha256(text.encode()).hexdigest()


class _Kept(Exception):
    """This row stays as the house has it; the text says why."""


class _Skipped(Exception):
    """This row leans on one that already has a problem."""


class _Carrier:
    """Carries the sheets into the database, inside the caller's transaction."""

    def __init__(self, read: dict[str, Sheet], dry_run: bool):
        self.sheets = read
        self.dry_run = dry_run
        self.now = timezone.now()
        self.outcome = Outcome(problems=[p for sheet in read.values() for p in sheet.problems] + forgotten_rows(read))
        self.member_pks: dict[str, int | None] = {}
        self.unit_pks: dict[str, int] = {}

    def carry(self) -> Outcome:
        self._meet_units()
        for file, sheet in self.sheets.items():
            if file in {"visits.csv", "reach_outs.csv"} and not self.member_pks:
                self._meet_members()
            self.outcome.counts[file] = Count()
            self._carry_sheet(sheet, SHELVES[file], self.outcome.counts[file])
        self.outcome.problems.sort(key=lambda p: (FILES.index(p.file), p.line))
        return self.outcome

    # units and members that rows name

    def _meet_units(self) -> None:
        rows = [row.values for sheet in self.sheets.values() for row in sheet.rows]
        named = dict.fromkeys(
            name for values in rows for name in (*values.get("units", ()), values.get("unit")) if name
        )
        standing = {unit.pk: unit for unit in Unit.objects.all()}
        known = dict(ImportedRow.objects.filter(file=UNITS).values_list("key", "target"))
        self.unit_pks = {name: pk for name, pk in known.items() if pk in standing}
        by_name = {unit.name.casefold(): unit.pk for unit in standing.values()}
        by_name |= {unit.name: unit.pk for unit in standing.values()}
        for name in named:
            if name in self.unit_pks:
                continue
            pk = by_name.get(name) or by_name.get(name.casefold())
            if pk is None:
                colour = (len(standing) + len(self.outcome.new_units)) % COLOURS + 1
                unit = Unit.objects.create(name=name, colour=colour, icon=Unit.Icon.suggested(name))
                fill_library(unit=unit, by=None)
                pk = by_name[name] = by_name[name.casefold()] = unit.pk
                self.outcome.new_units.append(name)
            self.unit_pks[name] = pk
            ImportedRow.objects.update_or_create(file=UNITS, key=name, defaults={"target": pk, "digest": ""})

    def _meet_members(self) -> None:
        """Member numbers of the files, and whom they mean: also where a number was changed here since."""
        standing = Member.objects.values_list("member_no", "pk", "merged_into")
        kept = {pk: merged_into or pk for _number, pk, merged_into in standing}
        self.member_pks = {number: kept[pk] for number, pk, _merged_into in standing}
        for number, pk in ImportedRow.objects.filter(file="members.csv").values_list("key", "target"):
            self.member_pks[number] = kept.get(pk)

    def _member(self, number: str) -> int:
        if number not in self.member_pks:
            listed = self.sheets.get("members.csv")
            if listed and (not listed.readable or number in listed.keys):
                raise _Skipped
            raise sheets.BadCell(_("no one has the member number %(number)s") % {"number": sheets.short(number)})
        pk = self.member_pks[number]
        if pk is None:
            raise _Kept(_("the member was removed here since"))
        return pk

    # rows

    def state(self, row: Row) -> State:
        """What `row` wants to be stored, in the order of its shelf's fields. Raises BadCell, _Kept, _Skipped."""
        values = row.values
        if row.file == "members.csv":
            units = sorted(self.unit_pks[name] for name in values["units"])
            return *(values[name] for name in SHELVES[row.file].fields), tuple(dict.fromkeys(units))
        if row.file == "calendar.csv":
            return values["day"], values["state"] == "open", values["opens_at"], values["closes_at"], values["note"]
        if row.file == "visits.csv":
            ending = Visit.Ending.KNOWN if values["left_at"] else Visit.Ending.NOT_WRITTEN
            return (
                self._member(values["member_no"]), values["day"], values["arrived_at"], values["left_at"], ending.value,
                values["kind"], self.unit_pks[values["unit"]] if values["unit"] else None,
            )  # fmt: skip
        if row.file == "guests.csv":
            return values["day"], values["kind"], values["count"]
        return self._member(values["member_no"]), values["at"], values["channel"], values["replied"] == "yes"

    def _carry_sheet(self, sheet: Sheet, shelf: Shelf, count: Count) -> None:
        known = {
            key: (written, target)
            for key, written, target in ImportedRow.objects.filter(file=sheet.file).values_list(
                "key", "digest", "target"
            )
        }
        stored = self._stored(sheet, shelf, {known[row.key][1] for row in sheet.rows if row.key in known})
        places = [shelf.fields.index(name) for name in shelf.known_by]
        holders = {tuple(state[place] for place in places): pk for pk, state in stored.items()}
        new: list[tuple[Row, State]] = []
        changed: list[tuple[Row, State, int]] = []
        for row in sheet.rows:
            try:
                state = self.state(row)
                name = tuple(state[place] for place in places)
                target = _decide(state, known.get(row.key), stored, holders.get(name))
                if target is None:
                    holders[name] = ARRIVING
                    new.append((row, state))
                elif stored[target] == state:
                    count.same += 1
                else:
                    holders[name] = target
                    changed.append((row, state, target))
            except sheets.BadCell as error:
                self.outcome.problems.append(Problem(row.file, row.line, str(error)))
            except _Kept as kept:
                count.kept += 1
                self.outcome.kept.append(Problem(row.file, row.line, str(kept)))
            except _Skipped:
                continue
        count.new, count.changed = len(new), len(changed)
        # A dry run needs the members whom later sheets name, and nothing else; with problems nothing will be kept.
        if sheet.file == "members.csv" or not (self.dry_run or self.outcome.problems):
            self._store_new(sheet.file, shelf, new)
            self._store_changed(sheet.file, shelf, changed)

    def _stored(self, sheet: Sheet, shelf: Shelf, targets: set[int]) -> dict[int, State]:
        """pk -> state of every row of the house that the sheet could mean."""
        rows = shelf.model._default_manager.order_by().values_list("pk", *shelf.fields)
        if not shelf.span:
            found = {pk: tuple(state) for pk, *state in rows}
            return _with_units(found) if shelf.model is Member else found
        span = [row.values[shelf.span] for row in sheet.rows]
        found = {}
        if span:
            found = {pk: tuple(state) for pk, *state in rows.filter(**{f"{shelf.span}__range": (min(span), max(span))})}
        for batch in _batches(sorted(targets - found.keys()), 500):
            found |= {pk: tuple(state) for pk, *state in rows.filter(pk__in=batch)}
        return found

    def _store_new(self, file: str, shelf: Shelf, new: list[tuple[Row, State]]) -> None:
        more: dict[str, Any] = {}
        if shelf.model is Visit:
            more = {"source": Visit.Source.IMPORT, "noted_at": self.now}
        things = [shelf.model(**dict(zip(shelf.fields, state, strict=False)), **more) for _row, state in new]
        for thing in things:
            if isinstance(thing, Member):
                thing.search_name = thing.folded_names()
            if isinstance(thing, Visit) and thing.unit_id:
                thing.unit_from = Visit.UnitFrom.WORD  # what the sheet says is no guess
        shelf.model._default_manager.bulk_create(things, batch_size=BATCH)
        if shelf.model is Member:
            _join_units((thing.pk, state[-1]) for thing, (_row, state) in zip(things, new, strict=True))
        ImportedRow.objects.bulk_create(
            (
                ImportedRow(file=file, key=row.key, digest=digest(state), target=thing.pk)
                for thing, (row, state) in zip(things, new, strict=True)
            ),
            batch_size=BATCH,
        )

    def _store_changed(self, file: str, shelf: Shelf, changed: list[tuple[Row, State, int]]) -> None:
        if not changed:
            return
        things = [shelf.model(pk=pk, **dict(zip(shelf.fields, state, strict=False))) for _row, state, pk in changed]
        fields = [name.removesuffix("_id") for name in shelf.fields]
        if shelf.model is Member:
            for thing in things:
                if isinstance(thing, Member):
                    thing.search_name = thing.folded_names()
            fields.append("search_name")
            for batch in _batches([pk for _row, _state, pk in changed], 500):
                Unit.members.through.objects.filter(member__in=batch).delete()
            _join_units((pk, state[-1]) for _row, state, pk in changed)
            _use_new_addresses({thing.pk: thing.email for thing in things if isinstance(thing, Member)})
        if shelf.model is Visit:
            for thing in things:
                if isinstance(thing, Visit) and thing.unit_id:
                    thing.unit_from = Visit.UnitFrom.WORD
            fields.append("unit_from")
        shelf.model._default_manager.bulk_update(things, fields, batch_size=200)
        if shelf.model is Member:
            for kept in Member.objects.filter(merged__isnull=False).distinct():
                kept.save(update_fields=["search_name"])  # by the names of all their entries
        digests = {row.key: digest(state) for row, state, _pk in changed}
        for batch in _batches(sorted(digests), 500):
            rows = list(ImportedRow.objects.filter(file=file, key__in=batch))
            for row in rows:
                row.digest = digests[row.key]
            ImportedRow.objects.bulk_update(rows, ["digest"], batch_size=200)


def _decide(state: State, known: tuple[str, int] | None, stored: dict[int, State], holder: int | None) -> int | None:
    """The row of the house that the file's row means, None for a new one. Raises _Kept where the house goes first."""
    if known is None:
        if holder is None:
            return None
        if holder == ARRIVING:
            raise _Kept(_("an earlier line of this file already says this"))
        if stored[holder] != state:
            raise _Kept(_("this was written down here first"))
        return holder
    written, target = known
    if target not in stored:
        raise _Kept(_("this was removed here since"))
    if stored[target] != state:
        if digest(stored[target]) != written:
            raise _Kept(_("this was changed here since"))
        if holder not in {None, target}:
            raise _Kept(_("something else was written down here for the same moment"))
    return target


def _with_units(found: dict[int, State]) -> dict[int, State]:
    """Members' states with the units they belong to as last part."""
    units: dict[int, list[int]] = {}
    for member, unit in Unit.members.through.objects.order_by("unit_id").values_list("member_id", "unit_id"):
        units.setdefault(member, []).append(unit)
    return {pk: (*state, tuple(units.get(pk, ()))) for pk, state in found.items()}


def _use_new_addresses(emails: dict[int, str]) -> None:
    """An address that a mail server did not know is tried no more; another one is."""
    refused = Member.objects.exclude(email_refused_at=None).values_list("pk", "email")
    anew = [pk for pk, email in refused if pk in emails and emails[pk].casefold() != email.casefold()]
    Member.objects.filter(pk__in=anew).update(email_refused_at=None)


def _join_units(pairs: Iterable[tuple[int, Sequence[int]]]) -> None:
    through = Unit.members.through
    through.objects.bulk_create(
        (through(member_id=member, unit_id=unit) for member, units in pairs for unit in units), batch_size=BATCH
    )


def _batches(things: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    for start in itertools.count(0, size):
        if start >= len(things):
            return
        yield things[start : start + size]
