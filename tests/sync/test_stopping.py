"""Being told to stop."""

from __future__ import annotations

import os
import signal
import socket
import threading
from collections.abc import Callable
from typing import Any

import pytest

from sync.stopping import FINISH_SECONDS, Interrupted, StoppableClock, Stopped, told_by_signals

PAGE = b"<html><title>A page</title><p>Words</p></html>"
HEAD = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(PAGE)}\r\n\r\n".encode()


def soon(act: Callable[[], Any]) -> threading.Timer:
    timer = threading.Timer(0.1, act)
    timer.start()
    return timer


def test_a_nap_ends_when_the_run_is_told_to_stop() -> None:
    stopping = threading.Event()
    soon(stopping.set)
    with pytest.raises(Stopped, match="waited for its next request"):
        StoppableClock(stopping).sleep(3_600)


def test_a_nap_is_slept_through_when_nobody_says_anything() -> None:
    clock = StoppableClock(threading.Event())
    before = clock.monotonic()
    clock.sleep(0.05)
    clock.sleep(-1)
    assert clock.monotonic() - before >= 0.05


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_tells_to_stop_and_ends_nothing_by_itself(number: signal.Signals) -> None:
    stopping = threading.Event()
    before = signal.getsignal(number)
    with told_by_signals(stopping):
        os.kill(os.getpid(), number)
        assert stopping.wait(5)
    assert signal.getsignal(number) is before


def test_a_second_ctrl_c_ends_at_once_and_a_second_sigterm_does_not() -> None:
    stopping = threading.Event()
    with told_by_signals(stopping):
        os.kill(os.getpid(), signal.SIGTERM)
        assert stopping.wait(5)
        os.kill(os.getpid(), signal.SIGTERM)
        with pytest.raises(Interrupted, match="nothing is lost"):
            os.kill(os.getpid(), signal.SIGINT)


def test_outside_the_main_thread_signals_are_left_alone() -> None:
    seen: list[Any] = []

    def elsewhere() -> None:
        with told_by_signals(threading.Event()):
            seen.append(signal.getsignal(signal.SIGTERM))

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert seen == [signal.getsignal(signal.SIGTERM)]


class HurriedClock(StoppableClock):
    """A clock by which the time that a response has left, once the run is told to stop, is over quickly."""

    def monotonic(self) -> float:
        return super().monotonic() * FINISH_SECONDS / 0.2


@pytest.fixture
def stopping() -> threading.Event:
    return threading.Event()


def test_a_response_that_hangs_is_given_up_once_the_run_is_told_to_stop(
    server: Any, fetcher: Any, stopping: threading.Event
) -> None:
    def hang(connection: socket.socket) -> None:
        connection.sendall(HEAD + PAGE[:10])
        stopping.set()
        connection.recv(1)  # until the client leaves

    server.routes |= {"/robots.txt": server.answer(404, "none"), "/slow": hang}
    one = fetcher(clock=HurriedClock(stopping), is_stopping=stopping.is_set)
    with pytest.raises(Stopped, match="rest of a response"):
        one.fetch(f"{server.base}/slow")


def test_a_response_under_way_may_come_to_its_end(server: Any, fetcher: Any, stopping: threading.Event) -> None:
    def stop_in_the_middle(connection: socket.socket) -> None:
        connection.sendall(HEAD + PAGE[:10])
        stopping.set()
        stopping.wait(0.1)
        connection.sendall(PAGE[10:])

    server.routes |= {"/robots.txt": server.answer(404, "none"), "/slow": stop_in_the_middle}
    one = fetcher(clock=StoppableClock(stopping), is_stopping=stopping.is_set)
    assert one.fetch(f"{server.base}/slow").body == PAGE


def test_a_slow_response_is_waited_for_while_nobody_says_stop(server: Any, fetcher: Any, stopping: threading.Event) -> None:
    def pause(connection: socket.socket) -> None:
        connection.sendall(HEAD + PAGE[:10])
        threading.Event().wait(1.2)  # longer than one look
        connection.sendall(PAGE[10:])

    server.routes |= {"/robots.txt": server.answer(404, "none"), "/slow": pause}
    assert fetcher(clock=StoppableClock(stopping), is_stopping=stopping.is_set).fetch(f"{server.base}/slow").body == PAGE


def test_the_pause_between_two_requests_ends_when_the_run_is_told_to_stop(
    server: Any, fetcher: Any, stopping: threading.Event
) -> None:
    server.routes |= {"/robots.txt": server.answer(404, "none"), "/a": server.page(), "/b": server.page()}
    soon(stopping.set)
    with pytest.raises(Stopped):
        fetcher(clock=StoppableClock(stopping), is_stopping=stopping.is_set, pace_seconds=3_600.0).fetch(f"{server.base}/a")
    assert server.paths() == ["/robots.txt"]
