"""Whatever the source writes down about a member has words on the page of who looked."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from clubhouse.me.looks import DID, LOOKS

pytestmark = pytest.mark.once
ROOT = Path(__file__).resolve().parent.parent


def written(source: str) -> Iterator[str]:
    """Verbs of the records about somebody: of `audit.record(...)` itself, and handed to it as `verb`."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        said = {it.arg: it.value for it in node.keywords}
        is_record = isinstance(node.func, ast.Attribute) and node.func.attr == "record"
        about = said.get("about")
        if is_record and (about is None or (isinstance(about, ast.Constant) and about.value is None)):
            continue
        if isinstance(verb := said.get("verb"), ast.Constant) and (is_record or "member" in said):
            yield verb.value
        if (
            isinstance(node.func, ast.Name)
            and node.func.id == "record_visit"
            and isinstance(node.args[0], ast.Constant)
        ):
            yield node.args[0].value


def sources() -> Iterator[str]:
    for app in ("members", "activities", "attendance", "clubhouse"):
        yield from (path.read_text() for path in sorted((ROOT / app).rglob("*.py")) if "migrations" not in path.parts)


def without_words(verbs: set[str]) -> set[str]:
    return verbs - DID.keys()


def test_every_verb_about_a_member_has_words():
    verbs = {verb for source in sources() for verb in written(source)}
    assert len(verbs) > 35
    assert without_words(verbs) == set()
    assert set(LOOKS) <= DID.keys()


def test_a_verb_without_words_is_noticed():
    source = 'audit.record(by=by, verb="weigh_member", about=member, subject=member)'
    assert without_words(set(written(source))) == {"weigh_member"}
    assert list(written('audit.record(by=by, verb="post_task", subject=task)')) == []
