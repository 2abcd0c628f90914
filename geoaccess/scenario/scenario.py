"""A named list of edits, and scenarios that build on others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from geoaccess.errors import InputError, nearest_known, some_ids
from geoaccess.scenario.edits import AnyEdit, Edit, Text


class Scenario(BaseModel):
    """
    What might be done, as a named list of edits.

    Attributes
    ----------
    name
        Short, unique in a study; the folder of its results is called so.
    description
        What a reader should know.
    extends
        Name of a scenario whose edits come first.
    edits
        The edits, each a table with ``do`` as in a study file, or a model of
        :mod:`geoaccess.scenario.edits`.

    Examples
    --------
    >>> Scenario(name="fewer", edits=[{"do": "close_service", "ids": ["S1"]}]).edits[0].do
    'close_service'
    >>> from geoaccess.scenario.edits import CloseService
    >>> Scenario(name="fewer", edits=[CloseService(ids=["S1"])]).edits[0].ids
    ('S1',)
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(pattern=r"^[\w][\w .+-]{0,79}$")]
    description: str = ""
    extends: Text | None = None
    edits: tuple[AnyEdit, ...] = ()


class EditError(InputError):
    """
    An edit cannot be made.

    Parameters
    ----------
    scenario
        Name of the scenario.
    number
        Which of its edits, from 1.
    edit
        The edit.
    why
        What is wrong and how to mend it.
    """

    def __init__(self, scenario: str, number: int, edit: Edit, why: str) -> None:
        super().__init__(f"scenario {scenario!r}, edit {number} ({edit.do}): {why}")


def with_extended(scenarios: Sequence[Scenario]) -> dict[str, Scenario]:
    """
    Put before each scenario's edits those of the one that it extends.

    Parameters
    ----------
    scenarios
        In any order.

    Returns
    -------
    By name, in the order given; none extends another any more.

    Raises
    ------
    InputError
        If two have one name, one extends what is not there, or they extend one another in a
        circle.
    """
    named = {one.name: one for one in scenarios}
    if len(named) < len(scenarios):
        names = [one.name for one in scenarios]
        twice = sorted({name for name in names if names.count(name) > 1})
        msg = f"scenarios: {some_ids(twice)} stand there twice; give each its own name"
        raise InputError(msg)
    return {name: _whole(one, named) for name, one in named.items()}


def _whole(scenario: Scenario, named: dict[str, Scenario]) -> Scenario:
    line, edits = [scenario.name], scenario.edits
    above = scenario.extends
    while above is not None:
        if above in line:
            msg = f"scenarios extend one another in a circle: {' > '.join([*line, above])}"
            raise InputError(msg)
        if above not in named:
            msg = (
                f"scenario {line[-1]!r} extends {above!r}, which is not there; "
                f"{nearest_known(above, list(named))}"
            )
            raise InputError(msg)
        line.append(above)
        edits = named[above].edits + edits
        above = named[above].extends
    return scenario.model_copy(update={"edits": edits, "extends": None})
