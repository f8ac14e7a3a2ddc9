"""What is held, as a file that machines read and as one page to keep. docs/held.md says what stands in the first."""

import json

from django.core.serializers.json import DjangoJSONEncoder
from django.template.loader import render_to_string
from django.utils import timezone

from clubhouse.held.gather import Drawer, Held

FORMAT, VERSION = "clubhouse-held", 1


def to_json(held: Held) -> bytes:
    whole = {
        "format": FORMAT,
        "version": VERSION,
        "house": held.house,
        "about": held.name,
        "made_at": timezone.localtime(held.at).isoformat(timespec="seconds"),
        "topics": [
            {"topic": topic, "words": str(words), "tables": [_table(it) for it in drawers]}
            for topic, words, drawers in held.topics
        ],
        "written_by_me": [{"relation": it.relation, "words": it.words, "count": it.count} for it in held.counted],
        "left_out": dict(held.left_out),
    }
    return json.dumps(whole, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1).encode()


def _table(drawer: Drawer) -> dict:
    names = [it.name for it in drawer.columns]
    return {
        "table": drawer.shelf.model,
        "words": str(drawer.shelf.heading),
        "columns": {it.name: it.words for it in drawer.columns},
        "rows": [dict(zip(names, thing.raw, strict=True)) for thing in drawer.things],
        "sealed": sorted(drawer.shelf.secret),
        "left_out": dict(drawer.left_out),
    }


def to_page(held: Held) -> str:
    """Whole in itself: no script, no picture, no style, nothing to fetch."""
    return render_to_string("held/whole.html", {"held": held})
