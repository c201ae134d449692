"""Avatar look-up, without which the vendor's kits do not even connect."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote

from aiohttp import web
from pydantic import BaseModel, Field

from navtalk_widget.local.avatars import MODELS, PROVIDER, PROVIDER_ID, Avatar, Avatars, AvatarsFull, Settings
from navtalk_widget.local.door.admission import Licences
from navtalk_widget.local.door.http.access import owner_of
from navtalk_widget.local.door.http.replies import Refusal, body_of, success
from navtalk_widget.local.speech.synthesizers.voices import VOICE_NAMES

BASE = "/api/open/v1"

_Short = Annotated[str, Field(max_length=200)]
_Long = Annotated[str, Field(max_length=20_000)]


class _Settings(BaseModel):
    provider_id: _Short | None = Field(default=None, alias="providerId")
    model: _Short | None = None
    voice: _Short | None = None
    first_message: _Long | None = Field(default=None, alias="firstMessage")
    prompt: _Long | None = None

    def given(self) -> Settings:
        """The settings that are said, as `Avatars` takes them.

        Raises:
            Refusal: the provider is none of ours.
        """
        if self.provider_id not in (None, "", PROVIDER_ID):
            raise Refusal(400, f"There is no such provider; see {BASE}/provider/list.")
        settings: Settings = self.model_dump(exclude={"provider_id", "id"}, exclude_none=True)  # type: ignore[assignment]
        return settings


class _Addition(_Settings):
    name: Annotated[str, Field(min_length=1, max_length=200)]


class _Update(_Settings):
    id: str
    name: Annotated[str, Field(min_length=1, max_length=200)] | None = None


class AvatarLookup:
    """The answers below `BASE`.

    Args:
        avatars: what there is.
        licences: where one is required, it is asked for.
    """

    def __init__(self, avatars: Avatars, licences: Licences) -> None:
        self._avatars = avatars
        self._licences = licences

    def routes(self) -> list[web.RouteDef]:
        """What is answered where."""
        lists = {
            "provider": [{"id": PROVIDER_ID, "name": PROVIDER}],
            "model": [{"id": name, "name": name, "providerId": PROVIDER_ID} for name in MODELS],
            "voice": [{"id": name, "name": name, "providerId": PROVIDER_ID} for name in VOICE_NAMES],
        }
        return [
            web.get(f"{BASE}/avatar/getByName", self._by_name),
            web.get(f"{BASE}/avatar/detail", self._by_id),
            web.post(f"{BASE}/avatar/add", self._add),
            web.post(f"{BASE}/avatar/update", self._update),
            *(web.get(f"{BASE}/{kind}/list", self._list(entries)) for kind, entries in lists.items()),
        ]

    async def _by_name(self, request: web.Request) -> web.Response:
        found = self._avatars.named(request.query.get("name", ""), owner_of(request, self._licences))
        if not found:
            raise Refusal(404, "There is no avatar of this name.")
        return success(_shown(found[0], request))

    async def _by_id(self, request: web.Request) -> web.Response:
        avatar = self._find(request.query.get("avatarId", ""), owner_of(request, self._licences))
        return success(_shown(avatar, request))

    async def _add(self, request: web.Request) -> web.Response:
        owner = owner_of(request, self._licences)
        addition = await body_of(request, _Addition)
        try:
            avatar = self._avatars.add(owner, addition.name, addition.given())
        except AvatarsFull as error:
            raise Refusal(507, "There are too many avatars already.") from error
        return success({"jobId": avatar.id, "avatarId": avatar.id})  # the job is done already

    async def _update(self, request: web.Request) -> web.Response:
        owner = owner_of(request, self._licences)
        update = await body_of(request, _Update)
        avatar = self._find(update.id, owner)
        if avatar.system:
            raise Refusal(403, "This avatar is NavTalk's own; add one to change it.")
        self._avatars.update(avatar, update.given())
        return success("Avatar updated successfully")

    def _find(self, avatar_id: str, owner: str) -> Avatar:
        avatar = self._avatars.with_id(avatar_id, owner)
        if avatar is None:
            raise Refusal(404, "There is no avatar with this identifier.")
        return avatar

    def _list(self, entries: list[dict[str, str]]) -> Any:
        async def answer(request: web.Request) -> web.Response:
            owner_of(request, self._licences)
            return success(entries)

        return answer


def _shown(avatar: Avatar, request: web.Request) -> dict[str, Any]:
    still = f"{request.scheme}://{request.host}/uploadFiles/{quote(avatar.name, safe='')}.png"
    return {
        "id": avatar.id,
        "name": avatar.name,
        "url": still,
        "thumbnailUrl": still,
        "providerId": PROVIDER_ID,
        "providerName": PROVIDER,
        "model": avatar.model,
        "voice": avatar.voice,
        "firstMessage": avatar.first_message,
        "prompt": avatar.prompt,
        "videoFile": False,
        "status": "Success",
    }
