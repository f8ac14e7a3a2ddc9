"""What can be wrong with a spreadsheet, each with its sentence; and that nothing else can happen."""

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attendance import sheets
from attendance.actions.import_house import HouseNotImported, import_house
from tests.attendance.spreadsheets import AMARA, HEADERS, NOOR
from tests.attendance.spreadsheets import sheets as made

DETROIT = ZoneInfo("America/Detroit")


def problems(file: str, *lines: str, header: str | None = None, encoding: str = "utf-8") -> list[str]:
    text = "\n".join([HEADERS[file] if header is None else header, *lines])
    return [str(problem) for problem in sheets.read(file, text.encode(encoding), DETROIT).problems]


NO_DATE = "is not a date like 2026-10-05"
NO_TIME = "is not a time between 00:00 and 23:59"
SPRING = "does not exist on 2026-03-08: the clock went forward"


@pytest.mark.parametrize(
    ("file", "line", "reason"),
    [
        ("members.csv", NOOR.replace("N1", ""), "member_no is empty"),
        ("members.csv", NOOR.replace("N1", "N" * 21), "member_no is longer than 20 letters"),
        ("members.csv", NOOR.replace("Noor", ""), "first_name is empty"),
        ("members.csv", NOOR.replace("2021-01-01", ""), "enrolled_on is empty"),
        ("members.csv", NOOR.replace("2021-01-01", "2021-02-29"), f"enrolled_on “2021-02-29” {NO_DATE}"),
        ("members.csv", NOOR.replace("2021-01-01", "20210101"), f"enrolled_on “20210101” {NO_DATE}"),
        ("members.csv", NOOR.replace("2021-01-01", "0021-01-01"), f"enrolled_on “0021-01-01” {NO_DATE}"),
        ("members.csv", AMARA.replace("amara@", "amara at "), "email “amara at example.org” is not an e-mail address"),
        ("members.csv", AMARA.replace("Clerical", "C" * 61), "units is longer than 60 letters"),
        ("calendar.csv", "2026-10-05,shut,,,", "state is “shut”; it can be open, closed"),
        ("calendar.csv", "2026-10-05,open,24:00,,", f"opens_at “24:00” {NO_TIME}"),
        ("calendar.csv", "2026-10-05,open,17:00,9:00,", "closes_at is not after opens_at"),
        ("calendar.csv", f"2026-10-05,closed,,,{'x' * 121}", "note is longer than 120 letters"),
        ("visits.csv", "A1,2026-13-05,09:00,,wod,", f"day “2026-13-05” {NO_DATE}"),
        ("visits.csv", "A1,2026-10-05,,,wod,", "arrived_at is empty"),
        ("visits.csv", "A1,2026-10-05,9,,wod,", f"arrived_at “9” {NO_TIME}"),
        ("visits.csv", "A1,2026-10-05,09:00,24:00,wod,", f"left_at “24:00” {NO_TIME}"),
        ("visits.csv", "A1,2026-10-05,09:00,noon,wod,", f"left_at “noon” {NO_TIME}"),
        ("visits.csv", "A1,2026-10-05,09:00,2026-10-32 01:00,wod,", f"left_at “2026-10-32” {NO_DATE}"),
        (
            "visits.csv",
            "A1,2026-10-05,09:00,08:59,wod,",
            "left_at is before arrived_at (write the day too when it was after midnight)",
        ),
        ("visits.csv", "A1,2026-03-08,02:30,,wod,", f"arrived_at 02:30 {SPRING}"),
        (
            "visits.csv",
            "A1,2026-03-07,20:00,2026-03-08 02:30,wod,",
            f"left_at 02:30 {SPRING}",
        ),
        ("visits.csv", "A1,2026-10-05,09:00,,WODs,", "kind is “WODs”; it can be wod, social, virtual, offsite"),
        ("visits.csv", f"A1,2026-10-05,09:00,,wod,{'K' * 61}", "unit is longer than 60 letters"),
        ("visits.csv", "A1,2026-10-05,09:00,,wod", "this row has 5 cells, the first line has 6"),
        ("visits.csv", "A1,2026-10-05,09:00,,wod,,more", "this row has 7 cells, the first line has 6"),
        ("guests.csv", "2026-10-05,tour,six", "count “six” is not a number"),
        ("guests.csv", "2026-10-05,tour,-1", "count “-1” is not a number"),
        ("guests.csv", "2026-10-05,tour,1.5", "count “1.5” is not a number"),
        ("guests.csv", "2026-10-05,tour,2001", "count is more than 2000"),
        ("guests.csv", "2026-10-05,busload,6", "kind is “busload”; it can be tour, visitor, student"),
        ("reach_outs.csv", "A1,2026-10-05,phone,yes", "at “2026-10-05” is not a day and time like 2026-10-05 09:30"),
        ("reach_outs.csv", "A1,2026-10-05 25:00,phone,yes", f"at “25:00” {NO_TIME}"),
        ("reach_outs.csv", "A1,2026-10-05 9:00,fax,yes", "channel is “fax”; it can be phone, text, email, card, visit"),
        ("reach_outs.csv", "A1,2026-10-05 09:00,phone,perhaps", "replied is “perhaps”; it can be yes, no"),
        ("guests.csv", '2026-10-05,"tour,6', None),
    ],
)  # fmt: skip
def test_a_bad_cell_is_named_with_file_line_and_reason(file, line, reason):
    reason = reason or "this row cannot be read: a quotation mark is opened and not closed, or stands inside a cell"
    assert problems(file, line) == [f"{file}:2: {reason}"]


