"""The records of past and present conversations, as NavTalk's own interface for them has it."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from aiohttp import web

from navtalk_widget.local.door.admission import Licences
from navtalk_widget.local.door.http.access import owner_of
from navtalk_widget.local.door.http.replies import Refusal, success
from navtalk_widget.local.records import ConversationRecord, MessageRecord, Records

BASE = "/api/chat"

_TIME = "%Y-%m-%d %H:%M:%S"

_DEFAULT_LIMIT, _MAX_LIMIT = 20, 100


class ConversationRecords:
    """The answers below `BASE`. `cursor` is what `nextCursor` of the page before was.

    Args:
        records: what there is.
        licences: where one is required, it is asked for, as `apikey`, and shows its own conversations only.
    """

    def __init__(self, records: Records, licences: Licences) -> None:
        self._records = records
        self._licences = licences

    def routes(self) -> list[web.RouteDef]:
        """What is answered where."""
        return [
            web.get(f"{BASE}/sessions", self._sessions),
            web.get(f"{BASE}/sessions/{{session_id}}", self._session),
            web.get(f"{BASE}/messages", self._messages),
        ]

    async def _sessions(self, request: web.Request) -> web.Response:
        owner = self._owner(request)
        limit = _limit(request)
        found = self._records.search(
            owner,
            limit=limit + 1,
            before=_number(request, "cursor"),
            since=_time(request, "startTime"),
            until=_time(request, "endTime"),
            status=_number(request, "status"),
        )
        page = found[:limit]
        cursor = str(page[-1].number) if len(found) > limit else None
        return success({"data": [_session(record) for record in page], "nextCursor": cursor})

    async def _session(self, request: web.Request) -> web.Response:
        record = self._find(request, request.match_info["session_id"])
        return success({**_session(record), "messages": [_message(record, message) for message in record.messages]})

    async def _messages(self, request: web.Request) -> web.Response:
        record = self._find(request, request.query.get("sessionId", ""))
        limit, after = _limit(request), _number(request, "cursor") or 0
        found = [message for message in record.messages if message.number > after]
        page = found[:limit]
        cursor = str(page[-1].number) if len(found) > limit else None
        return success({"data": [_message(record, message) for message in page], "nextCursor": cursor})

    def _owner(self, request: web.Request) -> str:
        return owner_of(request, self._licences, parameter="apikey")

    def _find(self, request: web.Request, session_id: str) -> ConversationRecord:
        record = self._records.find(session_id, self._owner(request))
        if record is None:
            raise Refusal(404, "There is no such session.")
        return record


def _session(record: ConversationRecord) -> dict[str, Any]:
    return {
        "id": record.id,
        "status": record.status,
        "startTime": record.started.strftime(_TIME),
        "endTime": None if record.ended is None else record.ended.strftime(_TIME),
        "videoUrl": None,
    }


def _message(record: ConversationRecord, message: MessageRecord) -> dict[str, Any]:
    return {
        "id": f"{record.id}-{message.number}",
        "sessionId": record.id,
        "role": message.role,
        "content": message.content,
        "createTime": message.at.strftime(_TIME),
    }


def _limit(request: web.Request) -> int:
    limit = _number(request, "limit")
    return _DEFAULT_LIMIT if limit is None else min(max(limit, 1), _MAX_LIMIT)


def _number(request: web.Request, name: str) -> int | None:
    text = request.query.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise Refusal(400, f"{name} must be a number.")
    return int(text)


def _time(request: web.Request, name: str) -> datetime | None:
    text = request.query.get(name, "")
    if not text:
        return None
    try:
        return datetime.strptime(text, _TIME).replace(tzinfo=timezone.utc)
    except ValueError as error:
        raise Refusal(400, f"{name} must be a time of UTC, written like 2025-11-12 18:20:38.") from error
