"""Delivering messages: to a real mail server and a real webhook on this machine."""

from __future__ import annotations

import base64
import contextlib
import email
import logging
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message as Mail
from typing import Any

import pytest
import requests

from support.webhook import hooked
from sync.telling.by_apprise import Message, Tone, is_understood, scheme, send, short_name

MESSAGE = Message("clusterbridge: eccp held", "eccp is held: wanted 1000, found 31\nWhat to do: look\n", Tone.WARNING)


@dataclass
class MailServer:
    """Speaks as much SMTP (RFC 5321) as a mail client needs; ``mails`` are those that it took."""

    listener: socket.socket
    refuses: bool = False
    mails: list[Mail] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)

    @property
    def port(self) -> int:
        return int(self.listener.getsockname()[1])

    def serve(self) -> None:
        with contextlib.suppress(OSError):  # the test is over
            while True:
                connection, _ = self.listener.accept()
                with connection, connection.makefile("rwb") as stream:
                    self._talk(stream)

    def _talk(self, stream: Any) -> None:
        def say(line: str) -> None:
            stream.write(line.encode() + b"\r\n")
            stream.flush()

        say("220 mail.example")
        while line := stream.readline().decode().strip():
            verb = line.split()[0].upper()
            if verb == "EHLO":
                say("250-mail.example")
                say("250 AUTH PLAIN")
            elif verb == "AUTH":
                self.logins.append(base64.b64decode(line.split()[2]).decode())
                say("235 welcome")
            elif verb == "MAIL" and self.refuses:
                say("451 not now")
            elif verb == "DATA":
                say("354 go on")
                lines = []
                while (piece := stream.readline()) != b".\r\n":
                    lines.append(piece)
                self.mails.append(email.message_from_bytes(b"".join(lines)))
                say("250 taken")
            elif verb == "QUIT":
                say("221 bye")
                return
            else:
                say("250 well")


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    one = MailServer(socket.create_server(("127.0.0.1", 0)))
    thread = threading.Thread(target=one.serve, daemon=True)
    thread.start()
    yield one
    one.listener.shutdown(socket.SHUT_RDWR)
    one.listener.close()
    thread.join(5)


def mail_address(server: MailServer) -> str:
    return f"mailto://robot:s3cret-word@127.0.0.1:{server.port}/?from=robot@operator.example&to=staff@operator.example"


def text_of(mail: Mail) -> str:
    parts = [part for part in mail.walk() if part.get_content_type() == "text/plain"]
    payload = parts[0].get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode()


def test_a_mail_arrives_with_its_subject_and_its_words(mail_server: MailServer) -> None:
    assert send(mail_address(mail_server), MESSAGE) == ""
    (mail,) = mail_server.mails
    assert mail["Subject"] == MESSAGE.subject
    assert mail["To"] == "staff@operator.example"
    assert "wanted 1000, found 31" in text_of(mail)
    assert "s3cret-word" in mail_server.logins[0]
    assert "s3cret-word" not in mail.as_string()


def test_a_webhook_is_given_the_message_as_json() -> None:
    with hooked() as hook:
        assert send(hook.address, MESSAGE) == ""
    (sent,) = hook.bodies
    assert (sent["title"], sent["type"]) == (MESSAGE.subject, "warning")
    assert "wanted 1000, found 31" in sent["message"]


@pytest.mark.parametrize(("said", "wanted"), [("", (10.0, 20.0)), ("?rto=25", (10.0, 25.0)), ("?cto=2&rto=3", (2.0, 3.0))])
def test_a_slow_service_is_waited_for_as_long_as_its_address_says_or_we_do(
    monkeypatch: pytest.MonkeyPatch, said: str, wanted: tuple[float, float]
) -> None:
    waits: list[object] = []
    request = requests.Session.request

    def noted(*given: Any, timeout: object, **named: Any) -> requests.Response:
        waits.append(timeout)
        return request(*given, timeout=timeout, **named)

    monkeypatch.setattr(requests.Session, "request", noted)
    with hooked() as hook:
        assert send(hook.address + said, MESSAGE) == ""
    assert (waits, len(hook.bodies)) == ([wanted], 1)


def test_a_server_that_refuses_is_no_exception_but_a_reason(mail_server: MailServer) -> None:
    mail_server.refuses = True
    assert send(mail_address(mail_server), MESSAGE)
    assert mail_server.mails == []


@pytest.mark.parametrize(
    "address",
    [
        "mailto://robot:s3cret-word@127.0.0.1:9/?from=robot@operator.example&to=staff@operator.example",
        "json://robot:s3cret-word@127.0.0.1:9/s3cret-word/path?+X-Token=s3cret-word",
        "mailto://s3cret-word",
        "nonsense://s3cret-word",
        "s3cret-word",
    ],
)
def test_whatever_goes_wrong_nothing_of_an_address_is_said(
    address: str, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    why = send(address, MESSAGE)
    said = why + repr(scheme(address)) + short_name(address) + "".join(capfd.readouterr())
    assert why
    for secret in ("s3cret-word", "robot", "staff"):
        assert secret not in said
    assert not logging.getLogger("apprise").propagate


@pytest.mark.parametrize(
    ("address", "is_so"),
    [
        ("mailtos://robot:word@mail.example", True),
        ("jsons://hook.example/path", True),
        ("https://hook.example/path", False),  # a webhook is written jsons://
        ("mailtos://", False),
        ("", False),
    ],
)
def test_an_address_is_checked_without_asking_anybody(address: str, is_so: bool) -> None:
    assert is_understood(address) is is_so


def test_characters_that_a_terminal_obeys_are_not_sent(mail_server: MailServer) -> None:
    wild = Message("clusterbridge:\r\nBcc: all@operator.example", "a\x1b[2Jb\nc", Tone.INFO)
    assert send(mail_address(mail_server), wild) == ""
    (mail,) = mail_server.mails
    assert mail["Bcc"] is None
    assert "a\\x1b[2Jb\nc" in text_of(mail).replace("\r\n", "\n")