def test_every_problem_of_a_row_is_told_at_once():
    assert problems("visits.csv", "A1,5.10.2026,9h,,walk,") == [
        "visits.csv:2: day “5.10.2026” is not a date like 2026-10-05",
        "visits.csv:2: arrived_at “9h” is not a time between 00:00 and 23:59",
        "visits.csv:2: kind is “walk”; it can be wod, social, virtual, offsite",
    ]


@pytest.mark.parametrize(
    ("file", "first", "second", "key"),
    [
        ("members.csv", AMARA, NOOR.replace("N1", "A1"), "A1"),
        ("calendar.csv", "2026-10-05,closed,,,", "2026-10-05,open,,,", "2026-10-05"),
        ("visits.csv", "A1,2026-10-05,9:00,,wod,", "A1,2026-10-05,09:00,10:00,wod,", "A1|2026-10-05|09:00|wod"),
        ("guests.csv", "2026-10-05,tour,1", "2026-10-05,tour,2", "2026-10-05|tour"),
        ("reach_outs.csv", "A1,2026-10-05 9:00,card,no", "A1,2026-10-05 09:00,card,no", "A1|2026-10-05 09:00|card"),
    ],
)
def test_the_same_key_twice_in_a_file_is_refused(file, first, second, key):
    assert problems(file, first, second) == [f"{file}:3: this is the same row as in line 2 ({key})"]


def test_a_missing_column_is_named():
    header = HEADERS["members.csv"].replace(",enrolled_on", "")
    assert problems("members.csv", header=header) == ["members.csv:1: the column enrolled_on is missing"]
    assert problems("guests.csv", header="day,kind,count,count") == ["guests.csv:1: the column count is there twice"]
    assert problems("guests.csv", header="") == ["guests.csv:1: the first line must name the columns"]
    assert problems("guests.csv", "x", header="Page 1")[0] == "guests.csv:1: the column day is missing"


def test_other_alphabets_are_refused_with_the_line():
    header, rows = HEADERS["members.csv"], [NOOR, NOOR.replace("Noor", "Jörg").replace("N1", "N2")]
    text = "\n".join([header, *rows])
    assert [str(p) for p in sheets.read("members.csv", text.encode("latin-1"), DETROIT).problems] == [
        "members.csv:3: a letter here is not UTF-8. Save it as “CSV UTF-8”."
    ]
    assert problems("guests.csv", encoding="utf-16") == [
        "guests.csv:1: this is not UTF-8 but UTF-16. Save it as “CSV UTF-8”."
    ]
    assert problems("guests.csv", "2026-10-05,to\0ur,1") == [
        "guests.csv:2: there is a NUL byte here, so this is not a CSV file. Save it as “CSV UTF-8”."
    ]
    workbook = sheets.read("guests.csv", b"PK\x03\x04...", DETROIT).problems
    assert [str(p) for p in workbook] == ["guests.csv:1: this is a workbook, not a CSV file. Save it as “CSV UTF-8”."]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_spreadsheet_programs_write_csv_in_many_ways(delimiter, newline, encoding):
    lines = ["Day,Kind,Count,Remark", "2026-10-05,tour,6,many", ",,,", "2026-10-06, Visitor ,2,", ""]
    content = newline.join(lines).replace(",", delimiter).encode(encoding)
    sheet = sheets.read("guests.csv", content, DETROIT)
    assert sheet.problems == []
    assert [(row.line, row.key, row.values["count"]) for row in sheet.rows] == [
        (2, "2026-10-05|tour", 6),
        (4, "2026-10-06|visitor", 2),
    ]


def test_a_row_over_two_lines_is_named_by_its_first():
    lines = ['2026-10-05,closed,,,"Snow', 'and ice"', "2026-10-06,maybe,,,"]
    assert problems("calendar.csv", *lines) == ["calendar.csv:4: state is “maybe”; it can be open, closed"]


def test_a_bad_member_does_not_blame_the_visits_as_well(db):
    files = made(
        members=NOOR.replace("2021-01-01", "soon"), visits=["N1,2026-10-05,09:00,,wod,", "X,2026-10-05,9:00,,wod,"]
    )
    with pytest.raises(HouseNotImported) as refusal:
        import_house(files=files, by=None)
    assert [str(problem) for problem in refusal.value.outcome.problems] == [
        "members.csv:2: enrolled_on “soon” is not a date like 2026-10-05",
        "visits.csv:3: no one has the member number X",
    ]


CELLS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["", "A1", "2026-03-08", "02:30", "2026-11-01 01:30", "wod", "tour", "open", "yes", "=1+1", "9" * 30]
    ),
)


@settings(max_examples=40, deadline=None)
@given(file=st.sampled_from(sheets.FILES), content=st.binary(max_size=200), headed=st.booleans())
def test_no_bytes_make_the_reader_fall_over(file, content, headed):
    head = HEADERS[file].encode() + b"\n" if headed else b""
    sheet = sheets.read(file, head + content, DETROIT)
    assert all(problem.line >= 1 and problem.reason for problem in sheet.problems)


@settings(max_examples=40, deadline=None)
@given(data=st.data(), file=st.sampled_from(sheets.FILES))
def test_no_cells_make_the_reader_fall_over(data, file):
    width = HEADERS[file].count(",") + 1
    rows = data.draw(st.lists(st.lists(CELLS, min_size=width, max_size=width), max_size=4))
    content = "\n".join([HEADERS[file], *('"' + '","'.join(c.replace('"', '""') for c in row) + '"' for row in rows)])
    sheet = sheets.read(file, content.encode("utf-8", "surrogatepass"), DETROIT)
    assert len(sheet.rows) + len({problem.line for problem in sheet.problems}) >= bool(sheet.problems)
