"""For those who build NavTalk clients, services or assistants: both ends of the wire, and what can go wrong between.

Everything here talks over real sockets of the loopback interface, and ends with its ``async with``. Scripted services
and clients fail on any surprise: a message that no `expect` was for, or that the protocol does not have. With pytest,
``pytest_plugins = ["navtalk_widget.testing.fixtures"]`` gives all of this as fixtures (extra ``testing``).

`ScriptedService` tests a client::

    async with ScriptedService("v2", ignore=["input_audio_buffer.append"]) as service:
        async with Session(service=service.url, protocol="v2", instructions="Be brief.") as session:
            config = await service.expect("realtime.input_config")
            assert "Be brief." in config["data"]["content"]
            asking = asyncio.create_task(session.ask("Who are you?"))
            await service.expect("conversation.item.create")
            await service.expect("response.create")
            await service.answer("I am Leo.")
            assert (await asking).text == "I am Leo."

`ScriptedClient` tests a service::

    async with ScriptedClient("ws://127.0.0.1:8810", "v1-late", ignore=["response.*", "rate_limits.*"]) as client:
        await client.begin({"instructions": "You are a guide.", "voice": "cedar"}, characterName="navtalk.Leo")
        await client.negotiate(my_webrtc.answer)  # SDP in, SDP out
        await client.ask("When do you open?")
        await client.expect("conversation.item.created")
        said = await client.expect("response.audio_transcript.done")
        assert "nine" in said["transcript"]
        await client.expect("response.done")

`ScriptedUpstream` is a mind for the embedded service, in OpenAI's words of today or of the beta::

    async with ScriptedUpstream() as upstream, LocalService(port=0, backend=Backend(upstream.url)) as service:
        async with ScriptedClient(service.url, "v1-late", ignore=["*"]) as client:
            await client.begin({"instructions": "You are a guide."}, characterName="navtalk.Leo")
            await client.ask("When do you open?")
            await upstream.expect("response.create")
            await upstream.answer("At nine.", pcm)
            await client.expect("response.done")

`ScriptedChatEndpoint` in `navtalk_widget.testing.scripted_chat`, which needs the extra ``local``, is the same for
``/v1/chat/completions``::

    async with ScriptedChatEndpoint() as endpoint:
        endpoint.will_answer(Call("add", {"a": 1, "b": 2}), ["The sum ", Wait(), "is three."])

and `ScriptedSpeechEndpoint` in `navtalk_widget.testing.scripted_speech` for ``/v1/audio/transcriptions`` and
``/v1/audio/speech``.

`FaultProxy` stands between them and breaks the connection::

    async with ScriptedService() as service, FaultProxy(service.url) as proxy:
        async with Session(service=proxy.url) as session:
            proxy.when("response.function_call_arguments.done", ProxiedConnection.reset)  # in mid-tool
            proxy.delay(0.3, "down")
            proxy.swallow("up")  # half-open
            proxy.release()
            proxy.inject_frame("{", "down")
            proxy.truncate("down")
            proxy.refuse()
            await proxy.accept()

`WavMicrophone` speaks::

    async with WavMicrophone(session.append_audio) as microphone:  # silence flows from here on
        await microphone.play("what_is_the_weather.wav", before=0.3, after=1.0)
        await microphone.play(np.zeros(24_000, dtype=np.int16))

`VirtualClock` passes the time::

    with VirtualClock().running() as clock:
        began = clock.time()
        await asyncio.sleep(3_600)  # takes two milliseconds
        assert clock.time() - began >= 3_600
        with clock.in_real_time():  # a thread or process is at work
            await asyncio.to_thread(render)
"""

from navtalk_widget.testing.fault_proxy import FaultProxy
from navtalk_widget.testing.proxied_connection import Direction, ProxiedConnection
from navtalk_widget.testing.scripted_client import Generation, ScriptedClient
from navtalk_widget.testing.scripted_service import ScriptedService
from navtalk_widget.testing.scripted_upstream import ScriptedUpstream
from navtalk_widget.testing.virtual_clock import VirtualClock
from navtalk_widget.testing.wav_microphone import WavMicrophone

__all__ = [
    "Direction",
    "FaultProxy",
    "Generation",
    "ProxiedConnection",
    "ScriptedClient",
    "ScriptedService",
    "ScriptedUpstream",
    "VirtualClock",
    "WavMicrophone",
]
