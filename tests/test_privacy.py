"""Every column is classified, so that erasing, exporting and sample data know what is personal; and must-nevers."""

import re
from pathlib import Path

import pytest
from django.apps import apps

from attendance.forgetting import fates

pytestmark = pytest.mark.once
ROOT = Path(__file__).resolve().parent.parent
OURS = [model for app in ("members", "activities", "attendance") for model in apps.get_app_config(app).get_models()]
# Must-never 1 of the handbook: nothing clinical, no scores.
NEVER_KEPT = re.compile(
    r"diagnos|symptom|medicat|medicine|functioning|readiness|risk|severity|badge|streak|\brank|\blevels?\b|reward|points"
)
# Must-nevers 2 and 3, and the words that break the model.
NEVER_SAID = re.compile(
    r"\b(client|patient|consumer|no-show|noshow|discharged?|drop-?out|inactive|overdue|absent|absence|absences|lateness|re-?enrol\w*)\b",
    re.IGNORECASE,
)


def unclassified(model) -> set[str]:
    fields = {f.name for f in model._meta.get_fields() if not f.auto_created or f.concrete} - {"id"}
    privacy = model.Privacy
    return fields ^ (privacy.plain | privacy.personal | privacy.sensitive)


@pytest.mark.parametrize("model", OURS, ids=lambda m: m._meta.label)
def test_every_column_is_plain_personal_or_sensitive(model):
    assert unclassified(model) == set()
    classes = [model.Privacy.plain, model.Privacy.personal, model.Privacy.sensitive]
    assert sum(map(len, classes)) == len(set().union(*classes))


def without_a_fate(model) -> set[str]:
    """Columns about somebody of which nothing says what becomes of them when that person is forgotten."""
    private = model.Privacy.personal | model.Privacy.sensitive
    return private - fates.fates(model).keys() if hasattr(model.Privacy, "forget") else private


PEOPLES = [model for model in OURS if fates.leads_to_people(model)]


@pytest.mark.parametrize("model", PEOPLES, ids=lambda m: m._meta.label)
def test_every_private_column_of_a_table_of_people_has_an_answer_for_both_ways_of_forgetting(model):
    assert without_a_fate(model) == set()
    columns = {f.name for f in model._meta.get_fields() if not f.auto_created or f.concrete}
    answers = fates.fates(model)
    assert answers.keys() <= columns
    assert {*answers.values(), fates.fate_of_row(model)} <= set(fates.FATES)
    forget = model.Privacy.forget
    if isinstance(forget, dict):
        assert sum(map(len, forget.values())) == len(set().union(*forget.values()))
    for owner in fates.owners(model):
        model._base_manager.filter(**{owner: None})  # a lookup that leads nowhere fails here


@pytest.mark.parametrize("kind", ["anonymise", "erase"])
@pytest.mark.parametrize("model", PEOPLES, ids=lambda m: m._meta.label)
def test_what_goes_can_be_empty(model, kind):
    for name, value in fates.emptied(model, kind).items():
        field = model._meta.get_field(name)
        assert value is not None or field.null, name


def test_a_new_column_without_a_fate_is_noticed():
    class Privacy:
        plain: set[str] = set()
        personal = {"member", "arrived_at"}
        sensitive = {"why"}
        forget: dict[str, set[str]] = {"stays": {"member"}, "goes": {"why"}}

    forgetful = type("Forgetful", (), {"_meta": apps.get_model("attendance", "Visit")._meta, "Privacy": Privacy})
    assert without_a_fate(forgetful) == {"arrived_at"}
    del Privacy.forget
    assert without_a_fate(forgetful) == {"member", "arrived_at", "why"}


def test_a_new_column_without_a_class_is_noticed():
    class Privacy:
        plain: set[str] = set()
        personal = {"member"}
        sensitive: set[str] = set()

    forgetful = type("Forgetful", (), {"_meta": apps.get_model("attendance", "Visit")._meta, "Privacy": Privacy})
    assert "arrived_at" in unclassified(forgetful)


@pytest.mark.parametrize("model", OURS, ids=lambda m: m._meta.label)
def test_nothing_clinical_and_no_scores_are_kept(model):
    words = [model.__name__.lower(), *(f.name.replace("_", " ") for f in model._meta.get_fields())]
    assert [word for word in words if NEVER_KEPT.search(word)] == []


def spoken() -> list[tuple[str, str]]:
    """(place, text) of everything a person may read: templates without tags, and marked strings of the code."""
    said = []
    for path in sorted((ROOT / "templates").rglob("*")):
        if path.suffix in {".html", ".txt"}:
            text = re.sub(
                r"<[^>]*>|{%\s*(?!translate|blocktranslate)[^%]*%}|{{[^}]*}}|{#.*?#}", " ", path.read_text(), flags=re.S
            )
            said.append((path.relative_to(ROOT).as_posix(), text))
    for app in ("members", "activities", "attendance", "clubhouse"):
        for path in sorted((ROOT / app).rglob("*.py")):
            strings = re.findall(r"""_\(\s*(?:f?"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')""", path.read_text())
            said += [(path.relative_to(ROOT).as_posix(), a or b) for a, b in strings]
    return said


def test_we_speak_the_words_of_the_house():
    assert [(place, m.group()) for place, text in spoken() for m in [NEVER_SAID.search(text)] if m] == []


@pytest.mark.parametrize("slip", ["This client was absent.", "Two no-shows", "An inactive member"])
def test_the_word_check_hears_a_slip(slip):
    assert NEVER_SAID.search(slip.replace("no-shows", "no-show"))
