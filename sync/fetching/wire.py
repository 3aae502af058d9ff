"""One request and its answer: pace, deadline, retries, sizes. What to ask, and whether the answer is a page, is decided above."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from email.message import Message
from typing import Any, Protocol

import httpx
import stamina
import stamina.instrumentation

from sync.clock import Clock
from sync.fetching.answers import Caps, Refusal, Refused, Tally, UnexpectedContent, Unreachable
from sync.fetching.guards import TooLarge, Undecodable, decoded, retry_after_seconds
from sync.fetching.screens import LOOKED_AT_BYTES, challenge
from sync.fetching.shape import is_cut_off
from sync.fetching.transport import Deadline, ForbiddenAddress, GuardedTransport, Resolve

TRY_AGAIN = (429, 502, 503, 504)
NO_TLS = ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE", "PACKET_LENGTH_TOO_LONG", "UNSUPPORTED_PROTOCOL")
"""OpenSSL's reasons where what answers is no TLS, or none that is safe; another try does not mend it."""

# stamina would report every retry to structlog's default logger, which writes to stdout; the journal hears of them below.
stamina.instrumentation.set_on_retry_hooks([])


class Log(Protocol):
    """What the fetcher needs of the journal."""

    def debug(self, event: str, **values: Any) -> Any:
        """Note something for whoever looks closely."""
        ...

    def warning(self, event: str, **values: Any) -> Any:
        """Note something that a person should see."""
        ...


@dataclass(frozen=True)
class Answer:
    """One response, read as far as it is wanted."""

    url: str
    status: int
    headers: httpx.Headers
    body: bytes

    @property
    def content_type(self) -> str | None:
        """The media type, lower case, without parameters."""
        return media_type(self.headers)

    @property
    def is_xml(self) -> bool:
        """Whether it declares to be XML and not XHTML."""
        return self.content_type is not None and self.content_type.endswith("xml") and "xhtml" not in self.content_type

    @property
    def is_page(self) -> bool:
        """Whether it is an HTML page, as far as its head says."""
        return self.status == 200 and self.content_type in ("text/html", "application/xhtml+xml")

    @property
    def is_cut_off(self) -> bool:
        """Whether it is an HTML page that ends in the middle; of a body in pieces httpx has seen the last one."""
        is_framed = "content-length" in self.headers or "transfer-encoding" in self.headers
        return self.is_page and is_cut_off(self.body, is_framed=is_framed)

    @property
    def charset(self) -> str | None:
        """The declared charset, lower case."""
        message = Message()
        message["Content-Type"] = self.headers.get("content-type", "")
        return message.get_content_charset()


def media_type(headers: httpx.Headers) -> str | None:
    """The media type of a response, lower case, without parameters; None: it declares none."""
    return headers.get("content-type", "").partition(";")[0].strip().lower() or None


@dataclass(frozen=True)
class Wanted:
    """What may come back.

    Arguments:
        media_types: of a body with status 200; None: any.
        cap: bytes of a body with status 200.
        cuts: whether a longer one is cut there instead of refused.
    """

    media_types: frozenset[str] | None
    cap: int
    cuts: bool = False


