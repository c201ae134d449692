"""Where a service is, and which one to use."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Literal, cast
from urllib.parse import quote, urlencode, urlsplit

from pydantic import SecretStr

from navtalk_widget.errors import ConfigurationError
from navtalk_widget.protocol import v1, v2
from navtalk_widget.protocol.codec import Codec
from navtalk_widget.protocol.media_frames import MEDIA_PATH, MediaUse, VideoCodec

Generation = Literal["v1", "v2"]

CODECS: dict[Generation, Codec] = {"v1": v1, "v2": v2}

CLOUD_V1_MAIN = "wss://api.navtalk.ai/api/realtime-api"
CLOUD_V1_SIGNALLING = "wss://api.navtalk.ai/iwebrtc"
"""The addresses of the first generation's documentation."""

CLOUD_V2 = "wss://transfer.navtalk.ai/wss/v2/realtime-chat"
"""The address of the second generation's documentation."""

ICE_SERVERS_PATH = "/api/webrtc/generate-ice-servers"

LICENSE_VARIABLE = "NAVTALK_LICENSE"

TRANSPARENCY = "transparency"
"""The "model" with which the avatar says what it is sent, and no assistant answers."""


@dataclass(frozen=True, slots=True)
class AvatarChoice:
    """Whom to talk with, as the service is told it."""

    character: str
    avatar_id: str = ""
    """Counts more than the name; second generation only."""
    model: str = ""
    """What the service is to use for a mind; empty for its own choice."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """The addresses of a service's sockets, and the key to them.

    The key is part of the addresses that the protocol wants, so these are made only to be connected to; the
    `repr` shows neither.
    """

    protocol: Generation
    main_address: str
    signalling_address: str
    """Of the first generation; the second has one socket for everything."""
    license: SecretStr
    options: SecretStr = field(default_factory=lambda: SecretStr(""))
    """Names what the embedded service was told beforehand that this conversation wants."""

    def __reduce__(self) -> str:
        raise TypeError("a service's licence is not to be pickled")

    @property
    def codec(self) -> Codec:
        """Reads and writes the messages of the main socket."""
        return CODECS[self.protocol]

    @property
    def on_loopback(self) -> bool:
        """Whether the service is on this machine."""
        return urlsplit(self.main_address).hostname in ("127.0.0.1", "localhost", "::1")

    @property
    def ice_servers_address(self) -> str:
        """Where late services of the first generation tell which ICE servers to use."""
        parts = urlsplit(self.signalling_address)
        return f"{'https' if parts.scheme == 'wss' else 'http'}://{parts.netloc}{ICE_SERVERS_PATH}"

    def main_url(self, avatar: AvatarChoice) -> str:
        """The main socket's address, **with the licence in it**."""
        query = {"license": self.license.get_secret_value()}
        if self.protocol == "v1":
            query["characterName"] = avatar.character
        elif avatar.avatar_id:
            query["avatarId"] = avatar.avatar_id
        else:
            query["name"] = avatar.character
        if avatar.model:
            query["model"] = avatar.model
        if options := self.options.get_secret_value():
            query["options"] = options
        return f"{self.main_address}?{urlencode(query, quote_via=quote)}"

    @property
    def media_address(self) -> str:
        """Where the embedded service sends voice and picture over a WebSocket."""
        parts = urlsplit(self.main_address)
        return f"{parts.scheme}://{parts.netloc}{MEDIA_PATH}"

    def media_url(self, session_id: str, codec: VideoCodec, use: MediaUse = "page") -> str:
        """The media socket's address, **with the licence in it**."""
        query = {"sessionId": session_id, "license": self.license.get_secret_value(), "codec": codec, "use": use}
        return f"{self.media_address}?{urlencode(query, quote_via=quote)}"

    def signalling_url(self, session_id: str | None) -> str:
        """The signalling socket's address: by session where the service named one, else by licence."""
        query = {"userId": session_id or self.license.get_secret_value()}
        return f"{self.signalling_address}?{urlencode(query, quote_via=quote)}"


@dataclass(frozen=True, slots=True)
class ServiceChoice:
    """Which service a conversation uses. `address` is the base of a service named by URL."""

    kind: Literal["local", "cloud", "url"]
    protocol: Generation
    license: SecretStr
    address: str = ""

    def __reduce__(self) -> str:
        raise TypeError("a service's licence is not to be pickled")

    @property
    def label(self) -> str:
        """One line for the person: which service this is, and where their words go."""
        if self.kind == "local":
            return "Local service: no account"
        return f"NavTalk service at {urlsplit(self.endpoint().main_address).netloc}"

    def endpoint(self) -> Endpoint:
        """The addresses of a service that is not the embedded one."""
        if self.kind == "url":
            return endpoint_at(self.address, self.license, self.protocol)
        if self.protocol == "v1":
            return Endpoint("v1", CLOUD_V1_MAIN, CLOUD_V1_SIGNALLING, self.license)
        return Endpoint("v2", CLOUD_V2, "", self.license)


