"""``[surface]``: minutes for every cell of a grid."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from geoaccess.errors import InputError, StudyError, nearest_known
from geoaccess.io.plane import require_metres
from geoaccess.measures.surface_grid import LARGEST_CELL_M
from geoaccess.study.table import Table, Text

Resolution = Annotated[float, Field(gt=0, le=LARGEST_CELL_M, allow_inf_nan=False)]


class SurfaceTable(Table):
    """``[surface]``: minutes for every cell of a grid."""

    services: Annotated[list[Text], Field(min_length=1)] | None = None
    resolution_m: Resolution = 250.0
    area: Text | None = None
    crs: Text | None = None

    def require_known(self, kinds: Sequence[str]) -> None:
        """
        Refuse what does not fit the rest of the study, before anything is computed.

        Raises
        ------
        StudyError
            If a service is none of the study, or the CRS is not one of metres.
        """
        for kind in self.services or ():
            require_kind(kind, kinds)
        if self.crs is not None:
            try:
                require_metres(self.crs)
            except InputError as error:
                msg = f"surface.crs: {error}"
                raise StudyError(msg) from error


def require_kind(kind: str, kinds: Sequence[str]) -> None:
    """
    Refuse a kind of service that the study has not.

    Raises
    ------
    StudyError
        If it is so, naming the nearest known.
    """
    if kind not in kinds:
        known = nearest_known(kind, kinds)
        msg = f"surface: {kind!r} is no kind of service of the study; {known}"
        raise StudyError(msg)
