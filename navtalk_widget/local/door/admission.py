"""Who may come in: what a client asks for in its URL, the licences that are good, and the names of this machine."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from hmac import compare_digest
from typing import Literal
from urllib.parse import urlsplit

DEFAULT_CHARACTER = "navtalk.Leo"

NAVTALK_HOSTS = ("api.navtalk.ai", "transfer.navtalk.ai")
"""Clients whose addresses cannot be set get here by a host file; no stranger's page can use these names."""

Mode = Literal["assistant", "transparency", "audio_back"]
"""What a conversation is for: to talk with the avatar, or to have it speak what the client sends."""


@dataclass(frozen=True, slots=True)
class Visit:
    """What a client asks for in its URL. `license`, `user_id` and `options` are secrets and stay out of `repr`.

    `options` names what a kernel has told the service over its pipe; nobody else can name any.
    """

    license: str = field(repr=False)
    character: str
    avatar_id: str
    mode: Mode
    user_id: str = field(repr=False)
    options: str = field(default="", repr=False)

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Visit:
        """Read a query such as ``license=…&characterName=navtalk.Leo`` or ``license=…&avatarId=…&audioBack=true``."""
        mode: Mode = "assistant"
        if query.get("model") == "transparency":
            mode = "transparency"
        elif query.get("audioBack", "").lower() in ("true", "1"):
            mode = "audio_back"
        return cls(
            license=query.get("license", ""),
            character=query.get("name") or query.get("characterName") or DEFAULT_CHARACTER,
            avatar_id=query.get("avatarId", ""),
            mode=mode,
            user_id=query.get("userId", ""),
            options=query.get("options", ""),
        )


class Licences:
    """The licences that open the service; with none, every client is let in.

    Args:
        keys: the good ones.
    """

    def __init__(self, keys: Collection[str]) -> None:
        self._keys = tuple(keys)

    @property
    def required(self) -> bool:
        """Whether a client must present one."""
        return bool(self._keys)

    def admit(self, given: str) -> bool:
        """Whether a client that presents this is let in."""
        return not self._keys or any([same(given, key) for key in self._keys])

    def owner(self, given: str) -> str:
        """Whose things a client sees and makes: its licence's, or everybody's where none is required."""
        return given if self._keys else ""


def same(given: str, secret: str) -> bool:
    """Compare without telling by the time it takes how much of a secret was right."""
    return compare_digest(given.encode("utf-8", "surrogatepass"), secret.encode("utf-8", "surrogatepass"))


def names_this_service(header: str, host: str) -> bool:
    """Whether a `Host` header names loopback, the address the service listens on, or the service it stands in for.

    A web page can make its own domain resolve to this machine and then talk to its ports with no origin check in
    the way (DNS rebinding); the `Host` header gives it away. `Origin` is not looked at: clients are served from
    anywhere, and where a licence is required they must know it.

    Args:
        header: as the request has it.
        host: what the service was told to listen on.
    """
    try:
        name = urlsplit(f"//{header}").hostname or ""
    except ValueError:
        return False
    if name in ("localhost", host.lower(), *NAVTALK_HOSTS):
        return True
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        # A service on all interfaces is also called by the machine's name.
        return listens_everywhere(host) and name in (socket.gethostname().lower(), socket.getfqdn().lower())
    return address.is_loopback or listens_everywhere(host)


def listens_everywhere(host: str) -> bool:
    """Whether this is no address of one interface, but stands for all of them."""
    try:
        return host == "" or ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return False
