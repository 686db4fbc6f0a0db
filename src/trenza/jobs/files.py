"""The files of jobs: uploads that wait to be imported, and results to be downloaded.

    jobs/uploads/upl_…          received, no job's yet
    jobs/job_…/…                what a job was given
    jobs/job_…/CLAIM/…          what whoever holds the claim writes; when the job has ended, only its result stays

Where doors and workers stand on different machines they share the data folder, as they share the lake.
"""

import os
import re
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import BinaryIO, Final

from trenza.kernel import Instant, NotFound, TooLarge, new_id

LARGEST_UPLOAD: Final = 4 << 30
_UPLOAD = re.compile(r"upl_[0-9a-f-]{36}")
_JOB = re.compile(r"job_[0-9a-f-]{36}")
_PART = ".part"


class Upload:
    """A file that comes in, piece by piece.

    Args:
        path: where it goes.
    """

    def __init__(self, path: Path) -> None:
        self.id = path.name
        self.octets = 0
        self._path = path
        self._part = path.with_name(path.name + _PART)
        self._file: BinaryIO = self._part.open("wb")

    def write(self, piece: bytes) -> None:
        """Take a piece.

        Raises:
            TooLarge: the file is past the limit.
        """
        self.octets += len(piece)
        if self.octets > LARGEST_UPLOAD:
            raise TooLarge("the file is larger than 4 GB", "cut it, or use `trenza import` on the machine itself")
        self._file.write(piece)

    def finish(self) -> None:
        """It is whole."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._part.replace(self._path)

    def drop(self) -> None:
        """It will not become whole."""
        self._file.close()
        self._part.unlink(missing_ok=True)


class Files:
    """The folder of the jobs' files.

    Args:
        folder: `jobs` in the data folder; made where it is missing.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._uploads = folder / "uploads"

    def receive(self) -> Upload:
        """A new upload."""
        self._uploads.mkdir(mode=0o700, parents=True, exist_ok=True)
        return Upload(self._uploads / f"upl_{new_id()}")

    def check_upload(self, upload: str) -> None:
        """See that an upload is there.

        Raises:
            NotFound: it is not.
        """
        if _UPLOAD.fullmatch(upload) is None or not (self._uploads / upload).is_file():
            raise NotFound("there is no such upload", "send the file first; an upload is kept for a day")

    def take_upload(self, upload: str, job: str, name: str) -> None:
        """Make an upload a job's own file.

        Raises:
            NotFound: it is not there (any more).
        """
        self.check_upload(upload)
        try:
            (self._uploads / upload).replace(_made(self._folder / job) / name)
        except FileNotFoundError as error:
            raise NotFound("there is no such upload", "it has become another job's; send the file again") from error

    def given(self, job: str, name: str) -> Path:
        """A file that a job was given."""
        return self._folder / job / name

    def folder(self, job: str, claim: str) -> Path:
        """Where whoever holds a claim on a job writes; made where it is missing."""
        return _made(self._folder / job / claim)

    def drop_folder(self, job: str, claim: str) -> None:
        """Drop what was written under a claim."""
        shutil.rmtree(self._folder / job / claim, ignore_errors=True)

    def result(self, job: str, file: str) -> Path:
        """A job's result.

        Raises:
            NotFound: it has none, or it is gone.
        """
        path = self._folder / job / file
        if not file or not path.is_file():
            raise NotFound(
                "this job has no file", "it may have been taken away by time or an erasure: ask for it again"
            )
        return path

    def keep_only(self, job: str, file: str) -> None:
        """Drop everything of a job but one file; an empty one drops all."""
        if not file:
            shutil.rmtree(self._folder / job, ignore_errors=True)
        for path in self._left_over({job: file}):
            path.unlink(missing_ok=True)

    def unwanted(self, wanted: Mapping[str, str | None], before: Instant) -> list[Path]:
        """Files that no job needs.

        Args:
            wanted: by job: its result's path in the folder, or None where it is under way and needs everything.
            before: what is younger and no job's may become one's in a moment.
        """
        return [*self._strangers(wanted, before), *self._left_over(wanted)]

    def _strangers(self, wanted: Mapping[str, str | None], before: Instant) -> Iterable[Path]:
        folders = [path for path in _entries(self._folder) if _JOB.fullmatch(path.name) and path.name not in wanted]
        files = [each for folder in (*folders, self._uploads) for each in _files(folder)]
        return [path for path in files if path.stat().st_mtime * 1000 < before]

    def _left_over(self, wanted: Mapping[str, str | None]) -> Iterable[Path]:
        for job, file in wanted.items():
            if file is not None:
                folder = self._folder / job
                yield from (path for path in _files(folder) if path != folder / file)


def _made(folder: Path) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _entries(folder: Path) -> list[Path]:
    return list(folder.iterdir()) if folder.is_dir() else []


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()] if folder.is_dir() else []
