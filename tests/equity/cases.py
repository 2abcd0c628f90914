"""Populations that hypothesis makes: ties, zeros, single values, people of no number."""

from __future__ import annotations

from hypothesis import strategies as st

Case = tuple[list[float], list[int]]

amounts = st.one_of(
    st.just(0.0), st.integers(1, 6).map(float), st.floats(0.01, 1000.0), st.just(120.0)
)
positive = st.one_of(st.integers(1, 6).map(float), st.floats(0.01, 1000.0))


@st.composite
def populations(draw: st.DrawFn, values: st.SearchStrategy[float] = amounts, most: int = 8) -> Case:
    n = draw(st.integers(1, most))
    chosen = draw(st.lists(values, min_size=n, max_size=n))
    weights = draw(st.lists(st.integers(0, 5), min_size=n, max_size=n))
    weights[draw(st.integers(0, n - 1))] = draw(st.integers(1, 5))
    return chosen, weights


@st.composite
def nested(draw: st.DrawFn, n: int) -> dict[str, list[str]]:
    """Parishes in municipalities in regions; some places lie in none."""
    parish = draw(st.lists(st.integers(-1, 5), min_size=n, max_size=n))
    in_town = draw(st.lists(st.integers(-1, 3), min_size=7, max_size=7))
    in_region = draw(st.lists(st.integers(0, 1), min_size=5, max_size=5))
    town = [in_town[p] for p in parish]
    return {
        "parish": ["" if p < 0 else f"p{p}" for p in parish],
        "municipality": ["" if t < 0 else f"t{t}" for t in town],
        "region": [f"r{in_region[t]}" for t in town],
    }
