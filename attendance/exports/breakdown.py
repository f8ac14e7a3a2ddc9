"""Members by group as files for people outside the house: one number a row, small ones hidden."""

from collections.abc import Callable, Iterator

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from attendance.exports.workbook import to_xlsx
from attendance.reports.breakdown import FEW, NOBODY, NOT_OVER, OTHER_GROUPS, Breakdown
from clubhouse import spreadsheet
from clubhouse.spans import Span

HIDDEN = gettext_lazy("under 5 or hidden")


def how_to_read() -> list[str]:
    """What the page and the files say about what is hidden."""
    return [
        _("Members who were here in the work-ordered day, on open days of the house."),
        _("Member-days: each day that each of them was here counts once."),
        _("A group of fewer than five people is never counted by itself. Such groups stand together in one number."),
        _("Larger ones may stand there too. So nobody can work out how many are in a small one."),
        _("Which groups those are is settled once for a whole year, from the year before."),
        _("So no two files tell together what one of them hides."),
        _("A day counts in the unit where it began, and a member in the unit of most of their days."),
        _("Age is counted on the last day. Language and part of town are as the house knows them now."),
    ]


def to_csv(breakdown: Breakdown) -> bytes:
    rows = [*_rows(breakdown), *(("note", "", "", "", "", words) for words in how_to_read())]
    return spreadsheet.to_csv(rows)


def _to_xlsx(breakdown: Breakdown) -> bytes:
    title = _("%(house)s, members by group, %(time)s") % {"house": breakdown.house, "time": breakdown.span.words}
    notes = [(title,), *((words,) for words in how_to_read())]
    sheets = [(_("Groups"), _rows(breakdown)), (_("How to read this"), notes)]
    return to_xlsx(title, breakdown.house, breakdown.span.last, sheets)


def _rows(breakdown: Breakdown) -> Iterator[tuple]:
    yield "by", "group", "measure", "value", "hidden", "time"
    time = f"{breakdown.span.first} {breakdown.span.last}"
    yield "all", _("all members"), "members", breakdown.members, "", time
    yield "all", _("all members"), "member_days", breakdown.member_days, "", time
    for part in breakdown.parts:
        for group in part.groups:
            for measure, value in (("members", group.members), ("member_days", group.member_days)):
                yield part.by, group.label, measure, value, str(HIDDEN) if value is None else "", time


FORMATS: dict[str, Callable[[Breakdown], bytes]] = {
    "csv": to_csv,
    "xlsx": _to_xlsx,
}


def export_breakdown(breakdown: Breakdown, format: str) -> bytes:
    """Raises KeyError for a format that is none, ValueError where there are no figures to give out."""
    if breakdown.withheld:
        raise ValueError(breakdown.withheld)
    return FORMATS[format](breakdown)


def why_withheld(breakdown: Breakdown) -> str:
    """A sentence for whoever asked; empty when there are figures."""
    months = get_text_list([Span.of(month).words for month in breakdown.months], _("and"))
    sentences = {
        NOT_OVER: _("There are figures for a whole month, a quarter or years, once the last day is over."),
        NOBODY: _("Too few people were here in this time. So there are no figures to give out."),
        FEW: _("A group is too small in this time. So there are no figures of this time to give out."),
        OTHER_GROUPS: _(
            "The groups changed with the new year. Take the time before or the time after, each by itself."
        ),
    }
    if breakdown.withheld == FEW and months:
        return _("A group is too small in %(months)s. So there are no figures of this time to give out.") % {
            "months": months
        }
    return sentences.get(breakdown.withheld, "")
