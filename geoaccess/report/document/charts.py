"""
Charts as plain geometry: where bars, lines and boxes stand in a drawing.

Templates draw them; nothing here knows of SVG. Coordinates are units of a drawing of
``WIDTH`` across, y grows downwards, and every chart says how high it is.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from geoaccess.units import FloatArray

WIDTH = 640.0
LEFT, RIGHT = 64.0, 624.0
_RIGHT, _TOP, _BOTTOM = WIDTH - RIGHT, 12.0, 40.0
_ROW, _NAME = 22.0, 190.0
_PLOT_HEIGHT = 220.0
_MOST_TICKS = 6
_STEPS = (1, 2, 5, 10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A mark on an axis: where, and the value that stands there."""

    at: float
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar: its rectangle, and the row of the table that it draws."""

    x: float
    y: float
    width: float
    height: float
    row: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BarChart:
    """Upright bars over classes, one a class."""

    height: float
    base: float
    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """A line through points, as text that a drawing takes."""

    points: str
    row: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveChart:
    """Lines in a square from 0 to 1 either way, and the diagonal."""

    height: float
    left: float
    right: float
    top: float
    base: float
    curves: tuple[Curve, ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """One lying box: whiskers, box and middle, left to right."""

    y: float
    low: float
    quarter: float
    middle: float
    three_quarters: float
    high: float
    row: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxChart:
    """Lying boxes, one a row, over an axis of values."""

    height: float
    base: float
    boxes: tuple[Box, ...]
    ticks: tuple[Tick, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LyingBarChart:
    """Lying bars either side of zero, one a row."""

    height: float
    base: float
    zero: float
    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]


def round_ticks(low: float, high: float) -> list[float]:
    """
    Round values from at most low to at least high.

    Examples
    --------
    >>> round_ticks(0, 47)
    [0.0, 10.0, 20.0, 30.0, 40.0, 50.0]
    >>> round_ticks(3, 3)
    [3.0, 4.0]
    """
    # Ticks have ten decimals; a span below that is none.
    if not high - low > 1e-9:  # noqa: PLR2004
        high = low + 1
    rough = (high - low) / (_MOST_TICKS - 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * one for one in _STEPS if power * one >= rough * (1 - 1e-9))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(k * step, 10) + 0.0 for k in range(first, last + 1)]


def bar_chart(heights: Sequence[float]) -> BarChart:
    """Upright bars, one for each height, all of one width."""
    marks = round_ticks(0.0, max(heights, default=0.0))
    base = _TOP + _PLOT_HEIGHT
    scale = _PLOT_HEIGHT / marks[-1]
    wide = (WIDTH - LEFT - _RIGHT) / max(len(heights), 1)
    bars = tuple(
        Bar(
            x=_told(LEFT + i * wide + 0.1 * wide),
            y=_told(base - height * scale),
            width=_told(0.8 * wide),
            height=_told(height * scale),
            row=i,
        )
        for i, height in enumerate(heights)
    )
    ticks = tuple(Tick(at=_told(base - mark * scale), value=mark) for mark in marks)
    return BarChart(height=base + _BOTTOM, base=base, bars=bars, ticks=ticks)


def curve_chart(curves: Sequence[tuple[FloatArray, FloatArray]]) -> CurveChart:
    """Lines of shares from 0 to 1 either way."""
    side = 320.0
    left, top = LEFT + 74.0, _TOP
    base = top + side
    drawn = tuple(
        Curve(
            points=" ".join(
                f"{_told(left + x * side):g},{_told(base - y * side):g}"
                for x, y in zip(xs.tolist(), ys.tolist(), strict=True)
            ),
            row=i,
        )
        for i, (xs, ys) in enumerate(curves)
    )
    marks = (0.0, 0.25, 0.5, 0.75, 1.0)
    return CurveChart(
        height=base + _BOTTOM,
        left=left,
        right=left + side,
        top=top,
        base=base,
        curves=drawn,
        x_ticks=tuple(Tick(at=left + one * side, value=one) for one in marks),
        y_ticks=tuple(Tick(at=base - one * side, value=one) for one in marks),
    )


def box_chart(rows: Sequence[Sequence[float]]) -> BoxChart:
    """Lying boxes from five rising values a row; a row of NaN stays empty."""
    known = [value for row in rows for value in row if np.isfinite(value)]
    marks = round_ticks(0.0, max(known, default=0.0))
    scale = (WIDTH - _NAME - _RIGHT) / marks[-1]
    boxes = []
    for i, row in enumerate(rows):
        if np.isfinite(row).all():
            low, quarter, middle, upper, high = (_told(_NAME + one * scale) for one in row)
            boxes.append(
                Box(
                    y=_TOP + i * _ROW,
                    low=low,
                    quarter=quarter,
                    middle=middle,
                    three_quarters=upper,
                    high=high,
                    row=i,
                )
            )
    base = _TOP + len(rows) * _ROW
    ticks = tuple(Tick(at=_told(_NAME + mark * scale), value=mark) for mark in marks)
    return BoxChart(height=base + _BOTTOM, base=base, boxes=tuple(boxes), ticks=ticks)


def lying_bar_chart(values: Sequence[float]) -> LyingBarChart:
    """Bars either side of zero, one a row."""
    known = [value for value in values if np.isfinite(value)]
    marks = round_ticks(min([0.0, *known]), max([0.0, *known]))
    scale = (WIDTH - _NAME - _RIGHT) / (marks[-1] - marks[0])
    zero = _NAME - marks[0] * scale
    bars = tuple(
        Bar(
            x=_told(zero + min(value, 0.0) * scale),
            y=_TOP + i * _ROW + 3.0,
            width=_told(abs(value) * scale),
            height=_ROW - 6.0,
            row=i,
        )
        for i, value in enumerate(values)
        if np.isfinite(value)
    )
    base = _TOP + len(values) * _ROW
    ticks = tuple(Tick(at=_told(zero + mark * scale), value=mark) for mark in marks)
    return LyingBarChart(height=base + _BOTTOM, base=base, zero=_told(zero), bars=bars, ticks=ticks)


def _told(value: float) -> float:
    """Two decimals: far below a pixel, and the same bytes on every machine."""
    return round(value, 2) + 0.0
