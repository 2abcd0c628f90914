"""A whole page around folium's map: its own assets, a strict policy, the same bytes always."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

from branca.element import Element, Figure
from markupsafe import Markup

from geoaccess.report import assets
from geoaccess.report.templating import filled


class Page(Figure):
    """
    The document that holds a map, in place of folium's own.

    Parameters
    ----------
    template
        File in ``templates/`` that extends ``base.html.j2``.
    values
        What the template fills in; texts are escaped.
    data_json
        What the page's script reads, as :func:`geoaccess.report.payload.to_json` wrote it.
    scripts
        Our scripts in ``templates/``, in the order in which they need one another.
    start
        Statement that starts them once folium's own script has made the map.
    image_hosts
        Hosts that may serve images, for tiles; none by default.
    """

    def __init__(
        self,
        *,
        template: str,
        values: dict[str, Any],
        data_json: str,
        scripts: Sequence[str],
        start: str,
        image_hosts: Sequence[str] = (),
    ) -> None:
        super().__init__()
        # Its charset line would come after ours.
        self.header._children.clear()  # noqa: SLF001 - branca has no public way to remove
        self.template = template
        self.values = values
        self.data_json = data_json
        self.scripts = tuple(scripts)
        self.start = start
        self.image_hosts = tuple(image_hosts)

    def render(self, **kwargs: object) -> str:
        """Text of the whole document."""
        for child in self._children.values():
            child.render(**kwargs)
        libraries = [Markup(text) for text in (assets.leaflet_js(), assets.jquery_js())]  # noqa: S704
        drawn = self.script.render(**kwargs)
        ours = [*map(assets.own, self.scripts), f"{drawn}\n{self.start}\n"]
        scripts = [Markup(text) for text in ours]  # noqa: S704
        return filled(
            self.template,
            **self.values,
            styles=[Markup(text) for text in (assets.leaflet_css(), assets.own("explorer.css"))],  # noqa: S704
            header=Markup(self.header.render(**kwargs)),  # noqa: S704
            body=Markup(self.html.render(**kwargs)),  # noqa: S704
            data_json=Markup(self.data_json),  # noqa: S704
            libraries=libraries,
            scripts=scripts,
            script_hashes=[assets.csp_hash(text) for text in (*libraries, *scripts)],
            image_hosts=self.image_hosts,
        )


def number_elements(root: Element) -> None:
    """
    Give the elements of a tree running numbers for ids, which folium draws at random.

    Elements that are added later keep their random ids and still find the numbered ones.
    """
    for number, element in enumerate(_walk(root), start=1):
        element._id = str(number)  # noqa: SLF001 - branca has no public way to set it


def _walk(element: Element) -> Iterator[Element]:
    parts = (getattr(element, name, None) for name in ("header", "html", "script"))
    inner = (part for part in parts if isinstance(part, Element))
    yield element
    for child in itertools.chain(inner, element._children.values()):  # noqa: SLF001
        yield from _walk(child)
