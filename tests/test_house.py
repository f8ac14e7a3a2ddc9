"""The house rules that a reader can lose sight of: which floor may import which, and how files are laid out."""

import ast
import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.once
ROOT = Path(__file__).resolve().parent.parent
FLOORS = {"members": 1, "activities": 2, "attendance": 3}
CELLAR = {
    "clubhouse.charts",
    "clubhouse.clock",
    "clubhouse.converters",
    "clubhouse.htmx",
    "clubhouse.spans",
    "clubhouse.spreadsheet",
    "clubhouse.stopping",
}
# Inside an app, and between apps: a room may use what stands to its left.
ORDER = [
    "models",
    "workdays",
    "permissions",
    "audit",
    "actions",
    "reports",
    "exports",
    "notices",
    "forms",
    "views",
    "urls",
]
ROOMS = {
    "refusals": "models", "context": "forms", "middleware": "forms", "adapter": "forms", "templatetags": "forms",
    "tasks": "views", "admin": "views", "management": "urls", "apps": "urls", "sheets": "models", "sample": "views",
    "pictures": "models", "phones": "models",
}  # fmt: skip
FORBIDDEN_NAMES = {"utils", "common", "helpers", "misc"}


def modules() -> list[tuple[str, Path]]:
    paths = [p for app in [*FLOORS, "clubhouse"] for p in (ROOT / app).rglob("*.py") if "migrations" not in p.parts]
    return [(".".join(p.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"), p) for p in sorted(paths)]


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def room(module: str) -> int:
    name = module.split(".")[1] if "." in module else "apps"
    return ORDER.index(ROOMS.get(name, name)) if ROOMS.get(name, name) in ORDER else -1


def complaints(module: str, names: set[str]) -> list[str]:
    """What is wrong with `module` importing `names`."""
    found = []
    app = module.split(".")[0]
    for name in names:
        other = name.split(".")[0]
        if app in FLOORS and other in FLOORS and FLOORS[other] > FLOORS[app]:
            found.append(f"{module} looks up to {name}")
        if (
            app in FLOORS
            and other == "clubhouse"
            and name != "clubhouse"
            and not any(name.startswith(c) for c in CELLAR)
        ):
            found.append(f"{module} looks out to {name}")
        if module in CELLAR and other in FLOORS:
            found.append(f"{module} is in the cellar and knows {name}")
        if app in FLOORS and other == app and name.count(".") >= 1 and module.count(".") >= 1:
            mine, theirs = room(module), room(name)
            if theirs >= 0 and mine >= 0 and theirs > mine:
                found.append(f"{module} imports {name}, which comes after it")
    return found


def test_imports_look_down_only():
    assert [c for module, path in modules() for c in complaints(module, imported(path))] == []


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("members.actions", "activities.models"),
        ("activities.views", "clubhouse.urls"),
        ("clubhouse.clock", "members.models"),
        ("attendance.actions.visits", "attendance.views.arrivals"),
        ("members.models.people", "members.permissions"),
    ],
)
def test_the_check_sees_an_import_that_looks_up(module, name):
    assert complaints(module, {name}) != []


def test_no_import_hides_inside_a_function():
    hidden = [
        f"{module}:{inner.lineno}"
        for module, path in modules()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert hidden == []


def test_no_signal_receivers_of_our_own():
    receivers = [m for m, path in modules() if re.search(r"@receiver|\.connect\(|signals import", path.read_text())]
    assert receivers == []


def test_every_file_fits_on_a_shelf():
    shelves = [
        p for app in [*FLOORS, "clubhouse", "tests"] for p in (ROOT / app).rglob("*.py") if "migrations" not in p.parts
    ]
    assert [p.relative_to(ROOT).as_posix() for p in shelves if len(p.read_text().splitlines()) > 400] == []
    assert [p.as_posix() for p in shelves if FORBIDDEN_NAMES & set(p.with_suffix("").parts)] == []


def test_no_room_hides_a_file_of_its_own_name():
    """Python would read the folder and never the file beside it."""
    assert [module for module, path in modules() if path.with_suffix("").is_dir()] == []


def test_a_view_is_short():
    long = [
        f"{module}.{node.name}"
        for module, path in modules()
        if ".views" in module
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef)
        and any("requires" in ast.dump(d) or "open_to_all" in ast.dump(d) for d in node.decorator_list)
        and node.end_lineno
        - node.lineno
        - len(ast.get_docstring(node, clean=False).splitlines() if ast.get_docstring(node) else [])
        > 20
    ]
    assert long == []
