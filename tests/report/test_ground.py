"""Roads and water of a page: read back as they were written, and never more than is allowed."""

from __future__ import annotations

import base64

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from geoaccess.model.backdrop import KINDS, Backdrop
from geoaccess.report.ground import drawn_ground, short_text
from geoaccess.units import FloatArray, LongArray

_STEPS = st.tuples(st.integers(-(2**31), 2**31), st.integers(-(2**31), 2**31))
_LINES = st.lists(st.lists(_STEPS, min_size=1, max_size=6), max_size=5)


def _numbers(text: str) -> list[int]:
    """Bytes of seven bits, one after another, as the page's script reads them."""
    found, value, place = [], 0, 1
    for byte in base64.b64decode(text):
        value += (byte & 127) * place
        place *= 128
        if byte < 128:
            found.append(value)
            value, place = 0, 1
    assert place == 1
    return found


def _lines(text: str) -> list[LongArray]:
    numbers, lines, start = _numbers(text), [], (0, 0)
    while numbers:
        count = numbers.pop(0)
        points, at = [], start
        for _ in range(count):
            east, north = (
                -(one + 1) // 2 if one % 2 else one // 2 for one in (numbers.pop(0), numbers.pop(0))
            )
            at = (at[0] + east, at[1] + north)
            points.append(at)
        start = points[0]
        lines.append(np.array(points))
    return lines


@given(lines=_LINES)
def test_lines_are_read_back_as_they_were(lines: list[list[tuple[int, int]]]) -> None:
    known = [np.array(line, dtype=np.int64) for line in lines]
    back = _lines(short_text(known))
    assert len(back) == len(known)
    for one, other in zip(back, known, strict=True):
        np.testing.assert_array_equal(one, other)


def _ground(lines: dict[str, list[FloatArray]]) -> Backdrop:
    kinds = [KINDS.index(kind) for kind, some in lines.items() for _ in some]
    return Backdrop.of_lines(np.array(kinds), [line for some in lines.values() for line in some])


def _wandering(n: int, seed: int) -> FloatArray:
    rng = np.random.default_rng(seed)
    return np.array([25.0, 57.0]) + np.cumsum(rng.normal(0, 0.002, (n, 2)), axis=0)


def test_pieces_of_a_road_become_one_line() -> None:
    road = np.column_stack([np.linspace(25, 26, 11), np.full(11, 57.0)])
    pieces = [road[i : i + 2] for i in range(10)]
    [told] = drawn_ground(_ground({"primary": pieces}))
    [line] = _lines(told["lines"])
    assert told["kind"] == "primary"
    np.testing.assert_allclose(np.sort(line[:, 0] * told["step"]), [25, 26], atol=1e-4)


def test_lines_stay_where_they_are_to_a_pixel() -> None:
    known = _wandering(3000, 1)
    [told] = drawn_ground(_ground({"river": [known]}))
    back = _lines(told["lines"])[0] * told["step"]
    extent = float(max(np.ptp(known, axis=0)))
    gaps = np.abs(back[:, None, :] - known[None, :, :]).max(axis=2).min(axis=1)
    assert gaps.max() <= extent / 2_000


def test_a_page_never_holds_more_ground_than_it_may() -> None:
    main = [_wandering(2_000, seed) for seed in range(20)]
    small = [_wandering(2_000, seed) for seed in range(20, 40)]
    ground = _ground({"secondary": main, "tertiary": small})
    told = drawn_ground(ground, most_bytes=30_000)
    assert sum(len(one["lines"]) for one in told) <= 30_000
    assert [one["kind"] for one in told] == ["secondary"]
    roomy = drawn_ground(_ground({"secondary": main[:1], "tertiary": small[:1]}))
    assert [one["kind"] for one in roomy] == ["tertiary", "secondary"]


def test_no_ground_is_no_line() -> None:
    assert drawn_ground(None) == []
    assert drawn_ground(_ground({})) == []
