"""A house brings its spreadsheets: all of them or nothing, and never over what was changed here since."""

import datetime as dt

import pytest
from django.core.management import call_command

from activities.models import OpenDay, Unit
from attendance.actions.import_house import Count, HouseNotImported, NothingToImport, import_house
from attendance.models import GuestCount, ImportedRow, ReachOut, Visit
from members.models import AuditRecord, Member
from tests import make
from tests.attendance.spreadsheets import AMARA, DATA, NOOR, everything, folder, of_folder, sheets

pytestmark = pytest.mark.django_db
MONDAY = dt.date(2026, 10, 5)
WHOLE = sheets(
    members=[AMARA, NOOR],
    calendar=["2026-10-06,closed,,,Snow", "2026-10-10,open,10:00,23:59,Long night"],
    visits=["A1,2026-10-05,9:00,12:00,wod,Kitchen", "N1,2026-10-05,18:00,2026-10-06 00:30,social,"],
    guests="2026-10-05,tour,6",
    reach_outs="N1,2026-10-01 14:30,phone,yes",
)


def bring(files=WHOLE, **more):
    return import_house(files=files, by=None, **more)


def counts(outcome) -> dict[str, tuple]:
    return {file: tuple(vars(count).values()) for file, count in outcome.counts.items()}


def test_every_sheet_becomes_what_it_says():
    bring()
    amara = Member.objects.get(member_no="A1")
    assert (amara.full_name, amara.pronouns, amara.born_on) == ("Amara Okafor", "she/her", dt.date(1980, 2, 3))
    assert (amara.search_name, [unit.name for unit in amara.units.all()]) == ("amara okafor", ["Clerical", "Kitchen"])
    assert list(OpenDay.objects.values_list("day", "is_open", "opens_at", "closes_at", "note")) == [
        (dt.date(2026, 10, 6), False, None, None, "Snow"),
        (dt.date(2026, 10, 10), True, dt.time(10), dt.time(23, 59), "Long night"),
    ]
    first, second = Visit.objects.all()
    assert (first.member, first.day, first.kind, first.unit.name) == (amara, MONDAY, "wod", "Kitchen")
    assert (first.arrived_at, first.minutes) == (dt.datetime(2026, 10, 5, 13, 0, tzinfo=dt.UTC), 180)
    assert (second.day, second.kind, second.unit, second.minutes) == (MONDAY, "social", None, 390)
    assert GuestCount.objects.values_list("kind", "count").get() == ("tour", 6)
    contact = ReachOut.objects.get()
    assert (contact.member.member_no, contact.channel, contact.replied) == ("N1", "phone", True)
    assert contact.at == dt.datetime(2026, 10, 1, 18, 30, tzinfo=dt.UTC)


def test_a_time_out_that_is_empty_is_not_written_down_and_never_here_now():
    bring(sheets(members=AMARA, visits=["A1,2026-10-05,09:00,,wod,", "A1,2026-10-05,13:00,,wod,"]))
    assert list(Visit.objects.values_list("ending", "left_at")) == [("not_written", None)] * 2
    assert Visit.objects.here_now().count() == 0


def test_a_unit_in_the_sheet_is_somebodys_word():
    lines = ["A1,2026-10-05,9:00,12:00,wod,Kitchen", "A1,2026-10-06,9:00,12:00,wod,"]
    bring(sheets(members=AMARA, visits=lines))
    assert list(Visit.objects.values_list("unit_from", flat=True)) == ["word", "habit"]
    bring(sheets(members=AMARA, visits=[lines[0], lines[1] + "Kitchen"]))
    assert list(Visit.objects.values_list("unit_from", flat=True)) == ["word", "word"]


def test_names_stay_as_they_are():
    bring(sheets(members="F1,=Ana,=Ana,Formula,,,2020-01-01,,,,,,"))
    assert Member.objects.get().known_as == "=Ana"


def test_an_hour_that_happens_twice_means_the_first():
    bring(sheets(members=AMARA, visits="A1,2026-10-31,22:00,2026-11-01 01:30,social,"))
    assert Visit.objects.get().minutes == 210


def test_again_nothing_changes_and_the_record_stays_quiet():
    bring()
    before = everything()
    outcome = bring()
    assert counts(outcome)["visits.csv"] == (0, 0, 2, 0)
    assert everything() == before


@pytest.mark.parametrize("name", ["maple-street", "fixture-week"])
def test_a_whole_folder_twice(name):
    files = of_folder(name)
    lines = {file: len(content.decode().splitlines()) - 1 for file, content in files.items()}
    assert bring(files).counts == {f: Count(new=n) for f, n in lines.items()}
    assert AuditRecord.objects.get().verb == "import_house"
    assert bring(files).counts == {f: Count(same=n) for f, n in lines.items()}
    assert AuditRecord.objects.count() == 1