class _Again(Exception):  # noqa: N818  it says what to do
    """A failure that another try may mend."""

    def __init__(self, message: str, status: int | None = None, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.retry_after = retry_after


class Wire:
    """Sends one request at a time, slowly. ``pace_seconds`` may be raised while it works.

    Arguments:
        jitter: a number from 0 to 1; up to a tenth of the pace is added by it.
        may_be_loopback: whether this machine's own addresses are allowed.
        is_stopping: whether the run was told to stop.
    """

    def __init__(
        self,
        user_agent: str,
        *,
        clock: Clock,
        caps: Caps,
        pace_seconds: float,
        log: Log | None,
        resolver: Resolve,
        jitter: Callable[[], float],
        may_be_loopback: bool,
        is_stopping: Callable[[], bool] = lambda: False,
    ) -> None:
        self.pace_seconds = pace_seconds
        self.tally = Tally()
        self._clock = clock
        self._caps = caps
        self._log = log
        self._jitter = jitter
        self._ended_at: float | None = None
        self._closed_pages = 0
        self._have_all_closed = True
        self._deadline = Deadline(clock, is_stopping)
        # gzip is what ``decoded`` can bound.
        self._headers = {"User-Agent": user_agent, "Accept-Encoding": "gzip"}
        # The transport alone: httpx.Client would add cookies, proxies and a reading of Location headers, all unwanted here.
        self._transport = GuardedTransport(self._deadline, resolver, may_be_loopback=may_be_loopback)

    def close(self) -> None:
        """Close the connection."""
        self._transport.close()

    def ask(self, url: str, headers: Mapping[str, str], wanted: Wanted) -> Answer:
        """One answer, whatever its status, with retries. stamina counts them; our clock does the waiting.

        Raises:
            Refused: for a challenge, or status 429 to the last try.
            Unreachable: for no answer, 502, 503 or 504 to the last try; UnexpectedContent where the body is not what is wanted.
        """
        tries, wait = 0, 0.0

        def backoff(error: Exception) -> bool | float:
            nonlocal wait
            if not isinstance(error, _Again):
                return False
            wait = self._caps.backoff_seconds * 2 ** (tries - 1) if error.retry_after is None else error.retry_after
            return 0.0 if wait <= self._caps.retry_after_seconds else False

        try:
            for attempt in stamina.retry_context(on=backoff, attempts=1 + self._caps.retries, timeout=None):
                with attempt:
                    tries = attempt.num
                    if tries > 1:
                        if self._log:
                            self._log.warning("trying again", url=url, after_seconds=round(wait, 1), attempt=tries)
                        self.tally.retries += 1
                        self._sleep(wait)
                    return self._ask_once(url, headers, wanted)
        except _Again as last:
            asked = f" and asked to wait {last.retry_after:.0f} s" if last.retry_after is not None else ""
            told = f"{last}{asked}, tried {tries} times"
            if last.status == 429:
                raise Refused(f"{told}: the network wants fewer requests than we make", by=Refusal.RATE) from last
            raise Unreachable(told, is_temporary=True) from last
        raise AssertionError("stamina gave neither an answer nor an exception")

    def _ask_once(self, url: str, headers: Mapping[str, str], wanted: Wanted) -> Answer:
        self._wait_turn()
        self.tally.requests += 1
        self._deadline.start(self._caps.deadline_seconds)
        try:
            timeout = httpx.Timeout(self._caps.operation_seconds).as_dict()
            request = httpx.Request("GET", url, headers={**self._headers, **headers}, extensions={"timeout": timeout})
            with closing(self._transport.handle_request(request)) as response:
                answer = Answer(url, response.status_code, response.headers, self._body(response, url, wanted))
        except ForbiddenAddress as error:
            raise Unreachable(f"{url} was not asked for: {error}") from error
        except httpx.InvalidURL as error:
            raise Unreachable(f"{url} is no address that can be asked for: {error}") from error
        except httpx.TransportError as error:
            raise self._failed(url, error) from error
        finally:
            self._ended_at = self._clock.monotonic()
        self.tally.body_bytes += len(answer.body)
        if self._log:
            self._log.debug("asked", url=url, status=answer.status, body_bytes=len(answer.body))
        return self._screened(answer)

    def _failed(self, url: str, error: httpx.TransportError) -> Exception:
        """What a failure on the wire means: worth another try or not."""
        if self._deadline.has_passed:
            took = f"{url} was not complete after {self._caps.deadline_seconds:g} s"
            return Unreachable(took, is_temporary=True)
        cause: BaseException | None = error
        while cause is not None:
            if isinstance(cause, ssl.SSLCertVerificationError):
                return Unreachable(f"{url} does not prove who it is: {cause.verify_message}; its certificate has to be mended")
            if isinstance(cause, ssl.SSLError) and cause.reason in NO_TLS:
                return Unreachable(f"{url} does not speak TLS ({cause.reason}); is https right for it? See base in config.toml")
            cause = cause.__cause__ or cause.__context__
        return _Again(f"{url} could not be reached ({type(error).__name__}: {error})")

    def _screened(self, answer: Answer) -> Answer:
        """The answer, unless it is a challenge or a plea to come again. Raises Refused or _Again."""
        sign = challenge(answer.body, answer.charset, answer.headers.get("cf-mitigated"))
        if sign:
            found = f"{answer.url} answered {answer.status} with a check for humans ({sign})"
            raise Refused(f"{found}; we do not work round it", by=Refusal.CHALLENGE)
        if answer.is_cut_off or self._ends_unlike_others(answer):
            raise _Again(f"{answer.url} ended in the middle of the page")
        if answer.status in TRY_AGAIN:
            pause = retry_after_seconds(answer.headers.get("retry-after"), self._clock.now())
            raise _Again(f"{answer.url} answered {answer.status}", answer.status, pause)
        return answer

    def _ends_unlike_others(self, answer: Answer) -> bool:
        """Whether a page lacks the ``</html>`` that every other page of the network had: half of one, whole to the wire."""
        if not answer.is_page or b"<html" not in answer.body.lower():
            return False
        if b"</html" in answer.body.lower():
            self._closed_pages += 1
            return False
        self._have_all_closed &= self._closed_pages > 0
        return self._have_all_closed

    def _body(self, response: httpx.Response, url: str, wanted: Wanted) -> bytes:
        """As much of a body as is wanted: of a page all or nothing, of any other answer enough to see what it says."""
        is_page = response.status_code == 200
        found = media_type(response.headers)
        if is_page and wanted.media_types is not None and found is not None and found not in wanted.media_types:
            raise UnexpectedContent(f"wanted {' or '.join(sorted(wanted.media_types))} at {url}, found {found}")
        cap = wanted.cap if is_page else LOOKED_AT_BYTES
        announced = response.headers.get("content-length", "")[:18]
        if is_page and not wanted.cuts and announced.isdigit() and int(announced) > cap:
            raise UnexpectedContent(f"{url} is too large: wanted {cap:,} bytes at most, found {int(announced):,} announced")
        body = bytearray()
        try:
            for piece in self._pieces(response, cap):
                body += piece
        except TooLarge as error:
            if is_page and not wanted.cuts:
                raise UnexpectedContent(f"{url} is too large: {error}") from error
        except Undecodable as error:
            if is_page:  # of other answers the status says enough
                raise UnexpectedContent(f"{url} cannot be decoded: {error}") from error
        return bytes(body)

    def _pieces(self, response: httpx.Response, cap: int) -> Iterator[bytes]:
        return decoded(response.iter_raw(), response.headers.get("content-encoding", ""), cap)

    def _wait_turn(self) -> None:
        """Wait until the pace allows the next request."""
        if self._ended_at is not None:
            pause = self.pace_seconds * (1 + self._jitter() / 10)
            self._sleep(self._ended_at + pause - self._clock.monotonic())

    def _sleep(self, seconds: float) -> None:
        if seconds > 0:
            self.tally.waited_seconds += seconds
            self._clock.sleep(seconds)
