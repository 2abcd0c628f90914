"""The commented study file to start from, which is also the demo."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from geoaccess.study.schema import Study, parse_study


def starter_text() -> str:
    """
    Text of the study file that ``geoaccess init`` writes.

    Examples
    --------
    >>> starter_text().startswith("# A geoaccess study.")
    True
    """
    return files("geoaccess.study").joinpath("starter.toml").read_text("utf-8")


def demo_study() -> Study:
    """
    Read the starter study, which runs on the synthetic region that ships with geoaccess.

    Examples
    --------
    >>> demo_study().study.synthetic
    True
    """
    return parse_study(starter_text(), folder=Path())