def test_one_audit_record_says_who_and_how_many(dana):
    outcome = import_house(files=WHOLE, by=dana.user)
    record = AuditRecord.objects.get()
    assert (record.by, record.verb) == (dana.user, "import_house")
    assert record.after == {
        "members.csv new": 2, "calendar.csv new": 2, "visits.csv new": 2, "guests.csv new": 1, "reach_outs.csv new": 1,
        "units new": 2,
    }  # fmt: skip
    assert outcome.new_units == ["Kitchen", "Clerical"]


def test_a_dry_run_says_the_same_and_changes_nothing():
    before = everything()
    would = bring(dry_run=True)
    assert everything() == before
    assert counts(would) == counts(bring())


def test_a_row_that_changed_in_the_file_alone_is_changed_here():
    bring()
    files = WHOLE | sheets(
        members=[AMARA.replace("Okafor", "Okafor-Lind").replace("; Clerical", ""), NOOR],
        visits=["A1,2026-10-05,9:00,12:30,wod,Clerical", "N1,2026-10-05,18:00,2026-10-06 00:30,social,"],
        guests="2026-10-05,tour,7",
    )
    outcome = bring(files)
    assert {f: c.changed for f, c in outcome.counts.items()} == {
        "members.csv": 1, "calendar.csv": 0, "visits.csv": 1, "guests.csv": 1, "reach_outs.csv": 0,
    }  # fmt: skip
    amara = Member.objects.get(member_no="A1")
    assert (amara.search_name, [u.name for u in amara.units.all()]) == ("amara okafor lind", ["Kitchen"])
    visit = Visit.objects.get(member=amara)
    assert (visit.minutes, visit.unit.name, GuestCount.objects.get().count) == (210, "Clerical", 7)
    before = everything()
    assert not bring(files).changes
    assert everything() == before


def test_a_row_changed_here_since_is_kept_and_named():
    bring()
    Visit.objects.filter(kind="wod").update(left_at=dt.datetime(2026, 10, 5, 17, 0, tzinfo=dt.UTC))
    Member.objects.filter(member_no="N1").update(phone="555 0199")
    before = everything()
    outcome = bring(WHOLE | sheets(visits="A1,2026-10-05,09:00,15:00,wod,Kitchen"))
    assert list(map(str, outcome.kept)) == [
        "members.csv:3: this was changed here since",
        "visits.csv:2: this was changed here since",
    ]
    assert everything() == before


def test_a_unit_that_was_joined_here_counts_as_a_change_of_the_member():
    bring()
    Unit.objects.get(name="Kitchen").members.add(Member.objects.get(member_no="N1"))
    outcome = bring(WHOLE | sheets(members=[AMARA, NOOR.replace("Haddad", "Hadad")]))
    assert list(map(str, outcome.kept)) == ["members.csv:3: this was changed here since"]


def test_a_row_removed_here_since_stays_away():
    bring()
    Visit.objects.filter(kind="wod").delete()
    OpenDay.objects.all().delete()
    outcome = bring()
    assert list(map(str, outcome.kept)) == [
        "calendar.csv:2: this was removed here since",
        "calendar.csv:3: this was removed here since",
        "visits.csv:2: this was removed here since",
    ]
    assert (OpenDay.objects.count(), Visit.objects.count()) == (0, 1)


def test_what_was_written_down_here_first_stays(amara):
    make.visit(amara, MONDAY, "09:00", "11:00")
    Member.objects.filter(pk=amara.pk).update(member_no="A1")
    outcome = bring()
    assert list(map(str, outcome.kept)) == [
        "members.csv:2: this was written down here first",
        "visits.csv:2: this was written down here first",
    ]
    assert Visit.objects.get(member=amara).minutes == 120
    assert counts(bring())["visits.csv"] == (0, 0, 1, 1)


def test_a_member_number_changed_here_is_still_the_same_member():
    bring()
    Member.objects.filter(member_no="N1").update(member_no="N9")
    outcome = bring(WHOLE | sheets(visits="N1,2026-10-07,09:00,10:00,wod,"))
    assert list(map(str, outcome.kept)) == ["members.csv:3: this was changed here since"]
    assert Visit.objects.filter(day="2026-10-07").get().member.member_no == "N9"


def test_the_visits_of_a_member_removed_here_stay_away():
    bring()
    for model in (Visit, ReachOut):
        model.objects.filter(member__member_no="N1").delete()
    Member.objects.get(member_no="N1").delete()
    outcome = bring(WHOLE | sheets(visits="N1,2026-10-07,09:00,10:00,wod,"))
    assert list(map(str, outcome.kept)) == [
        "members.csv:3: this was removed here since",
        "visits.csv:2: the member was removed here since",
        "reach_outs.csv:2: the member was removed here since",
    ]


def test_a_unit_renamed_here_is_still_the_same_unit():
    bring()
    Unit.objects.filter(name="Kitchen").update(name="Culinary")
    outcome = bring()
    assert (outcome.new_units, outcome.kept, outcome.changes) == ([], [], False)
    assert Unit.objects.count() == 2


