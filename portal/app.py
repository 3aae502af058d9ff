"""The application: addresses lead to pages, pages answer in HTML or JSON, and whatever goes wrong is a page too."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from importlib.resources import files
from urllib.parse import parse_qsl, urlsplit

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Scope

from matching.garbage import settle, unsettle, without_collecting
from matching.partners.programmes import programmes
from portal.answers import Answer, File, Page, Redirect, Refusal
from portal.attempts import Attempts
from portal.current import Editions
from portal.desks import opened_once
from portal.hostile import short, visible
from portal.opened import Opened
from portal.options import Options
from portal.pages import refused
from portal.preferences import Preferences
from portal.query import NOTHING, Query, query
from portal.rehearsal import Rehearsal
from portal.rendering import HTML, JSON, as_json, html, warm
from portal.safety import Guard, host_name
from portal.session import Entered, Register, Session, Sessions, client_of, enter
from portal.sitemap import PAGES, SIGN_IN, At, Handler
from portal.tongue import Tongue, best, catalogue
from portal.visit import House, Upload, Visit
from warehouse.desk import DeskBusy, DeskDamaged, DeskUnwritable
from warehouse.editions import EditionDamaged, EditionMissing, EditionOlder
from warehouse.migrate import SchemaNewer

LANGUAGE = "language"
"""The cookie that remembers it."""
A_YEAR = 365 * 24 * 3600
MOST_FIELDS = 2_000
MOST_PARTS, LONGEST_PART = 20, 10_000
"""Fields that come with a file, and the bytes of one."""
LONGEST_FILE_NAME = 120
AT_ONCE = 4
"""Pages that are made at the same time, and forms: Python makes one at a time, and of many each would wait for all the others."""
OPENING_SECONDS = 4.0
"""For how long at most the page waits, before it opens, for what is read in the background: its first visitors would do so."""
NOBODY = Entered(None, may_enter=False)
UNREADY = (EditionMissing, EditionOlder, DeskBusy, DeskUnwritable, DeskDamaged, SchemaNewer)


def make(options: Options) -> ASGIApp:
    """The application, ready to be served."""
    editions = Editions(options.places, old_for_seconds=options.old_for_seconds)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        try:
            first, *others = options.languages
            await run_in_threadpool(_warm, first, options)
            warming = threading.Thread(target=_warm_all, args=(others, options), name="templates", daemon=True)
            warming.start()
            if options.old_for_seconds:
                editions.follow(lambda: options.now().astimezone(options.timezone).date(), read)
                await run_in_threadpool(editions.wait, OPENING_SECONDS)
                await run_in_threadpool(warming.join, OPENING_SECONDS)
            yield
        finally:
            try:
                await run_in_threadpool(editions.close)  # it waits for what is being read, and visits under way must go on
            finally:
                unsettle()

    def read(opened: Opened) -> None:
        with without_collecting():
            opened.read_ahead(options.languages)
            rehearsal.make(house, opened)
        settle()

    rehearsal = Rehearsal(options.languages)
    house = House(options, editions, Sessions(options.key, is_secure=options.is_secure), Register(options.users), Attempts())
    reception = _Reception(house, rehearsal)
    routes: list[Route | Mount] = [
        Route("/", reception.home),
        Mount("/static", _Static(directory=str(files("portal").joinpath("static")))),
    ]
    for at in PAGES:
        routes += reception.routes(at)
    handlers = {HTTPException: reception.trouble, Exception: reception.fault}
    # Around everything, also around what answers for faults.
    return Guard(Starlette(routes=routes, exception_handlers=handlers, lifespan=lifespan), options.names)


def _warm(code: str, options: Options) -> None:
    """Read what every page of a language needs and no edition changes: else the first visitors would wait for it."""
    catalogue(code)
    warm(code)
    Tongue(code, options.timezone).country("SE")
    programmes()


def _warm_all(codes: Sequence[str], options: Options) -> None:
    for code in codes:
        _warm(code, options)


class _Static(StaticFiles):
    """Our own files; what is asked for with its digest never changes."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        if scope["query_string"].startswith(b"v="):
            response.headers["cache-control"] = f"public, max-age={A_YEAR}, immutable"
        return response


