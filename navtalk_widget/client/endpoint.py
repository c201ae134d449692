"""Where a service is, and which one to use."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote, urlencode, urlsplit

from pydantic import SecretStr

from navtalk_widget.errors import ConfigurationError
from navtalk_widget.protocol.v1 import MAIN_PATHS, SIGNALLING_PATHS

CLOUD_V1_MAIN = "wss://api.navtalk.ai/api/realtime-api"
CLOUD_V1_SIGNALLING = "wss://api.navtalk.ai/iwebrtc"
"""The addresses of the first generation's documentation."""

LICENSE_VARIABLE = "NAVTALK_LICENSE"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """The addresses of a service's two sockets, and the key to them.

    The key is part of the addresses that the protocol wants, so these are made only to be connected to; the
    `repr` shows neither.
    """

    main_address: str
    signalling_address: str
    license: SecretStr

    def main_url(self, character: str) -> str:
        """The main socket's address, **with the licence in it**."""
        query = {"license": self.license.get_secret_value(), "characterName": character}
        return f"{self.main_address}?{urlencode(query, quote_via=quote)}"

    def signalling_url(self, session_id: str | None) -> str:
        """The signalling socket's address: by session where the service named one, else by licence."""
        query = {"userId": session_id or self.license.get_secret_value()}
        return f"{self.signalling_address}?{urlencode(query, quote_via=quote)}"


@dataclass(frozen=True, slots=True)
class ServiceChoice:
    """Which service a conversation uses. `address` is the base of a service named by URL."""

    kind: Literal["local", "v1", "url"]
    license: SecretStr
    address: str = ""

    def __reduce__(self) -> str:
        raise TypeError("a service's licence is not to be pickled")

    @property
    def label(self) -> str:
        """One line for the person: which service this is, and where their words go."""
        if self.kind == "local":
            return "Local service: no account, nothing leaves this machine"
        return f"NavTalk service at {urlsplit(self.address or CLOUD_V1_MAIN).netloc}"

    def endpoint(self) -> Endpoint:
        """The addresses of a service that is not the embedded one."""
        if self.kind == "v1":
            return Endpoint(CLOUD_V1_MAIN, CLOUD_V1_SIGNALLING, self.license)
        return endpoint_at(self.address, self.license)


def endpoint_at(address: str, license: SecretStr) -> Endpoint:
    """The sockets of a service whose base address is known, such as ``ws://127.0.0.1:8810``."""
    base = address.rstrip("/")
    return Endpoint(base + MAIN_PATHS[0], base + SIGNALLING_PATHS[0], license)


def choose_service(
    service: str = "auto", *, protocol: str | None = None, license: str | SecretStr | None = None
) -> ServiceChoice:
    """Decide which service to use.

    Args:
        service: ``"auto"`` takes the cloud where there is a licence and the embedded service where there is
            none; ``"local"``, ``"v1"``; or the ``ws://`` / ``wss://`` address of a service.
        protocol: the generation spoken at an address; only ``"v1"`` so far.
        license: the licence key; without it the environment variable ``NAVTALK_LICENSE`` counts, but only for
            NavTalk's own hosts.

    Raises:
        ConfigurationError: the words do not name a service that this version can talk to.
    """
    license = as_secret(license)  # tracebacks that show variables show no secret
    if protocol == "v2" or service == "v2":
        raise ConfigurationError("The second generation is not spoken yet.", hint='Use service="v1", or "local".')
    if protocol not in (None, "v1"):
        raise ConfigurationError(f"There is no protocol {protocol!r}.", hint='Use protocol="v1".')
    if not isinstance(service, str):
        raise ConfigurationError(f"service= must be a text, not {type(service).__name__}.", hint=_SERVICES)
    key = license or as_secret(os.environ.get(LICENSE_VARIABLE))
    if service == "local" or (service == "auto" and key is None):
        return ServiceChoice("local", SecretStr(""))
    if service in ("auto", "v1"):
        if key is None:
            raise ConfigurationError(
                "The NavTalk cloud needs a licence key.",
                hint=f"Pass license=, set {LICENSE_VARIABLE}, or use service='local'.",
            )
        return ServiceChoice("v1", key)
    host = _host(service)
    if license is None and not host.endswith(".navtalk.ai"):
        key = None  # the environment's key is no business of other hosts
    return ServiceChoice("url", key or SecretStr(""), service)


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
    if parts.path.rstrip("/").endswith(MAIN_PATHS):
        raise ConfigurationError(
            "service= names one socket of a service.", hint="Leave the path out: the service has several sockets."
        )
    return host


_SERVICES = 'Use "auto", "local", "v1", or an address such as ws://127.0.0.1:8810, without a query.'
