"""Compiled templates, kept as Python keeps its own: in `__pycache__` beside the source, where that can be written.

Compiling all of them takes longer than a second, reading them back a hundredth of that. The languages share what is
compiled, since words are looked up when a page is made. What was compiled from another text, by another Jinja or for an
environment of other settings is made anew.
"""

import contextlib
import hashlib
from pathlib import Path
from types import CodeType

import jinja2
from jinja2.bccache import Bucket, FileSystemBytecodeCache

from trenza import __version__


class CompiledTemplates(FileSystemBytecodeCache):
    """A folder of compiled templates, and those that were used so far.

    Args:
        folder: where they are kept; it is made where there is none.
        settings: what else the code depends on.
    """

    def __init__(self, folder: Path, settings: str) -> None:
        with contextlib.suppress(OSError):
            folder.mkdir(exist_ok=True)
        stamp = hashlib.sha256(f"{jinja2.__version__} {__version__} {settings}".encode()).hexdigest()[:8]
        super().__init__(str(folder), f"%s.{stamp}.jinja")
        self._used: dict[str, tuple[str, CodeType]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill a bucket with the code of its template, if that is known."""
        checksum, code = self._used.get(bucket.key, ("", None))
        if checksum == bucket.checksum:
            bucket.code = code
            return
        with contextlib.suppress(OSError):
            super().load_bytecode(bucket)
        self._use(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what a template was compiled to."""
        self._use(bucket)
        with contextlib.suppress(OSError):
            super().dump_bytecode(bucket)

    def _use(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self._used[bucket.key] = (bucket.checksum, bucket.code)