class _Reception:
    """Where requests arrive."""

    def __init__(self, house: House, rehearsal: Rehearsal) -> None:
        self._house, self._rehearsal = house, rehearsal
        self._readers, self._writers = asyncio.Semaphore(AT_ONCE), asyncio.Semaphore(AT_ONCE)
        self._languages = house.options.languages

    def routes(self, at: At) -> list[Route | Mount]:
        """A page in every language, as HTML and as JSON, and without a language, which leads to the reader's own."""
        found: list[Route | Mount] = []
        for language in self._languages:
            if at.has_json:
                found.append(Route(f"/{language}{at.path}.json", self._endpoint(at, language, is_json=True)))
            methods = [*(["GET"] if at.shows else []), *(["POST"] if at.takes else [])]
            found.append(Route(f"/{language}{at.path}", self._endpoint(at, language, is_json=False), methods=methods))
        return [*found, Route(at.path, self.home)] if at.shows else found

    async def home(self, request: Request) -> Response:
        """To the language that is remembered, or asked for, or the first."""
        remembered = request.cookies.get(LANGUAGE, "")
        code = remembered if remembered in self._languages else self._asked_language(request)
        path = request.url.path if request.url.path != "/" else "/clusters"
        asked = f"?{request.url.query}" if request.url.query else ""
        headers = {"location": f"/{code}{path}{asked}", "vary": "Accept-Language, Cookie"}
        return Response(status_code=307, headers=headers)

    def _asked_language(self, request: Request) -> str:
        return best(request.headers.get("accept-language", ""), self._languages)

    def _endpoint(self, at: At, language: str, *, is_json: bool) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            form, upload = await _form(request, at) if request.method == "POST" else (NOTHING, None)
            room = self._writers if request.method == "POST" else self._readers
            async with room:
                return await run_in_threadpool(self._answered, request, at, language, form, upload, is_json)

        return endpoint

    @opened_once()
    def _answered(self, request: Request, at: At, language: str, form: Query, upload: Upload | None, is_json: bool) -> Response:
        visit, is_new = self._visit(request, language, form)
        visit = replace(visit, upload=upload)
        try:
            visit = replace(
                visit, entered=enter(visit.options, self._house.register, visit.session, _peer(request), request.headers)
            )
            if request.method == "POST":
                _check_form(visit, request)
            answer = self._let_in(visit, at, request.method, is_json)
        except UNREADY as trouble:
            answer = refused.page(visit, _unready(trouble))
        except Refusal as refusal:
            answer = refused.page(visit, refusal)
        response = _response(answer, visit, is_json=is_json)
        if not is_json:
            self._remember(response, request, visit, answer, is_new)
        return response

    def _let_in(self, visit: Visit, at: At, method: str, is_json: bool) -> Answer:
        """The page, or the way to the door."""
        handler: Handler | None = at.takes if method == "POST" else at.shows
        if handler is None:
            raise HTTPException(405)
        if visit.entered.may_enter or at.is_open:
            answer = handler(visit)
            if method == "GET" and not is_json and isinstance(answer, Page) and answer.status == 200:
                self._rehearsal.note(at, visit)
            return answer
        if visit.entered.is_by_proxy:
            raise Refusal(403, "not_by_proxy")
        if is_json or method == "POST" or visit.is_partial:
            raise Refusal(401, "sign_in")
        wanted = visit.address(visit.asked.to(visit.path))
        return Redirect(Query((("next", wanted),)).to(SIGN_IN))

    def _visit(self, request: Request, language: str, form: Query) -> tuple[Visit, bool]:
        path = request.url.path.removeprefix(f"/{language}").removesuffix(".json") or "/"
        sessions = self._house.sessions
        session, is_new = sessions.read(request.cookies.get(sessions.cookie), self._house.options.now())
        visit = Visit(
            house=self._house,
            tongue=Tongue(language, self._house.options.timezone),
            path=path,
            asked=query(request.query_params.multi_items()[:MOST_FIELDS]),
            session=session,
            entered=NOBODY,
            origin=_origin(request, is_secure=self._house.options.is_secure),
            client=client_of(self._house.options.proxies, _peer(request), request.headers.get("x-forwarded-for", "")),
            names={name: str(value) for name, value in request.path_params.items()},
            form=form,
            preferences=Preferences.read(request.cookies),
            # A browser that goes back asks for the whole page.
            is_partial="hx-request" in request.headers and "hx-history-restore-request" not in request.headers,
        )
        return visit, is_new

    def _remember(self, response: Response, request: Request, visit: Visit, answer: Answer, is_new: bool) -> None:
        """Write the language, the preferences and the session into the browser, where they changed."""
        is_secure, language = visit.options.is_secure, visit.tongue.code
        if request.cookies.get(LANGUAGE) != language:
            response.set_cookie(LANGUAGE, language, max_age=A_YEAR, httponly=True, samesite="lax", secure=is_secure)
        chosen = None if isinstance(answer, File) else answer.preferences
        for name, value in chosen.cookies().items() if chosen else ():
            if value == request.cookies.get(name, ""):
                continue
            if value:
                response.set_cookie(name, value, max_age=A_YEAR, httponly=True, samesite="lax", secure=is_secure)
            else:
                response.delete_cookie(name, httponly=True, samesite="lax", secure=is_secure)
        after = _after(visit, answer)
        if is_new or after != visit.session:
            sessions = self._house.sessions
            value = sessions.written(after, visit.now)
            response.set_cookie(sessions.cookie, value, httponly=True, samesite="lax", secure=is_secure, path="/")

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
        of_path = next((code for code in self._languages if path.startswith(f"/{code}/")), None)
        remembered = request.cookies.get(LANGUAGE, "")
        code = of_path or (remembered if remembered in self._languages else self._asked_language(request))
        visit, _ = self._visit(request, code, NOTHING)

        def answered() -> Response:
            try:
                entered = enter(visit.options, self._house.register, visit.session, _peer(request), request.headers)
            except UNREADY:
                entered = NOBODY
            known = replace(visit, entered=entered)
            return _response(refused.page(known, refusal), known, is_json=path.endswith(".json"))

        return await run_in_threadpool(answered)