def test_units_are_found_whatever_their_case_and_get_colours_in_turn():
    make.unit("kitchen", colour=5)
    bring(sheets(members=AMARA.replace("Kitchen; Clerical", ";".join(["Kitchen", *(f"Unit {n}" for n in range(8))]))))
    assert list(Unit.objects.order_by("pk").values_list("name", "colour")) == [
        ("kitchen", 5), *((f"Unit {n}", (n + 1) % 8 + 1) for n in range(8)),
    ]  # fmt: skip


def test_some_of_the_files_are_enough_when_the_house_knows_the_rest(amara):
    bring(sheets(visits=f"{amara.member_no},2026-10-05,09:00,12:00,wod,"))
    assert Visit.objects.get().member == amara
    with pytest.raises(NothingToImport, match="None of the spreadsheets is here"):
        bring({"notes.txt": b""})


def test_a_half_bad_import_leaves_nothing():
    before = everything()
    with pytest.raises(HouseNotImported, match="one thing needs a look"):
        bring(WHOLE | sheets(reach_outs="nobody,2026-10-01 14:30,phone,yes"))
    assert everything() == before


def test_a_visit_that_somebody_else_stores_at_the_same_moment_refuses_the_import(monkeypatch, amara):
    make.visit(amara, MONDAY, "09:00", "11:00")
    monkeypatch.setattr("attendance.actions.import_house._Carrier._stored", lambda *args: {})
    with pytest.raises(HouseNotImported, match="Someone was writing"):
        bring(sheets(visits=f"{amara.member_no},2026-10-05,09:00,12:00,wod,"))


def test_questions_do_not_grow_with_the_rows(django_assert_num_queries):
    bring()
    few = sheets(members=NOOR, visits="N1,2026-10-07,09:00,,wod,")
    with django_assert_num_queries(21):
        bring(few)
    with django_assert_num_queries(21):
        bring(sheets(members=NOOR, visits=[f"N1,2026-10-08,{9 + n // 60:02}:{n % 60:02},,wod," for n in range(40)]))
    assert ImportedRow.objects.filter(file="visits.csv").count() == 43


# -- The command -------------------------------------------------------------------------------------------------------


def test_the_command_says_one_line_a_file(tmp_path, capsys):
    call_command("import_house", str(folder(tmp_path, WHOLE)))
    said = capsys.readouterr()
    assert said.out.splitlines() == [
        "members.csv: 2 new, 0 changed, 0 same, 0 kept",
        "calendar.csv: 2 new, 0 changed, 0 same, 0 kept",
        "visits.csv: 2 new, 0 changed, 0 same, 0 kept",
        "guests.csv: 1 new, 0 changed, 0 same, 0 kept",
        "reach_outs.csv: 1 new, 0 changed, 0 same, 0 kept",
        "units: 2 new (Kitchen, Clerical)",
    ]
    assert said.err == ""


def test_the_command_says_what_it_kept(tmp_path, capsys):
    call_command("import_house", str(folder(tmp_path, WHOLE)))
    GuestCount.objects.update(count=5)
    call_command("import_house", str(tmp_path))
    assert "guests.csv:2: this was changed here since" in capsys.readouterr().out.splitlines()


def test_the_command_names_file_line_and_reason_and_ends_with_1(tmp_path, capsys):
    bad = sheets(members=[AMARA, NOOR.replace("2021-01-01", "1.1.2021")], visits="N2,2026-10-05,09:00,08:00,wod,")
    with pytest.raises(SystemExit) as end:
        call_command("import_house", str(folder(tmp_path, bad)))
    assert end.value.code == 1
    assert capsys.readouterr().err.splitlines() == [
        "members.csv:3: enrolled_on “1.1.2021” is not a date like 2026-10-05",
        "visits.csv:2: left_at is before arrived_at (write the day too when it was after midnight)",
        "Nothing was imported: 2 things need a look.",
    ]
    assert Member.objects.count() == 0


def test_the_command_prints_at_most_200_problems(tmp_path, capsys):
    files = sheets(guests=["2026-10-05,tour,many"] * 250)
    with pytest.raises(SystemExit):
        call_command("import_house", str(folder(tmp_path, files)))
    assert capsys.readouterr().err.splitlines()[200:] == [
        "... and 299 more.",
        "Nothing was imported: 499 things need a look.",
    ]


@pytest.mark.parametrize("path", ["nowhere", "."])
def test_the_command_wants_a_folder_with_spreadsheets(tmp_path, capsys, path):
    with pytest.raises(SystemExit) as end:
        call_command("import_house", str(tmp_path / path))
    assert end.value.code == 1
    sentence = "None of the spreadsheets is here." if path == "." else f"{tmp_path / path} is not a folder."
    assert capsys.readouterr().err.startswith(sentence)


def test_the_command_can_try_without_storing(capsys):
    before = everything()
    call_command("import_house", str(DATA / "fixture-week"), "--dry-run")
    assert capsys.readouterr().out.splitlines()[:2] == [
        "Dry run: nothing was stored. This is what would happen:",
        "members.csv: 5 new, 0 changed, 0 same, 0 kept",
    ]
    assert everything() == before
