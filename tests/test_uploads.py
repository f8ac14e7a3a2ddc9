"""Every way in for a file, and what people might bring that is not what it says: a sentence, and nothing stored."""

import bz2
import gzip
import io
import lzma
import time
import tracemalloc
import zipfile
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory

from attendance import sheets, uploads
from attendance.models import ImportDraft
from clubhouse import front, spreadsheet
from members.models import House, HouseLogo, Member
from tests.attendance.spreadsheets import AMARA, everything
from tests.attendance.spreadsheets import sheets as spreadsheets
from tests.members.test_edit_logo import claims, file

pytestmark = [pytest.mark.page, pytest.mark.django_db]
ROOT = Path(__file__).resolve().parent.parent
ZONE = ZoneInfo("America/Detroit")
WAYS_IN = {"attendance/views/imports.py": "/house/import/", "members/views/logo.py": "/house/logo/"}
FIELDS = {"/house/import/": "spreadsheets", "/house/logo/": "picture"}


def zipped(*entries: tuple[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in entries:
            archive.writestr(name, body)
    return content.getvalue()


def bomb() -> bytes:
    """A workbook of 64 kilobytes whose sheet is 64 megabytes."""
    return zipped(("[Content_Types].xml", b"<Types/>"), ("xl/worksheets/sheet1.xml", bytes(64_000_000)))


ENTITIES = (
    b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "lol">'
    + b"".join(f'<!ENTITY {n} "{f"&{o};" * 10}">'.encode() for o, n in zip("abcdefgh", "bcdefghi", strict=True))
    + b"]><l>&i;</l>"
)
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><x>&f;</x>'
HOSTILE = {
    "a workbook that unpacks to 64 megabytes": bomb,
    "a workbook in a workbook": lambda: zipped(("a.zip", zipped(("b.zip", zipped(("c.xml", bytes(2_000_000))))))),
    "a workbook of 5,000 parts": lambda: zipped(*((f"xl/{n}.xml", b"") for n in range(5_000))),
    "half a workbook": lambda: zipped(("xl/workbook.xml", b"<workbook/>"))[:40],
    "a workbook that leads out of its folder": lambda: zipped(("../../../etc/passwd", b"x")),
    "gzip": lambda: gzip.compress(bytes(2_000_000)),
    "bzip2": lambda: bz2.compress(bytes(2_000_000)),
    "xz": lambda: lzma.compress(bytes(2_000_000)),
    "entities in entities": lambda: ENTITIES,
    "an entity from outside": lambda: OUTSIDE,
    "a program": lambda: b"\x7fELF" + bytes(2000),
    "a page with a script": lambda: b"<!doctype html><script>alert(1)</script>",
    "nothing but NUL": lambda: bytes(100_000),
    "half of one alphabet, half of another": lambda: "é,".encode() * 900 + "é,".encode("latin-1") * 900,
    "a picture that claims to be huge": lambda: claims(200_000, 200_000),
    "a million columns": lambda: b"day,kind,count" + b"," * 1_048_562 + b"\n2026-10-05,tour,1\n",
    "a row of a million cells": lambda: b"day,kind,count\n" + b"," * 1_048_576,
    "a million empty lines of an old kind": lambda: b"day,kind,count" + b"\r" * 1_048_576,
}  # fmt: skip


def bring(browser: Client, address: str, content: bytes, name: str):
    return browser.post(address, {FIELDS[address]: SimpleUploadedFile(name, content)})


def test_these_are_all_the_ways_in():
    """Whoever opens another one adds it here, and everything below is tried on it."""
    apps = ("clubhouse", "members", "activities", "attendance")
    python = [path for app in apps for path in (ROOT / app).rglob("*.py")]
    found = {str(path.relative_to(ROOT)) for path in python if "request.FILES)" in path.read_text()}
    assert found == set(WAYS_IN)
    assert set(FIELDS) == set(WAYS_IN.values())


@pytest.mark.parametrize("address", FIELDS)
@pytest.mark.parametrize("what", HOSTILE)
def test_what_is_not_what_it_says_is_a_sentence_beside_the_field(dana, as_, address, what):
    browser, content = as_(dana), hostile(what)
    House.objects.current()
    before = everything()
    began = time.monotonic()
    answer = bring(browser, address, content, "guests.csv" if "import" in address else "logo.png")
    if answer.status_code == 302:  # it is text, so it is kept for an hour to look at; it cannot be brought in
        answer = browser.post(answer.headers["Location"])
        ImportDraft.objects.all().delete()
    assert time.monotonic() - began < 3
    assert (answer.status_code, bool(said(answer))) == (200, True)
    assert everything() == before
    assert "root:" not in answer.content.decode()


@cache
def hostile(what: str) -> bytes:
    return HOSTILE[what]()


def said(answer) -> list[str]:
    form = answer.context.get("form")
    beside = [sentence for sentences in form.errors.values() for sentence in sentences] if form else []
    return beside or [str(problem) for problem in answer.context["problems"]]


def test_a_workbook_is_never_opened(dana, as_, monkeypatch):
    """No parser of archives or of XML sees what people bring."""

    def opened(*arguments, **kwargs):
        raise AssertionError("a file that somebody brought was unpacked")

    monkeypatch.setattr(zipfile.ZipFile, "__init__", opened)
    monkeypatch.setattr(gzip.GzipFile, "__init__", opened)
    content = b"PK\x03\x04" + bytes(100)
    answer = bring(as_(dana), "/house/import/", content, "guests.csv")
    assert [problem.reason for problem in answer.context["problems"]] == [
        "this is a workbook, not a CSV file. Save it as “CSV UTF-8”."
    ]


def peak_of(read) -> float:
    tracemalloc.start()
    try:
        read()
        return tracemalloc.get_traced_memory()[1] / 1_000_000
    finally:
        tracemalloc.stop()


COMMAS = b"day,kind,count\n" + b"," * 5_000_000


def test_a_line_of_commas_costs_little_more_than_itself():
    """Five megabytes of them, taken apart, would be 80 and more."""
    assert peak_of(lambda: sheets.read("guests.csv", COMMAS, ZONE)) < 45


def test_without_looking_first_it_costs_many_times_that(monkeypatch):
    monkeypatch.setattr("attendance.sheets.reading._look_at_width", lambda *arguments: None)
    assert peak_of(lambda: sheets.read("guests.csv", COMMAS, ZONE)) > 60


def test_a_file_of_nothing_but_mistakes_ends_after_some(dana, as_):
    """What is wrong is a sentence each, and a file may have 200,000 rows."""
    sheet = sheets.read("members.csv", spreadsheets(members=["x,,,,,x,x,,x,,,x,x"] * 5000)["members.csv"], ZONE)
    assert 500 <= len(sheet.problems) < 520
    assert sheet.problems[-1].reason == "there are more mistakes below. Mend these first"


# -- Names and formulas ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["../../guests.csv", "/etc/guests.csv", "C:\\rolls\\guests.csv", "..\\guests.csv"])
def test_of_a_name_with_a_path_only_the_name_counts(dana, as_, name):
    answer = bring(as_(dana), "/house/import/", spreadsheets(guests="2026-10-05,tour,6")["guests.csv"], name)
    assert answer.status_code == 302
    assert list(ImportDraft.objects.get().files) == ["guests.csv"]


def test_the_name_of_a_picture_is_kept_nowhere(dana, as_):
    bring(as_(dana), "/house/logo/", file(), "../../Canary <script>.png")
    assert HouseLogo.objects.count() == 1
    assert not [row for row in everything() if "Canary" in str(row)]


@pytest.mark.parametrize(
    "name", ["guests.csv.exe", "guests.xlsx", "guests.csv\0.png", "guests", "GUESTS.CSV.zip", ".csv"]
)
def test_another_kind_of_file_is_refused_by_its_name(dana, as_, name):
    answer = bring(as_(dana), "/house/import/", b"day,kind,count\n", name)
    assert "none of the five spreadsheets" in answer.context["form"].errors["spreadsheets"][0]


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "=cmd|'/c calc'!", '=HYPERLINK("http://x.example","'])
def test_a_formula_comes_in_as_text_and_goes_out_as_text(dana, as_, sign):
    browser, name = as_(dana), f"{sign}Amara"
    quoted = '"' + name.replace('"', '""') + '"'
    content = spreadsheets(members=AMARA.replace("Amara", quoted))["members.csv"]
    browser.post(bring(browser, "/house/import/", content, "members.csv").headers["Location"])
    member = Member.objects.get()
    assert member.first_name == name
    assert spreadsheet.to_csv([[member.first_name]]).decode("utf-8-sig").lstrip('"').startswith(f"'{sign[0]}")


