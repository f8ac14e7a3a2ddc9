"""Spreadsheets for the stories: a folder of CSV files from a few words, and everything the house holds."""

from collections import Counter
from pathlib import Path

from django.apps import apps

DATA = Path(__file__).resolve().parent.parent / "data"
HEADERS = {
    "members.csv": "member_no,name_to_use,first_name,last_name,pronouns,born_on,enrolled_on,phone,email,language,units,"
    "withdrawn_on,deceased_on",
    "calendar.csv": "day,state,opens_at,closes_at,note",
    "visits.csv": "member_no,day,arrived_at,left_at,kind,unit",
    "guests.csv": "day,kind,count",
    "reach_outs.csv": "member_no,at,channel,replied",
}
AMARA = "A1,,Amara,Okafor,she/her,1980-02-03,2020-01-01,555 0100,amara@example.org,en,Kitchen; Clerical,,"
NOOR = "N1,,Noor,Haddad,,,2021-01-01,,,,,,"


def sheets(**rows: list[str] | str) -> dict[str, bytes]:
    """`sheets(members=[AMARA], visits=[...])`: name -> content, with the right header over the rows."""
    files = {}
    for name, lines in rows.items():
        file = f"{name}.csv"
        files[file] = "\n".join([HEADERS[file], *([lines] if isinstance(lines, str) else lines), ""]).encode()
    return files


def folder(path: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        (path / name).write_bytes(content)
    return path


def of_folder(name: str) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (DATA / name).glob("*.csv")}


def everything() -> Counter:
    """Every row of our own tables."""
    return Counter(
        (model._meta.label, *map(str, row))
        for app in ("members", "activities", "attendance")
        for model in apps.get_app_config(app).get_models(include_auto_created=True)
        for row in model.objects.values_list()
    )
