"""The templates of ``templates/``, filled in: everything is escaped unless it is marked safe."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("geoaccess.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def filled(template: str, **values: object) -> str:
    """
    Text of a template with its values.

    Parameters
    ----------
    template
        File in ``templates/``.
    values
        What it names; texts are escaped, and a name without a value is an error.
    """
    return _environment().get_template(template).render(**values)
