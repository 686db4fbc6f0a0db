"""One shape for every error: RFC 9457 problem documents.

`{type, title, status, detail, instance, code, faults?}`. `instance` names this one answer; where the fault is ours the
log has the same name beside the traceback. Nothing that a caller sent is logged.
"""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.types import ExceptionHandlersMap

from trenza.kernel import Faulty, TrenzaError, new_id

PROBLEM = "application/problem+json"
_CODES = {400: "invalid", 404: "not_found", 405: "method_not_allowed", 413: "too_large", 415: "invalid"}
_OURS = "the log has more under the name in `instance`"
AnyRequest = Request[Any, Any, Any]
AnswerError = Callable[[AnyRequest, Exception], Response[Any]]
_logger = structlog.get_logger(__name__)


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What an error looks like under `/api`."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    faults: list[dict[str, Any]] = []


def problem_of(error: Exception) -> Problem:
    """The problem document of any exception; what is not ours or Litestar's is said to be internal."""
    if isinstance(error, TrenzaError):
        faults = [msgspec.to_builtins(fault) for fault in error.faults] if isinstance(error, Faulty) else []
        detail = f"{len(faults)} faults" if faults else str(error)
        return _problem(error.status, error.code, error.title, detail, faults)
    if isinstance(error, HTTPException):
        return _problem_of_request(error)
    if isinstance(error, UnicodeDecodeError):
        return _problem(400, "invalid", "The request is not valid", "the body is no UTF-8 — send JSON in UTF-8")
    if isinstance(error, RecursionError):
        return _problem(400, "invalid", "The request is not valid", "the JSON is nested too deep — send it flatter")
    return _problem(500, "internal", TrenzaError.title, _OURS)


def answer_error(request: AnyRequest, error: Exception) -> Response[Problem]:
    """Answer an exception; Litestar calls it."""
    problem = problem_of(error)
    if problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR and not isinstance(error, TrenzaError):
        _logger.error(
            "request failed", request=problem.instance, route=request.scope.get("path_template", ""), exc_info=error
        )
    headers = {"cache-control": "no-store", **_headers_of(error)}
    return Response(problem, status_code=problem.status, media_type=PROBLEM, headers=headers)


def handlers_for(page: AnswerError | None) -> ExceptionHandlersMap:
    """Errors as problem documents; outside `/api`, people who read with a browser get a page where there is one."""

    def answer(request: AnyRequest, error: Exception) -> Response[Any]:
        if page and not request.url.path.startswith("/api") and "text/html" in request.headers.get("accept", ""):
            return page(request, error)
        return answer_error(request, error)

    return {Exception: answer, HTTPException: answer}


def _problem(status: int, code: str, title: str, detail: str, faults: list[dict[str, Any]] | None = None) -> Problem:
    return Problem(
        type=f"urn:trenza:error:{code}",
        title=title,
        status=status,
        detail=detail,
        instance=f"urn:uuid:{new_id()}",
        code=code,
        faults=faults or [],
    )


def _problem_of_request(error: HTTPException) -> Problem:
    status = error.status_code
    code = _CODES.get(status, "internal" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "invalid")
    places = [_place(each) for each in error.extra] if isinstance(error.extra, list) else []
    said = (
        error.detail if status < HTTPStatus.INTERNAL_SERVER_ERROR else "the log has more under the name in `instance`"
    )
    detail = "; ".join(filter(None, places)) or said
    return _problem(status, code, HTTPStatus(status).phrase, detail)


def _place(extra: Any) -> str:
    if not isinstance(extra, dict):
        return str(extra)
    where = " ".join(str(extra[name]) for name in ("source", "key") if extra.get(name))
    return f"{where}: {extra.get('message', '')}" if where else str(extra.get("message", ""))


def _headers_of(error: Exception) -> dict[str, str]:
    headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
    if (wait := getattr(error, "retry_after", None)) is not None:
        headers["retry-after"] = str(wait)
    if getattr(error, "status", None) == HTTPStatus.UNAUTHORIZED:
        headers["www-authenticate"] = "Bearer"
    return headers
