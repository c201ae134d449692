"""The shape of the answers: JSON with `code`, `message` and `data`; and the reading of bodies, within bounds."""

from __future__ import annotations

import asyncio
import json
from typing import Any, TypeVar

from aiohttp import web
from pydantic import BaseModel, ValidationError

B = TypeVar("B", bound=BaseModel)

MAX_BODY_BYTES = 256 * 2**10

BODY_TIMEOUT_S = 10.0


class Refusal(Exception):
    """A request that gets no success.

    Args:
        status: of HTTP.
        message: why, in words.
    """

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


def success(data: Any) -> web.Response:
    """What was asked for."""
    return web.json_response({"code": 200, "message": "SUCCESS", "data": data})


def failure(status: int, message: str) -> web.Response:
    """Why there is nothing; the HTTP status is in the body too, where some clients look first."""
    return web.json_response({"code": status, "message": message, "data": None}, status=status)


async def body_of(request: web.Request, model: type[B]) -> B:
    """Read a JSON body; an empty one is an empty object.

    Raises:
        Refusal: it does not come, or is not what it should be.
    """
    try:
        body = await asyncio.wait_for(request.read(), BODY_TIMEOUT_S)
    except asyncio.TimeoutError as error:
        raise Refusal(408, "The body did not come in time.") from error
    try:
        fields = json.loads(body) if body.strip() else {}
    except (ValueError, RecursionError) as error:
        raise Refusal(400, "The body is not JSON.") from error
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        field = ".".join(str(part) for part in first["loc"]) or "the body"
        raise Refusal(400, f"{field}: {first['msg']}.") from error