# -- Too large ---------------------------------------------------------------------------------------------------------


MULTIPART = "multipart/form-data; boundary=x"


class Unread(io.RawIOBase):
    """A body that must not be read."""

    def read(self, *arguments):
        raise AssertionError("the body was read")

    readline = readlines = read


@pytest.mark.parametrize("address", [*FIELDS.values(), "/accounts/login/", "/nowhere/", "/hooks/texts/"])
def test_what_is_too_large_is_refused_before_a_byte_is_read(client, db, address):
    answer = client.generic(
        "POST", f"/{address.strip('/')}/", **{"wsgi.input": Unread(), "CONTENT_LENGTH": "1073741824"}
    )
    assert answer.status_code == 413
    assert "bring a smaller file: 20 megabytes at most" in answer.content.decode()
    assert answer["Permissions-Policy"] == front.POLICY
    assert "Content-Security-Policy" in answer


def test_without_the_front_it_would_be_read(client, db, monkeypatch):
    monkeypatch.setattr(front, "MOST_BYTES", 2**40)
    body = Unread()
    with pytest.raises(AssertionError, match="the body was read"):
        client.generic(
            "POST",
            "/accounts/login/",
            **{"wsgi.input": body, "CONTENT_LENGTH": "1073741824", "CONTENT_TYPE": MULTIPART},
        )


@pytest.mark.parametrize(("said", "length"), [("", 0), ("12", 12), ("-5", 0), ("x", 0), (None, 0)])
def test_a_length_that_is_no_number_is_nothing(said, length):
    request = RequestFactory().post("/")
    request.META["CONTENT_LENGTH"] = said
    assert front.length_of(request) == length


def test_the_proxy_and_the_house_leave_room_for_what_a_form_may_bring():
    limit = next(line for line in (ROOT / "deploy/Caddyfile").read_text().splitlines() if "max_size" in line).split()[1]
    assert uploads.MOST_BYTES < front.MOST_BYTES <= int(limit.removesuffix("MiB")) * 1024 * 1024
