"""Small bar charts as plain SVG shapes: numbers in, places of the bars out. Each stands beside its table."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

WIDTH, HEIGHT, FOOT = 420, 150, 20  # units of the drawing; FOOT is the room for the labels under the bars


@dataclass(frozen=True)
class Bar:
    """`value` is None where there is nothing to show (a closed day); `label` stands under the bar, or is empty."""

    x: float
    y: float
    width: float
    height: float
    middle: float
    value: int | Decimal | None
    label: str


@dataclass(frozen=True)
class BarChart:
    width: int
    height: int
    base: int
    bars: tuple[Bar, ...]
    top: int | Decimal
    line: float | None  # height at which the average is drawn


def bar_chart(values: Sequence[tuple[str, int | Decimal | None]], average: float | None = None) -> BarChart:
    """One bar for each (label, value), from zero up to the largest value."""
    top = max((value or 0 for _, value in values), default=0)
    base = HEIGHT - FOOT
    scale = (base - 4) / float(top) if top else 0.0
    step = WIDTH / max(len(values), 1)
    bars = tuple(
        Bar(
            x=round(place * step + step * 0.12, 1),
            y=round(base - float(value or 0) * scale, 1),
            width=round(step * 0.76, 1),
            height=round(float(value or 0) * scale, 1),
            middle=round(place * step + step / 2, 1),
            value=value,
            label=label,
        )
        for place, (label, value) in enumerate(values)
    )
    line = round(base - float(average) * scale, 1) if average is not None and top else None
    return BarChart(WIDTH, HEIGHT, base, bars, top, line)
