"""Services opened, closed, moved, merged and resized."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn

import numpy as np

from geoaccess.errors import nearest_known
from geoaccess.model.places import Destinations
from geoaccess.scenario.edits import (
    ChangeCapacity,
    CloseService,
    MergeServices,
    MoveService,
    OpenService,
    ServiceEdit,
)

Refuse = Callable[[str], NoReturn]


class ServiceDraft:
    """
    Services while a scenario's edits are made to them, one after another.

    Parameters
    ----------
    services
        As they stand; they stay as they are.
    kinds
        Kinds that may be opened; any if empty.
    """

    def __init__(self, services: Destinations, kinds: tuple[str, ...] = ()) -> None:
        self._base = services
        self._kinds = kinds
        self._row = {str(id_): i for i, id_ in enumerate(services.id)}
        self._kept = np.ones(len(services), dtype=np.bool_)
        self._lon, self._lat = services.lon.copy(), services.lat.copy()
        self._capacity = services.capacity.copy()
        self._opened: dict[str, OpenService] = {}
        self._edited: dict[str, str] = {}
        self.changed_kinds: set[str] = set()
        self.moved_ids: set[str] = set()

    def make(self, edit: ServiceEdit, refuse: Refuse) -> None:
        """
        Make one edit.

        Parameters
        ----------
        edit
            The edit.
        refuse
            Raises an error for a reason.
        """
        if isinstance(edit, OpenService):
            self._open(edit, refuse)
        elif isinstance(edit, CloseService):
            for id_ in edit.ids:
                self._close(id_, edit.do, refuse)
        elif isinstance(edit, MoveService):
            self._move(edit, refuse)
        elif isinstance(edit, MergeServices):
            self._merge(edit, refuse)
        else:
            self._resize(edit, refuse)

    def result(self) -> Destinations:
        """Services with all edits made: those of before in their order, then the new ones."""
        base, rows = self._base, np.flatnonzero(self._kept)
        new = [self._opened[id_] for id_ in sorted(self._opened)]
        capacity = [np.nan if one.capacity is None else one.capacity for one in new]
        return Destinations(
            id=np.concatenate([base.id[rows], _texts([one.id for one in new])]),
            name=np.concatenate([base.name[rows], _texts([one.name or one.id for one in new])]),
            kind=np.concatenate([base.kind[rows], _texts([one.kind for one in new])]),
            lon=np.concatenate([self._lon[rows], [one.lon for one in new]]),
            lat=np.concatenate([self._lat[rows], [one.lat for one in new]]),
            capacity=np.concatenate([self._capacity[rows], capacity]),
            attributes={
                name: np.concatenate([texts[rows], _texts([""] * len(new))])
                for name, texts in base.attributes.items()
            },
        )

    def _open(self, edit: OpenService, refuse: Refuse) -> None:
        if edit.id in self._row or edit.id in self._opened:
            refuse(f"there is a service {edit.id!r} already; give the new one its own id")
        if self._kinds and edit.kind not in self._kinds:
            told = nearest_known(edit.kind, list(self._kinds))
            refuse(f"the study has no service {edit.kind!r}; {told}")
        self._opened[edit.id] = edit
        self._edited[edit.id] = edit.do
        self.changed_kinds.add(edit.kind)
        self.moved_ids.add(edit.id)

    def _close(self, id_: str, do: str, refuse: Refuse) -> int:
        row = self._claim(id_, do, refuse)
        self._kept[row] = False
        self.changed_kinds.add(str(self._base.kind[row]))
        return row

    def _move(self, edit: MoveService, refuse: Refuse) -> None:
        row = self._claim(edit.id, edit.do, refuse)
        self._lon[row], self._lat[row] = edit.lon, edit.lat
        self.changed_kinds.add(str(self._base.kind[row]))
        self.moved_ids.add(edit.id)

    def _merge(self, edit: MergeServices, refuse: Refuse) -> None:
        target = self._claim(edit.into, edit.do, refuse)
        kind = self._base.kind[target]
        for id_ in edit.ids:
            row = self._close(id_, edit.do, refuse)
            if self._base.kind[row] != kind:
                refuse(
                    f"{id_!r} is a {self._base.kind[row]} and {edit.into!r} a {kind}; "
                    f"merge services of one kind"
                )
            # What nobody knows does not become known by a merger.
            self._capacity[target] += self._capacity[row]

    def _resize(self, edit: ChangeCapacity, refuse: Refuse) -> None:
        for id_ in edit.ids:
            row = self._claim(id_, edit.do, refuse)
            if edit.capacity is not None:
                self._capacity[row] = edit.capacity
            elif np.isnan(self._capacity[row]):
                refuse(f"the capacity of {id_!r} is not known; give capacity instead")
            else:
                share = edit.opening_hours_share
                self._capacity[row] *= share if share is not None else edit.factor

    def _claim(self, id_: str, do: str, refuse: Refuse) -> int:
        """Find a service that no edit has touched yet."""
        if id_ in self._edited:
            refuse(f"service {id_!r} was edited before ({self._edited[id_]}); edit it once")
        row = self._row.get(id_)
        if row is None:
            refuse(f"there is no service {id_!r}; {nearest_known(id_, list(self._row))}")
        self._edited[id_] = do
        return row


def _texts(values: list[str]) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    out = np.empty(len(values), dtype=object)
    out[:] = values
    return out
