"""
The scripts and style sheets that a page carries inside itself.

Leaflet and jQuery come from the packages XStatic-Leaflet and XStatic-jQuery, in the very
versions that folium asks for from other hosts. Bootstrap, icon fonts and the like, which
folium would ask for too, are not used and therefore left out.
"""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

_LEAFLET = "xstatic.pkg.leaflet"
_JQUERY = "xstatic.pkg.jquery"
_SOURCE_MAP = re.compile(r"^//[#@] sourceMappingURL=.*$", re.MULTILINE)
_IMAGE = re.compile(r"url\((images/[\w.-]+\.png)\)")


@cache
def leaflet_js() -> str:
    """Leaflet, minified."""
    return _script(files(_LEAFLET) / "data" / "leaflet.js")


@cache
def jquery_js() -> str:
    """JQuery, minified; our own script does without it, but popups of folium need it."""
    return _script(files(_JQUERY) / "data" / "jquery.min.js")


@cache
def leaflet_css() -> str:
    """Leaflet's style sheet with its images inside."""
    folder = files(_LEAFLET) / "data"
    sheet = _text(folder / "leaflet.css")
    return _IMAGE.sub(lambda found: f"url({_png_uri(folder / found[1])})", sheet)


@cache
def own(name: str) -> str:
    """
    Text of a style sheet or script in ``templates/``.

    Examples
    --------
    >>> own("explorer.js").startswith("/*")
    True
    """
    return _text(files("geoaccess.report") / "templates" / name)


def csp_hash(script: str) -> str:
    """
    Source expression that lets a content security policy run exactly this script.

    Examples
    --------
    >>> csp_hash("")
    "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
    """
    digest = hashlib.sha256(script.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


def _script(file: Traversable) -> str:
    # A source map is one more request, for a file that is not there.
    return _SOURCE_MAP.sub("", _text(file)).strip()


def _text(file: Traversable) -> str:
    # Browsers read every line end as one line feed before they hash a script.
    return file.read_text(encoding="utf-8").replace("\r\n", "\n").replace("\r", "\n")


def _png_uri(file: Traversable) -> str:
    return f"data:image/png;base64,{base64.b64encode(file.read_bytes()).decode('ascii')}"