def endpoint_at(address: str, license: SecretStr, protocol: Generation) -> Endpoint:
    """The sockets of a service whose base address is known, such as ``ws://127.0.0.1:8810``."""
    base = address.rstrip("/")
    if protocol == "v2":
        return Endpoint("v2", base + v2.MAIN_PATHS[0], "", license)
    return Endpoint("v1", base + v1.MAIN_PATHS[0], base + v1.SIGNALLING_PATHS[0], license)


def choose_service(
    service: str = "auto",
    *,
    protocol: str | None = None,
    license: str | SecretStr | None = None,
    avatar: AvatarChoice | None = None,
) -> ServiceChoice:
    """Decide which service to use, and which generation of the protocol.

    Args:
        service: ``"auto"`` takes the cloud where there is a licence and the embedded service where there is
            none; ``"local"``, ``"v1"``, ``"v2"``; or the ``ws://`` / ``wss://`` address of a service, with or
            without the path of its main socket.
        protocol: the generation spoken, where the service does not tell: ``"v1"``, ``"v2"``, or None for the
            first that can do what the avatar needs.
        license: the licence key; without it the environment variable ``NAVTALK_LICENSE`` counts, but only for
            NavTalk's own hosts.
        avatar: whom to talk with; an avatar's identifier and transparency are known to the second generation only.

    Raises:
        ConfigurationError: the words do not name a service that this version can talk to.
    """
    license = as_secret(license)  # tracebacks that show variables show no secret
    if protocol not in (None, "v1", "v2"):
        raise ConfigurationError(f"There is no protocol {protocol!r}.", hint='Use protocol="v1" or protocol="v2".')
    if not isinstance(service, str):
        raise ConfigurationError(f"service= must be a text, not {type(service).__name__}.", hint=_SERVICES)
    base, named = _split(service)
    if None not in (protocol, named) and protocol != named:
        raise ConfigurationError(f"service= speaks {named}, not {protocol}.", hint="Leave protocol= out.")
    spoken = _generation(named or cast(Generation | None, protocol), avatar)
    key = license or as_secret(os.environ.get(LICENSE_VARIABLE))
    if service == "local" or (service == "auto" and key is None):
        return ServiceChoice("local", spoken, SecretStr(""))
    if service in ("auto", "v1", "v2"):
        if key is None:
            raise ConfigurationError(
                "The NavTalk cloud needs a licence key.",
                hint=f"Pass license=, set {LICENSE_VARIABLE}, or use service='local'.",
            )
        return ServiceChoice("cloud", spoken, key)
    if license is None and not _host(base).endswith(".navtalk.ai"):
        key = None  # the environment's key is no business of other hosts
    return ServiceChoice("url", spoken, key or SecretStr(""), base)


def as_secret(license: str | SecretStr | None) -> SecretStr | None:
    """Wrap a licence key so that no `repr` shows it; None for none.

    Raises:
        ConfigurationError: it is no text.
    """
    if license is None or isinstance(license, SecretStr):
        return license or None
    if not isinstance(license, str):
        raise ConfigurationError(f"license= must be a text, not {type(license).__name__}.")
    return SecretStr(license) if license else None


def _generation(spoken: Generation | None, avatar: AvatarChoice | None) -> Generation:
    if avatar is None or not (avatar.avatar_id or avatar.model == TRANSPARENCY):
        return spoken or "v1"
    if spoken == "v1":
        what = "avatar_id=" if avatar.avatar_id else f"model={TRANSPARENCY!r}"
        raise ConfigurationError(f"The first generation has no {what}.", hint='Use service="v2" or protocol="v2".')
    return "v2"


def _split(service: str) -> tuple[str, Generation | None]:
    """A service's words or base address, and the generation where they tell."""
    if service in ("v1", "v2"):
        return service, cast(Generation, service)
    if service in ("auto", "local"):
        return service, None
    _host(service)
    address = service.rstrip("/")
    if address.endswith(v1.SIGNALLING_PATHS):
        raise ConfigurationError(
            "service= names the signalling socket of a service.", hint="Leave the path out, or name the main socket."
        )
    generations: tuple[tuple[Generation, tuple[str, ...]], ...] = (("v2", v2.MAIN_PATHS), ("v1", v1.MAIN_PATHS))
    for generation, paths in generations:
        for path in paths:
            if address.endswith(path):
                return address.removesuffix(path), generation
    return address, None


def _host(address: str) -> str:
    """The host of a service's address.

    Raises:
        ConfigurationError: it is no address of a service.
    """
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:  # brackets that do not match, a port that is none
        host, port = None, None
    if not host or parts.scheme not in ("ws", "wss") or port == 0 or parts.query or parts.username is not None:
        raise ConfigurationError("service= is none that this version knows.", hint=_SERVICES)
    return host


_SERVICES = 'Use "auto", "local", "v1", "v2", or an address such as ws://127.0.0.1:8810, without a query.'
