"""Small charts as plain SVG shapes: numbers in, places of the shapes out. Each stands beside its table.

Each takes `rtl`: where reading goes from right to left, the first value stands at the right.
Nothing is told by colour alone: values stand as words, squares grow, what is closed is crossed out.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

Number = int | Decimal
WIDTH, HEIGHT = 420, 190  # units of the drawing
HEAD, FOOT = 20, 22  # room for the values over the bars, and for the labels under them
LEVELS = 4


class Point(NamedTuple):
    """One value of a chart. `value` is None where there is nothing to show; `mark` says what is special about it."""

    label: str
    value: Number | None
    mark: str = ""


@dataclass(frozen=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    middle: float
    value: Number | None
    label: str
    mark: str

    @property
    def value_y(self) -> float:
        """Where its value is written: over the bar."""
        return round(self.y - 5, 1)


@dataclass(frozen=True)
class BarChart:
    width: int
    height: int
    base: int
    bars: tuple[Bar, ...]
    line: float | None = None  # height at which the average is drawn


def bar_chart(points: Sequence[Point], average: Number | None = None, *, rtl: bool = False) -> BarChart:
    """A standing bar for each point, from zero up to the largest value."""
    top, base = _top(points), HEIGHT - FOOT
    scale = (base - HEAD) / float(top) if top else 0.0
    step = WIDTH / max(len(points), 1)
    width = min(step * 0.76, 64)
    bars = []
    for place, point in enumerate(points):
        middle = _turn(place * step + step / 2, rtl)
        height = float(point.value or 0) * scale
        bars.append(
            Bar(
                round(middle - width / 2, 1), round(base - height, 1), round(width, 1), round(height, 1),
                round(middle, 1), point.value, point.label, point.mark,
            )
        )  # fmt: skip
    line = round(base - float(average) * scale, 1) if average is not None and top else None
    return BarChart(WIDTH, HEIGHT, base, tuple(bars), line)


ROW, THICK = 46, 16  # height of a lying bar with its name, and of the bar itself


@dataclass(frozen=True)
class Lying:
    """A lying bar, its name over it: names are long."""

    x: float
    y: int
    width: float
    height: int
    words_y: int
    value: Number | None
    label: str


@dataclass(frozen=True)
class LyingChart:
    width: int
    height: int
    bars: tuple[Lying, ...]
    start: int  # where names begin
    end: int  # where values end


def lying_chart(points: Sequence[Point], *, rtl: bool = False) -> LyingChart:
    """A lying bar for each point; long names are cut, the table has them whole."""
    top = _top(points)
    bars = []
    for place, point in enumerate(points):
        width = round(float(point.value or 0) / float(top) * WIDTH, 1) if top else 0.0
        x = round(WIDTH - width, 1) if rtl else 0
        label = point.label if len(point.label) <= 36 else f"{point.label[:35].rstrip()}…"
        bars.append(Lying(x, place * ROW + 22, width, THICK, place * ROW + 15, point.value, label))
    return LyingChart(WIDTH, max(len(points), 1) * ROW, tuple(bars), *((WIDTH, 0) if rtl else (0, WIDTH)))


@dataclass(frozen=True)
class Dot:
    x: float
    y: float
    value: Number
    label: str
    is_top: bool

    @property
    def value_y(self) -> float:
        return round(self.y - 9, 1)


@dataclass(frozen=True)
class Curve:
    width: int
    height: int
    base: int
    line: str  # the points of a polyline
    area: str  # the same, closed along the base
    dots: tuple[Dot, ...]


def curve(points: Sequence[Point], *, rtl: bool = False) -> Curve:
    """A line through the values, from zero up; the first of the highest is marked."""
    top, base = _top(points), HEIGHT - FOOT
    scale = (base - HEAD) / float(top) if top else 0.0
    step = WIDTH / max(len(points), 1)
    values = [point.value or 0 for point in points]
    highest = values.index(top) if top else None
    dots = tuple(
        Dot(
            round(_turn(place * step + step / 2, rtl), 1),
            round(base - float(value) * scale, 1),
            value,
            points[place].label,
            place == highest,
        )
        for place, value in enumerate(values)
    )
    line = " ".join(f"{dot.x},{dot.y}" for dot in dots)
    area = f"{dots[0].x},{base} {line} {dots[-1].x},{base}" if dots else ""
    return Curve(WIDTH, HEIGHT, base, line, area, dots)


@dataclass(frozen=True)
class Cell:
    """A day. `level` 1 to 4 says how full it was, 0 that nobody came; None: closed, or not over yet (`state`)."""

    day: dt.date
    x: float
    y: float
    width: float
    height: float
    state: str  # "open", "closed", "ahead"
    value: int | None
    level: int | None

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 1)

    @property
    def far_x(self) -> float:
        return round(self.x + self.width, 1)

    @property
    def far_y(self) -> float:
        return round(self.y + self.height, 1)

    @property
    def square(self) -> "Square":
        """In a small cell: a square that grows with the level."""
        side = self.width * (0.28 + 0.18 * (self.level or 0))
        inset = (self.width - side) / 2
        return Square(round(self.x + inset, 1), round(self.y + inset, 1), round(side, 1))


class Square(NamedTuple):
    x: float
    y: float
    side: float


class Word(NamedTuple):
    x: float
    y: float
    words: str


@dataclass(frozen=True)
class Calendar:
    width: int
    height: int
    cells: tuple[Cell, ...]
    words: tuple[Word, ...]  # weekdays, months


class Level(NamedTuple):
    """How many members a level stands for."""

    level: int
    least: int
    most: int


Days = Mapping[dt.date, int | None]  # the days that are over; None: closed
DAY = dt.timedelta(days=1)


def levels(days: Days) -> list[Level]:
    """The levels of these days, as a key for readers: up to four stretches from the quietest day to the fullest one.
    A day with nobody is told apart."""
    low, many = _range(days)
    found = [Level(n, low + many * (n - 1) // LEVELS, low + many * n // LEVELS - 1) for n in range(1, LEVELS + 1)]
    return [level for level in found if level.least <= level.most]


def _range(days: Days) -> tuple[int, int]:
    """The quietest day that had somebody, and how many numbers there are from it to the fullest one."""
    values = [value for value in days.values() if value]
    return (min(values), max(values) - min(values) + 1) if values else (0, 0)


def month_calendar(days: Days, first: dt.date, weekdays: Sequence[str], *, rtl: bool = False) -> Calendar:
    """The month that begins on `first` as calendar weeks, a week a row, Monday first; the value stands in each day."""
    width, height, head = WIDTH / 7, 50, 24
    begin = first - first.weekday() * DAY
    last = (first + 31 * DAY).replace(day=1) - DAY

    def at(day: dt.date) -> tuple[float, float]:
        x = day.weekday() * width
        return (WIDTH - x - width if rtl else x) + 1.5, head + (day - begin).days // 7 * height + 1.5

    cells = _cells(days, first, last, at, width - 3, height - 3)
    words = tuple(Word(round(_turn(n * width + width / 2, rtl), 1), 15, name) for n, name in enumerate(weekdays))
    return Calendar(WIDTH, head + ((last - begin).days // 7 + 1) * height, cells, words)


def week_strips(
    days: Days, first: dt.date, last: dt.date, weekdays: Sequence[str], months: Sequence[str], *, rtl: bool = False
) -> list[Calendar]:
    """From `first` to `last` with a week a column, in strips of three months: they stand side by side, or one below
    the other where there is little room. `weekdays` and `months` are short names, January first."""
    strips, begin = [], first
    while begin <= last:
        number = begin.year * 12 + begin.month + 2  # three months further, counted from month 1 of year 0
        end = min(last, dt.date(number // 12, number % 12 + 1, 1) - DAY)
        strips.append(_strip(days, begin, end, weekdays, months, rtl))
        begin = end + DAY
    return strips


def _strip(
    days: Days, first: dt.date, last: dt.date, weekdays: Sequence[str], months: Sequence[str], rtl: bool
) -> Calendar:
    side, head, aside = 25, 22, 56
    begin = first - first.weekday() * DAY
    width = aside + 15 * side

    def column(day: dt.date) -> float:
        x = aside + (day - begin).days // 7 * side
        return width - x - side if rtl else x

    def at(day: dt.date) -> tuple[float, float]:
        return column(day) + 1, head + day.weekday() * side + 1

    cells = _cells(days, first, last, at, side - 2, side - 2)
    turns = [day for cell in cells if (day := cell.day).day == 1 or day == first]
    names = [
        Word(column(day) + (side if rtl else 0), 14, months[day.month - 1]) for day in turns if _has_room(day, last)
    ]
    edge = width if rtl else 0
    names += [Word(edge, head + n * side + 17, weekdays[n]) for n in (0, 2, 4, 6)]
    return Calendar(width, head + 7 * side, cells, tuple(names))


def _has_room(day: dt.date, last: dt.date) -> bool:
    """Whether the name of the month fits before the next one begins: it takes two weeks."""
    return day.day < 15 or (last.year, last.month) == (day.year, day.month)


def _cells(
    days: Days,
    first: dt.date,
    last: dt.date,
    at: Callable[[dt.date], tuple[float, float]],
    width: float,
    height: float,
) -> tuple[Cell, ...]:
    low, many = _range(days)
    cells = []
    for n in range((last - first).days + 1):
        day = first + n * DAY
        value = days.get(day)
        state = "ahead" if day not in days else "closed" if value is None else "open"
        level = None if value is None else -(-LEVELS * (value - low + 1) // many) if value else 0
        x, y = at(day)
        cells.append(Cell(day, round(x, 1), round(y, 1), round(width, 1), round(height, 1), state, value, level))
    return tuple(cells)


def _top(points: Sequence[Point]) -> Number:
    return max((point.value or 0 for point in points), default=0)


def _turn(x: float, rtl: bool) -> float:
    return WIDTH - x if rtl else x
