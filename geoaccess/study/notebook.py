"""Small tables by which results show themselves in a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

_MOST_ROWS = 30


def shown(table: pd.DataFrame, title: str, *, synthetic: bool) -> str:
    """
    Write a table as HTML for a notebook, small and with every text escaped.

    Parameters
    ----------
    table
        Figures; those beyond the first rows are left out, and a notebook says so.
    title
        What they are of; stands in the corner of the table.
    synthetic
        Whether any input is generated, which is said beside the title.
    """
    named = table.copy()
    named.columns.name = f"{title} (synthetic)" if synthetic else title
    named.index.name = None
    return str(
        named.to_html(
            escape=True,
            max_rows=_MOST_ROWS,
            show_dimensions=len(named) > _MOST_ROWS,
            na_rep="\N{EN DASH}",
            float_format=lambda value: f"{value:,.0f}" if value == round(value) else f"{value:.1f}",
            notebook=False,
            border=0,
        )
    )
