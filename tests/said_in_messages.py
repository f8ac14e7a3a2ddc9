"""Which sentences messages to people hold, found in their templates and in the code that composes them."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.template import Engine
from django.template.base import Node, Template, Variable
from django.templatetags.i18n import BlockTranslateNode, TranslateNode

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ["messages/*/*.txt", "members/mail/*.txt"]
# What speaks to the reader of a message from Python: the letter around it, its facts, and how days and times are said.
CODE = [
    "members/notices/letter.py", "members/notices/texting.py", "activities/notices/*.py", "attendance/notices/*.py",
    "clubhouse/clock.py", "members/actions/emergency_looks.py",
]  # fmt: skip
SPOKEN_BY = {
    "_": 1, "gettext": 1, "gettext_lazy": 1, "ngettext": 2, "ngettext_lazy": 2, "pgettext": 1, "pgettext_lazy": 1,
}  # fmt: skip
FOR_PAGES = {"label", "hint"}  # of a kind: where somebody chooses it


@dataclass(frozen=True)
class Sentence:
    """`many` is empty where there is one form."""

    one: str
    many: str = ""
    context: str = ""


def in_template(template: Template) -> Iterator[Sentence]:
    for node in nodes(template):
        if isinstance(node, TranslateNode):
            context = node.message_context.resolve({}) if node.message_context else ""
            yield Sentence(str(node.filter_expression.var.literal), context=context)
        elif isinstance(node, BlockTranslateNode):
            context = node.message_context.resolve({}) if node.message_context else ""
            one, _names = node.render_token_list(node.singular)
            many = node.render_token_list(node.plural)[0] if node.plural else ""
            yield Sentence(one, many, context)
        for variable in translated_inside(node):
            yield Sentence(variable)


def nodes(template: Template) -> Iterator[Node]:
    """All of them, those in quiet corners too."""
    return iter(template.nodelist.get_nodes_by_type(Node))


def translated_inside(node: Node) -> Iterator[str]:
    """{% firstof words _("Thank you!") %}: literals that a tag translates by itself."""
    if isinstance(node, TranslateNode):
        return
    for value in vars(node).values():
        for one in value if isinstance(value, list | tuple) else [value]:
            variable = getattr(one, "var", None)
            if isinstance(variable, Variable) and variable.translate:
                yield str(variable.literal)


def in_code(source: str) -> Iterator[Sentence]:
    tree = ast.parse(source)
    pages = {id(call) for node in ast.walk(tree) if isinstance(node, ast.keyword) and node.arg in FOR_PAGES
             for call in ast.walk(node.value)}  # fmt: skip
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name) or id(call) in pages:
            continue
        if call.func.id not in SPOKEN_BY:
            continue
        words = [word.value for word in call.args if isinstance(word, ast.Constant) and isinstance(word.value, str)]
        context = words.pop(0) if "pgettext" in call.func.id else ""
        if words:
            yield Sentence(words[0], words[1] if SPOKEN_BY[call.func.id] == 2 else "", context)


def templates() -> Iterator[Path]:
    for pattern in TEMPLATES:
        yield from sorted((ROOT / "templates").glob(pattern))


def sentences() -> dict[Sentence, str]:
    """Every sentence, and the file that says it first."""
    found: dict[Sentence, str] = {}
    for path in templates():
        for sentence in in_template(Engine.get_default().from_string(path.read_text())):
            found.setdefault(sentence, str(path.relative_to(ROOT)))
    for pattern in CODE:
        for path in sorted(ROOT.glob(pattern)):
            for sentence in in_code(path.read_text()):
                found.setdefault(sentence, str(path.relative_to(ROOT)))
    return found
