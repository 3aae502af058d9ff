"""The application: addresses lead to pages, pages answer in HTML or JSON, and whatever goes wrong is a page too."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from importlib.resources import files
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Scope

from portal.answers import Answer, File, Page, Redirect, Refusal
from portal.current import Editions
from portal.options import Options
from portal.pages import cluster, refused, search
from portal.query import NOTHING, Query, query
from portal.rendering import HTML, JSON, as_json, html
from portal.safety import Guard
from portal.tongue import Tongue, best
from portal.visit import Visit
from warehouse.desk import DeskBusy, DeskDamaged, DeskUnwritable
from warehouse.editions import EditionDamaged, EditionMissing, EditionOlder

Handler = Callable[[Visit], Answer]
LANGUAGE = "language"
"""The cookie that remembers it."""
A_YEAR = 365 * 24 * 3600
MOST_FIELDS = 2_000

PAGES: tuple[tuple[str, Handler, Handler | None], ...] = (
    ("/clusters", search.clusters, None),
    ("/clusters/{number}", cluster.cluster, None),
)
"""Path, who answers a visit, and who takes a form that is sent there."""


def make(options: Options) -> ASGIApp:
    """The application, ready to be served."""
    editions = Editions(options.editions)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        yield
        editions.close()

    desk = _Desk(options, editions)
    routes: list[Route | Mount] = [
        Route("/", desk.home),
        Mount("/static", _Static(directory=str(files("portal").joinpath("static")))),
    ]
    for path, shows, takes in PAGES:
        routes += desk.routes(path, shows, takes)
    handlers = {HTTPException: desk.trouble, Exception: desk.fault}
    # Around everything, also around what answers for faults.
    return Guard(Starlette(routes=routes, exception_handlers=handlers, lifespan=lifespan), options.names)


class _Static(StaticFiles):
    """Our own files; what is asked for with its digest never changes."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        if scope["query_string"].startswith(b"v="):
            response.headers["cache-control"] = f"public, max-age={A_YEAR}, immutable"
        return response


class _Desk:
    """Where requests arrive."""

    def __init__(self, options: Options, editions: Editions) -> None:
        self._options = options
        self._editions = editions

    def routes(self, path: str, shows: Handler, takes: Handler | None) -> list[Route | Mount]:
        """A page in every language, as HTML and as JSON, and without a language, which leads to the reader's own."""
        found: list[Route | Mount] = []
        for language in self._options.languages:
            found.append(Route(f"/{language}{path}.json", self._endpoint(shows, None, language, is_json=True)))
            methods = ["GET", "POST"] if takes else ["GET"]
            found.append(Route(f"/{language}{path}", self._endpoint(shows, takes, language, is_json=False), methods=methods))
        return [*found, Route(path, self.home)]

    async def home(self, request: Request) -> Response:
        """To the language that is remembered, or asked for, or the first."""
        remembered = request.cookies.get(LANGUAGE, "")
        code = remembered if remembered in self._options.languages else self._asked_language(request)
        path = request.url.path if request.url.path != "/" else "/clusters"
        asked = f"?{request.url.query}" if request.url.query else ""
        headers = {"location": f"/{code}{path}{asked}", "vary": "Accept-Language, Cookie"}
        return Response(status_code=307, headers=headers)

    def _asked_language(self, request: Request) -> str:
        return best(request.headers.get("accept-language", ""), self._options.languages)

    def _endpoint(
        self, shows: Handler, takes: Handler | None, language: str, *, is_json: bool
    ) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            form = await _form(request) if request.method == "POST" else NOTHING
            visit = self._visit(request, language, form)
            handler = takes if takes and request.method == "POST" else shows
            response = await run_in_threadpool(self._answered, visit, handler, is_json)
            if not is_json and request.cookies.get(LANGUAGE) != language:
                response.set_cookie(LANGUAGE, language, max_age=A_YEAR, httponly=True, samesite="lax")
            return response

        return endpoint

    def _visit(self, request: Request, language: str, form: Query = NOTHING) -> Visit:
        path = request.url.path.removeprefix(f"/{language}").removesuffix(".json") or "/"
        return Visit(
            options=self._options,
            editions=self._editions,
            tongue=Tongue(language, self._options.timezone),
            path=path,
            asked=query(request.query_params.multi_items()[:MOST_FIELDS]),
            names={name: str(value) for name, value in request.path_params.items()},
            form=form,
            # A browser that goes back asks for the whole page.
            is_partial="hx-request" in request.headers and "hx-history-restore-request" not in request.headers,
        )

    def _answered(self, visit: Visit, handler: Handler, is_json: bool) -> Response:
        try:
            answer = handler(visit)
        except (EditionMissing, EditionOlder, DeskBusy, DeskUnwritable, DeskDamaged) as trouble:
            answer = refused.page(visit, _unready(trouble))
        except Refusal as refusal:
            answer = refused.page(visit, refusal)
        return _response(answer, visit, is_json=is_json)

    async def trouble(self, request: Request, error: Exception) -> Response:
        """What Starlette itself refuses: a path that leads nowhere, a method that a page does not have."""
        status = error.status_code if isinstance(error, HTTPException) else 500
        why = {404: "not_found", 405: "no_form", 413: "too_much"}.get(status, "unfit")
        return await self._refused(request, Refusal(status, why))

    async def fault(self, request: Request, _error: Exception) -> Response:
        """A fault of ours; the server writes its traceback into the log."""
        return await self._refused(request, Refusal(500, "fault"))

    async def _refused(self, request: Request, refusal: Refusal) -> Response:
        path = request.url.path
        of_path = next((code for code in self._options.languages if path.startswith(f"/{code}/")), None)
        remembered = request.cookies.get(LANGUAGE, "")
        code = of_path or (remembered if remembered in self._options.languages else self._asked_language(request))
        visit = self._visit(request, code)
        is_json = path.endswith(".json")
        return await run_in_threadpool(lambda: _response(refused.page(visit, refusal), visit, is_json=is_json))


def _unready(trouble: Exception) -> Refusal:
    if isinstance(trouble, EditionDamaged):
        return Refusal(503, "edition_damaged")
    if isinstance(trouble, EditionMissing):
        return Refusal(503, "edition_missing")
    if isinstance(trouble, EditionOlder):
        return Refusal(503, "edition_older")
    if isinstance(trouble, DeskBusy):
        return Refusal(503, "desk_busy")
    return Refusal(503, "desk_unusable")


def _response(answer: Answer, visit: Visit, *, is_json: bool) -> Response:
    match answer:
        case Page():
            headers = {**answer.headers, "vary": "HX-Request"}
            if is_json:
                return Response(as_json(answer.data), answer.status, headers, JSON)
            return Response(html(answer, visit), answer.status, headers, HTML)
        case Redirect(to, is_for_good):
            suffix = ".json" if is_json else ""
            path, mark, asked = to.partition("?")
            status = 301 if is_for_good else 303
            return Response(status_code=status, headers={"location": f"{visit.address(path)}{suffix}{mark}{asked}"})
        case File(content, media_type, name):
            headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "private, no-store"}
            return Response(content, 200, headers, media_type)


async def _form(request: Request) -> Query:
    """What was sent: the fields of a plain form."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    body = await request.body()
    if kind != "application/x-www-form-urlencoded":
        raise HTTPException(415)
    try:
        return query(parse_qsl(body.decode("ascii", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except ValueError as error:
        raise HTTPException(400) from error
