"""What is inside a backup: lines of JSON, packed; a head, each table with its rows, the files, and an end with digests.

{"format": "clubhouse backup", "edition": 1, "version": "0.6.0", "made_at": ..., "migrations": [[app, name], ...]}
{"table": "members_member", "columns": ["id", ...], "last_given": 120}
[1, "M0001", ...]
{"file": "forgotten.jsonl", "content": base64}
{"end": {"members_member": {"rows": 120, "digest": ...}, ...}, "digest": of every line before}
"""

import base64
import gzip
import hashlib
import io
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from clubhouse import schema
from clubhouse.keeping import houses, sequences, tables
from clubhouse.keeping.refusals import Newer, NoBackupFile, NotKept, NotWhole
from clubhouse.version import VERSION, as_numbers

FORMAT, EDITION = "clubhouse backup", 1
DENSITY = 4  # of 9: twice as fast as the usual 6, and a tenth larger


def pack(files: dict[str, bytes]) -> bytes:
    """The whole house that is open now, as it stands at this moment, and `files`."""
    packed, digest = io.BytesIO(), hashlib.sha256()
    sums: dict[str, Any] = {}
    with houses.standing_still(), gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=DENSITY, mtime=0) as out:
        for line in _lines(files, sums):
            digest.update(line)
            out.write(line)
        out.write(tables.line({"end": sums, "digest": digest.hexdigest()}))
    return packed.getvalue()


def _lines(files: dict[str, bytes], sums: dict[str, Any]) -> Iterator[bytes]:
    migrations = houses.applied()
    if tables.unknown(migrations):
        raise NotKept(_("This house was already brought up to date by a newer program. Use that one."))
    # The version of the house, not of this program: what an update keeps first, the program before it can open.
    version = schema.version_of(set(migrations)) if schema.waiting(set(migrations)) else VERSION
    head = {"format": FORMAT, "edition": EDITION, "version": version, "made_at": timezone.now()}
    yield tables.line(head | {"migrations": migrations})
    for model in tables.models_at(migrations):
        name, count, digest = model._meta.db_table, 0, hashlib.sha256()
        given = sequences.last_given(model)
        yield tables.line({"table": name, "columns": tables.columns(model), "last_given": given})
        for row in tables.rows(model):
            count += 1
            digest.update(row)
            yield row
        sums[name] = {"rows": count, "digest": digest.hexdigest()}
    for file, content in files.items():
        yield tables.line({"file": file, "content": content})


@dataclass
class Archive:
    """A backup that was opened. Everything in it is read in order, once."""

    packed: bytes

    def __post_init__(self) -> None:
        """Reads it through to the end, before anything is done with it.

        Raises `NoBackupFile`, `NotWhole` or `Newer`.
        """
        self.files: dict[str, bytes] = {}
        try:
            self.head = json.loads(next(self._read()))
            if self.head["format"] != FORMAT:
                raise KeyError
        except (OSError, EOFError, ValueError, KeyError, TypeError, StopIteration, zlib.error):
            raise NoBackupFile(_("This file is not a backup of a house.")) from None
        self.migrations: tables.Migrations = [(app, name) for app, name in self.head["migrations"]]
        is_newer = self.head["edition"] > EDITION or as_numbers(self.head["version"]) > as_numbers(VERSION)
        if is_newer or tables.unknown(self.migrations):
            raise Newer(
                _("This backup was made by version %(theirs)s, and this is %(ours)s. Update the program first.")
                % {"theirs": self.head["version"], "ours": VERSION}
            )
        try:
            self.sums = self._look_through()
        except (OSError, EOFError, ValueError, KeyError, TypeError, zlib.error):
            raise NotWhole(_("This file is damaged: it was cut short or changed. Take another backup.")) from None

    def _read(self) -> Iterator[bytes]:
        with gzip.GzipFile(fileobj=io.BytesIO(self.packed)) as lines:
            yield from lines

    def _look_through(self) -> dict[str, Any]:
        """The sums that the end names, which are those of the lines before it; takes the files out."""
        digest = hashlib.sha256()
        found: dict[str, dict[str, Any]] = {}
        table: dict[str, Any] = {}
        end: dict[str, Any] | None = None
        for line in self._read():
            if end is not None:
                raise ValueError("something after the end")
            if line.startswith(b"["):
                table["rows"] += 1
                table["digest"].update(line)
            else:
                content = json.loads(line)
                if "end" in content:
                    end = content
                    continue
                if "table" in content:
                    table = found[content["table"]] = {"rows": 0, "digest": hashlib.sha256()}
                if "file" in content:
                    self.files[content["file"]] = base64.b64decode(content["content"])
            digest.update(line)
        sums = {name: {"rows": table["rows"], "digest": table["digest"].hexdigest()} for name, table in found.items()}
        if end is None or end["digest"] != digest.hexdigest() or end["end"] != sums:
            raise ValueError("the digests differ")
        return sums

    def tables(self) -> Iterator[tuple[dict[str, Any], Iterator[bytes]]]:
        """The head of each table and its rows, to be taken in this order."""
        lines = self._read()
        line = next(lines)
        while not line.startswith(b'{"digest"'):
            content = json.loads(line)
            rows = _Rows(lines)
            if "table" in content:
                yield content, rows
            line = rows.line_after()


class _Rows(Iterator[bytes]):
    """The rows up to the next line that is none."""

    def __init__(self, lines: Iterator[bytes]) -> None:
        self.lines, self.after = lines, b""

    def __next__(self) -> bytes:
        if not self.after:
            line = next(self.lines)
            if line.startswith(b"["):
                return line
            self.after = line
        raise StopIteration

    def line_after(self) -> bytes:
        for _row in self:
            pass
        return self.after
