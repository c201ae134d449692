from __future__ import annotations

from typing import Any

import pytest

from navtalk_widget.local.server import LocalService
from tests.local.door.http.asking import Reply, ask
from tests.local.scripted import ScriptedResponder
from tests.local.second_generation import chatting_with

pytestmark = pytest.mark.asyncio(loop_scope="module")

BASE = "/api/open/v1"


async def named(service: LocalService, name: str, **headers: str) -> Reply:
    return await ask(service, "GET", f"{BASE}/avatar/getByName", query={"name": name}, headers=headers)


async def added(service: LocalService, name: str, **settings: Any) -> str:
    reply = await ask(service, "POST", f"{BASE}/avatar/add", json={"name": name, **settings})
    avatar_id: str = reply.json["data"]["avatarId"]
    return avatar_id


async def test_an_avatar_is_found_by_name_with_all_that_the_kits_read(service: LocalService) -> None:
    reply = await named(service, "navtalk.Lily")
    assert (reply.status, reply.json["code"], reply.json["message"]) == (200, 200, "SUCCESS")
    data = reply.json["data"]
    still = f"http://127.0.0.1:{service.port}/uploadFiles/navtalk.Lily.png"
    assert data == {
        "id": data["id"],
        "name": "navtalk.Lily",
        "url": still,
        "thumbnailUrl": still,
        "providerId": data["providerId"],
        "providerName": "openai",
        "model": "gpt-realtime",
        "voice": "marin",
        "firstMessage": "Hi, it's nice to meet you. How can I help?",
        "prompt": "",
        "videoFile": False,
        "status": "Success",
    }
    assert (await ask(service, "GET", still.removeprefix(service.url.replace("ws", "http")))).status == 200


async def test_an_avatar_is_found_by_identifier(service: LocalService) -> None:
    data = (await named(service, "navtalk.Leo")).json["data"]
    reply = await ask(service, "GET", f"{BASE}/avatar/detail", query={"avatarId": data["id"]})
    assert reply.json["data"] == data


@pytest.mark.parametrize("name", ["man2", "girl8", "navtalk.Aoibheann", "navtalk.Brain", "NAVTALK.leo"])
async def test_old_and_documented_names_are_known(service: LocalService, name: str) -> None:
    assert (await named(service, name)).status == 200


@pytest.mark.parametrize("path", ["avatar/getByName?name=nobody", "avatar/detail?avatarId=0", "avatar/getByName"])
async def test_an_unknown_avatar_is_not_found(service: LocalService, path: str) -> None:
    reply = await ask(service, "GET", f"{BASE}/{path}")
    assert (reply.status, reply.json["code"]) == (404, 404)
    assert reply.json["message"]
    assert reply.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("kind", ["provider", "model", "voice"])
async def test_what_there_is_to_choose_from_is_listed(service: LocalService, kind: str) -> None:
    reply = await ask(service, "GET", f"{BASE}/{kind}/list")
    assert reply.json["code"] == 200
    assert all(entry["id"] and entry["name"] for entry in reply.json["data"])


async def test_an_added_avatar_talks_as_it_was_set_up(service: LocalService, script: ScriptedResponder) -> None:
    script.will_answer("Ahoy.")
    avatar_id = await added(service, "Captain Höök", prompt="You are a pirate.", voice="echo", firstMessage="Ahoy!")
    async with chatting_with(service, f"license=x&name=nobody&avatarId={avatar_id}") as client:
        await client.until("realtime.session.updated")
        session = client.of("realtime.session.created")[0]["raw_data"]["session"]
        assert (session["voice"], session["instructions"]) == ("echo", "You are a pirate.")
        await client.ask("hello")
        await client.until("realtime.response.audio_transcript.done")
    assert script.requests[0].character == "Captain Höök"
    assert script.requests[0].instructions == "You are a pirate."
    assert script.requests[0].greeting == "Ahoy!"
    detail = (await ask(service, "GET", f"{BASE}/avatar/detail", query={"avatarId": avatar_id})).json["data"]
    assert (await ask(service, "GET", detail["url"].partition(str(service.port))[2])).body.startswith(b"\x89PNG")


async def test_an_update_changes_what_it_names(service: LocalService) -> None:
    avatar_id = await added(service, "changing", prompt="One.", voice="ash")
    reply = await ask(service, "POST", f"{BASE}/avatar/update", json={"id": avatar_id, "prompt": "Two."})
    assert reply.json == {"code": 200, "message": "SUCCESS", "data": "Avatar updated successfully"}
    data = (await named(service, "changing")).json["data"]
    assert (data["prompt"], data["voice"]) == ("Two.", "ash")


async def test_of_several_of_one_name_the_one_updated_last_is_used_with_a_warning(service: LocalService) -> None:
    first = await added(service, "twin", prompt="First.")
    second = await added(service, "twin", prompt="Second.")
    assert (await named(service, "twin")).json["data"]["id"] == second
    await ask(service, "POST", f"{BASE}/avatar/update", json={"id": first, "firstMessage": "Hi."})
    async with chatting_with(service, "license=x&name=twin") as client:
        assert (await client.next())["type"] == "conversation.connected.success"
        warning = await client.next()
    assert warning["type"] == "conversation.connected.warning"
    assert warning["data"]["avatarId"] == first
    assert warning["message"] == warning["data"]["message"] != ""
    async with chatting_with(service, f"license=x&avatarId={second}") as client:
        await client.greet()
    assert not client.of("conversation.connected.warning")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"[]", 400),
        (b"{}", 400),
        (b'{"name":""}', 400),
        (b'{"name":7}', 400),
        (b'{"name":"x","providerId":"nobody"}', 400),
        (b'{"name":"' + b"x" * 300_000 + b'"}', 413),
    ],
)
async def test_a_wrong_body_is_refused_in_words(service: LocalService, body: bytes, status: int) -> None:
    reply = await ask(service, "POST", f"{BASE}/avatar/add", data=body)
    assert (reply.status, reply.json["code"]) == (status, status)
    assert reply.json["message"]


async def test_navtalks_own_avatars_cannot_be_changed(service: LocalService) -> None:
    data = (await named(service, "navtalk.Leo")).json["data"]
    reply = await ask(service, "POST", f"{BASE}/avatar/update", json={"id": data["id"], "prompt": "Mine."})
    assert reply.status == 403


async def test_where_a_licence_is_required_each_sees_its_own(guarded: LocalService) -> None:
    assert (await named(guarded, "navtalk.Leo")).status == 401
    assert (await named(guarded, "navtalk.Leo", license="sk_wrong")).json["code"] == 401
    assert (await named(guarded, "navtalk.Leo", license="sk_one")).status == 200
    path = f"{BASE}/avatar/add"
    reply = await ask(guarded, "POST", path, query={"license": "sk_one"}, json={"name": "private"})
    assert reply.status == 200
    assert (await named(guarded, "private", license="sk_one")).status == 200
    assert (await named(guarded, "private", license="sk_two")).status == 404
