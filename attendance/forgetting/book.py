"""The book of who was forgotten: a file beside the backups, without names, so that no restore brings anybody back.

A line is written and on the disk before the change is ("sure": two colleagues said yes), and another one after it
("done", or "undone" when it did not work out). So neither a crash nor a restore at any moment loses one.
"""

import fcntl
import json
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from django.conf import settings
from django.db import connection

from members.models import Erasure, Member

SURE, DONE, UNDONE = "sure", "done", "undone"


def path() -> Path:
    return settings.BACKUP_FOLDER / "forgotten.jsonl"


def write(*lines: dict) -> None:
    """Appended, and on the disk when this returns. Raises `OSError` when there is no room for all of it."""
    if not lines:
        return
    said = "".join(f"{json.dumps(line, sort_keys=True)}\n" for line in lines).encode()
    settings.BACKUP_FOLDER.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = os.open(path(), os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)  # let go when it is closed
        content = path().read_bytes()
        os.ftruncate(file, content.rfind(b"\n") + 1)  # a line that a crash cut off was never said
        while said:  # a disk that fills up takes a part, and complains only the next time
            said = said[os.write(file, said) :]
        os.fsync(file)
    finally:
        os.close(file)
    folder = os.open(settings.BACKUP_FOLDER, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def read() -> list[dict]:
    """What stands in the file; a line that cannot be read is left out."""
    try:
        return lines_of(path().read_text(errors="replace"))
    except FileNotFoundError:
        return []


def lines_of(text: str) -> list[dict]:
    return [line for line in map(_read_line, text.splitlines()) if line]


def _read_line(text: str) -> dict:
    try:
        line = json.loads(text)
    except ValueError:
        return {}
    return line if isinstance(line, dict) and "certificate" in line and "state" in line else {}


def line(erasure: Erasure, state: str, members: Sequence[Member] | None = None) -> dict:
    """No name, no member number: ids, and digests by which the right person is known again."""
    members = members if members is not None else everybody(erasure.member)
    at = erasure.done_at or erasure.second_at
    return {
        "certificate": erasure.certificate,
        "state": state,
        "kind": erasure.kind,
        "members": sorted(member.pk for member in members),
        "numbers": erasure.numbers,
        "asked_at": erasure.asked_at.isoformat(),
        "done_at": at.isoformat() if at else None,
        "first_by": erasure.first_by_id,
        "second_by": erasure.second_by_id,
    }


def everybody(member: Member) -> list[Member]:
    """The entry, and those that turned out to be the same person."""
    found, to_look_at = [], [member]
    while to_look_at:
        found += to_look_at
        to_look_at = list(Member.objects.filter(merged_into__in=to_look_at).order_by("pk"))
    return found


def ledger() -> list[dict]:
    """A line for everybody who is forgotten in this database, which may be older than this program."""
    with connection.cursor() as cursor:
        if Erasure._meta.db_table not in connection.introspection.table_names(cursor):
            return []
        table = connection.introspection.get_table_description(cursor, Erasure._meta.db_table)
        if "again_at" not in {column.name for column in table}:
            return []
    return [line(erasure, DONE) for erasure in Erasure.objects.done().select_related("member").order_by("pk")]


def settle() -> int:
    """Write down what a crash kept from being written. Answers how many lines."""
    known = standing(read())
    missing = [one for one in ledger() if known.get(one["certificate"], {}).get("state") != DONE]
    done = set(Erasure.objects.done().values_list("certificate", flat=True))
    doubtful = [one | {"state": UNDONE} for one in known.values() if one["state"] == SURE]
    undone = [one for one in doubtful if one["certificate"] not in done]
    write(*missing, *undone)
    return len(missing) + len(undone)


def standing(lines: Iterable[dict]) -> dict[str, dict]:
    """What holds of each certificate, in whatever order its lines come: done is done, undone means that it was not."""
    weight = {SURE: 0, UNDONE: 1, DONE: 2}
    found: dict[str, dict] = {}
    for one in lines:
        kept = found.get(one["certificate"])
        if kept is None or weight.get(one["state"], 0) >= weight.get(kept["state"], 0):
            found[one["certificate"]] = one
    return found
