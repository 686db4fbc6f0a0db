"""Which role answers which addresses: the one table of it.

`Front` asks it of every request, and the server registers nothing that its role does not answer. So a host that faces
the world collects, and has no sign-in page behind it that somebody could try.
"""

from typing import Literal

from trenza.kernel import NotFound

Role = Literal["all", "collector", "web"]
"""What a process serves; the worker has no door."""
_BOTH: tuple[Role, ...] = ("collector", "web")
SERVED: tuple[tuple[str, tuple[Role, ...]], ...] = (
    # beginning of the path, who answers it beside `all`; the first that fits counts
    ("/health", _BOTH),
    ("/ready", _BOTH),
    ("/metrics", _BOTH),
    ("/v1", ("collector",)),
    ("/beacon", ("collector",)),
    ("/sourceConfig", ("collector",)),
    ("/sdk", ("collector",)),
    ("/webhooks", ("collector",)),
    ("/u", _BOTH),  # messages live longer than an address: who wants to leave finds the way wherever the link leads
    ("/r", _BOTH),
    ("/p", _BOTH),
    ("/", ("web",)),
)


class NotServedHere(NotFound):
    """The address is another role's."""

    code = "not_served_here"
    title = "Not served here"


def roles_of(path: str) -> tuple[Role, ...]:
    """The roles that answer a path, `all` left out."""
    return next(roles for start, roles in SERVED if start in {"/", path} or path.startswith(f"{start}/"))


def serves(role: Role, path: str) -> bool:
    """Whether a role answers a path."""
    return role == "all" or role in roles_of(path)


def not_served(role: Role, path: str) -> NotServedHere:
    """What to say instead."""
    others = " or ".join(f"`{other}`" for other in roles_of(path))
    return NotServedHere(
        f"this process has the role `{role}`, which does not serve this address", f"ask one with the role {others}"
    )
