"""The files that pages load: `/static/NAME?v=HASH`, kept in memory and packed once.

The hash is of what is served, so an address is good for ever and a browser asks once; whoever asks without it, or with
an old one, gets the file of now and asks again soon. What a style sheet or a script names (`"/static/…"`) bears its
hash too. A file that changes on disk is noticed at the next use, so whoever works on a page needs no restart.
"""

import gzip
import hashlib
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.params import FromPath

from trenza.kernel import NotFound

PREFIX = "/static/"
_FOLDER = Path(__file__).parent
_ROOTS = {"design": _FOLDER / "design", "": _FOLDER / "static"}
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
_TEXTS = frozenset({".css", ".js", ".svg"})
_NAMED = re.compile(r"""(?<=["'(])/static/([A-Za-z0-9_./-]+)(?=["')])""")
_FOR_EVER = "public, max-age=31536000, immutable"
_FOR_NOW = "public, max-age=60"


class Asset(msgspec.Struct, frozen=True, kw_only=True):
    """A file as it is served."""

    type: str
    body: bytes
    packed: bytes | None
    """The same in gzip; None where that saves nothing."""
    version: str
    stamp: tuple[int, int]
    """When the file was changed, and its size: what tells that it is another one now."""
    names: tuple[tuple[str, str], ...]
    """What it names, each with the address that stands in it."""


class Assets:
    """The files below some folders, read when first asked for.

    Args:
        roots: folders by the first part of a name; the one by the empty part has all other names.
    """

    def __init__(self, roots: dict[str, Path]) -> None:
        self._roots = roots
        self._known: dict[str, Asset] = {}

    def address(self, name: str) -> str:
        """Where a page finds a file; without a hash where there is no such file, as before the bundles were built."""
        return self._address(name, ())

    def find(self, name: str) -> Asset:
        """A file as it is now.

        Raises:
            NotFound: there is none of that name.
        """
        return self._find(name, ())

    def names(self) -> list[str]:
        """Every style sheet and script that there is."""
        found = []
        for part, root in self._roots.items():
            paths = (path for path in root.rglob("*") if path.suffix in {".css", ".js"})
            found += ["/".join((part, path.relative_to(root).as_posix())).lstrip("/") for path in paths]
        return sorted(found)

    def _address(self, name: str, above: Sequence[str]) -> str:
        if name in above:  # two files that name each other cannot bear each other's hash
            return f"{PREFIX}{name}"
        try:
            return f"{PREFIX}{name}?v={self._find(name, above).version}"
        except NotFound:
            return f"{PREFIX}{name}"

    def _find(self, name: str, above: Sequence[str]) -> Asset:
        path = self._path(name)
        try:
            now = path.stat()
            stamp, known = (now.st_mtime_ns, now.st_size), self._known.get(name)
            if known and known.stamp == stamp and self._still_named(known, (*above, name)):
                return known
            asset = self._read(path, stamp, (*above, name))
        except (OSError, ValueError) as error:
            raise _missing() from error
        if not any(each in above for each, _ in asset.names):
            self._known[name] = asset
        return asset

    def _still_named(self, asset: Asset, above: Sequence[str]) -> bool:
        return all(address == self._address(name, above) for name, address in asset.names)

    def _read(self, path: Path, stamp: tuple[int, int], above: Sequence[str]) -> Asset:
        body, named = path.read_bytes(), dict[str, str]()
        if path.suffix in _TEXTS:
            text = body.decode()
            named = {name: self._address(name, above) for name in sorted(set(_NAMED.findall(text)))}
            body = _NAMED.sub(lambda found: named[found[1]], text).encode()
        packed = gzip.compress(body, 9, mtime=0) if path.suffix in _TEXTS else None
        return Asset(
            type=_TYPES[path.suffix],
            body=body,
            packed=packed if packed and len(packed) < len(body) else None,
            version=hashlib.sha256(body).hexdigest()[:16],
            stamp=stamp,
            names=tuple(named.items()),
        )

    def _path(self, name: str) -> Path:
        parts = name.split("/")
        if Path(name).suffix not in _TYPES or any(not part or part.startswith(".") for part in parts):
            raise _missing()
        root = self._roots.get(parts[0]) if len(parts) > 1 else None
        return root.joinpath(*parts[1:]) if root else self._roots[""] / name


ASSETS = Assets(_ROOTS)


@get(f"{PREFIX}{{name:path}}", opt={"public": True}, include_in_schema=False, sync_to_thread=False)
def serve_asset(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[bytes]:
    """A file, packed where the browser takes that; 304 where it has it."""
    asset = ASSETS.find(name.removeprefix("/"))
    headers = {
        "cache-control": _FOR_EVER if request.query_params.get("v") == asset.version else _FOR_NOW,
        "etag": f'W/"{asset.version}"',
        "vary": "accept-encoding",
    }
    if asset.version in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, headers=headers)
    if asset.packed and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(asset.packed, media_type=asset.type, headers={**headers, "content-encoding": "gzip"})
    return Response(asset.body, media_type=asset.type, headers=headers)


def _missing() -> NotFound:
    return NotFound("there is no such file", "load the page again")