def _origin(request: Request, *, is_secure: bool) -> str:
    """Under which scheme and host the page was asked for; a proxy with HTTPS stands before it where we were told so."""
    return f"{'https' if is_secure else request.url.scheme}://{request.headers.get('host', '')}"


def _peer(request: Request) -> str:
    return request.client.host if request.client else ""


def _check_form(visit: Visit, request: Request) -> None:
    """Raise Refusal unless a form comes from a page of ours, in the session that was given it."""
    origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site", "same-origin")
    is_strange = origin is not None and not _is_ours(visit, origin, request.headers.get("host", ""))
    if is_strange or site not in ("same-origin", "none"):
        raise Refusal(403, "strange_form")
    if not visit.house.sessions.is_token(visit.session, visit.form.one("token")):
        raise Refusal(403, "stale_form")


def _is_ours(visit: Visit, origin: str, host: str) -> bool:
    """Whether an origin is this page: under the name that was asked for, or one that it is known to be reached under."""
    try:
        netloc = urlsplit(origin).netloc.lower()
    except ValueError:
        return False
    return bool(netloc) and (netloc == host.lower() or host_name(netloc) in visit.options.names)


def _after(visit: Visit, answer: Answer) -> Session:
    """The session as it is from now on: what was said once is said."""
    if isinstance(answer, Redirect):
        return answer.session or visit.session
    is_said = isinstance(answer, Page) and not visit.is_partial and answer.says(visit.session)
    return replace(visit.session, said=None) if is_said else visit.session


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
                return Response(as_json(answer.for_programs()), answer.status, headers, JSON)
            return Response(html(answer, visit), answer.status, headers, HTML)
        case Redirect(to, is_for_good):
            suffix = ".json" if is_json else ""
            path, mark, asked = to.partition("?")
            whole = path if answer.is_whole else visit.address(path)
            headers = {"location": f"{whole}{suffix}{mark}{asked}"}
            return Response(status_code=301 if is_for_good else 303, headers=headers)
        case File(content, media_type, name, is_inline):
            how = "inline" if is_inline else "attachment"
            headers = {"content-disposition": f'{how}; filename="{name}"', "cache-control": "private, no-store"}
            return Response(content, 200, headers, media_type)


async def _form(request: Request, at: At) -> tuple[Query, Upload | None]:
    """What was sent: the fields of a form, and the file that came with it, where the page takes one."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data" and at.takes_file:
        return await _form_with_file(request)
    body = await request.body()
    if kind != "application/x-www-form-urlencoded":
        raise HTTPException(415)
    try:
        return query(parse_qsl(body.decode("ascii", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS)), None
    except ValueError as error:
        raise HTTPException(400) from error


async def _form_with_file(request: Request) -> tuple[Query, Upload | None]:
    async with request.form(max_files=1, max_fields=MOST_PARTS, max_part_size=LONGEST_PART) as form:
        pairs, upload = [], None
        for name, value in form.multi_items():
            if isinstance(value, UploadFile):
                # Browsers of old sent the whole path; a name that hides something is shown as it is.
                called = visible((value.filename or "").replace("\\", "/").rpartition("/")[2])
                upload = Upload(short(called, LONGEST_FILE_NAME), await value.read())
            else:
                pairs.append((name, value))
    return query(pairs), upload
