"""The report on a conversation that goes on."""

from navtalk_widget.session.metrics import Metrics, Spread
from navtalk_widget.session.reported import reported
from navtalk_widget.session.session import Session
from navtalk_widget.testing import ScriptedService
from navtalk_widget.transcript.report.page import CONNECTION
from tests.support.talks import museum
from tests.support.waiting import eventually


async def test_a_session_reports_what_was_said_so_far(service: ScriptedService, session: Session) -> None:
    assert "Nothing has been said yet." in str(session.report())
    session.send_text("Who are you?")
    await service.expect("response.create")
    await service.answer("I am Leo.", bytes(48_000))
    await eventually(lambda: session.report().latency.get("audio_ms"))
    report = session.report()
    assert report.characters == ("navtalk.Leo",)
    assert (report.person.words, report.avatar.words) == (3, 3)
    assert report.latency["audio_ms"].answers == 1
    assert report.service == session.service_label
    assert "navtalk_canary" not in str(report)


def test_what_is_known_of_the_connection_is_in_the_report_and_nothing_else() -> None:
    spread = Spread(3, 8.0, 21.0)
    known = reported(museum(), "", Metrics(media="webrtc", av_offset_ms=spread, round_trip_ms=2.4)).connection
    assert known == {"media": "webrtc", "av_offset_p50_ms": 8.0, "av_offset_p95_ms": 21.0, "round_trip_ms": 2.4}
    assert reported(museum(), "", Metrics()).connection == {}


def test_everything_that_is_reported_of_a_connection_is_shown() -> None:
    spread = Spread(3, 8.0, 21.0)
    metrics = Metrics(
        media="gateway",
        first_frame_ms=740.0,
        av_offset_ms=spread,
        microphone_ms=spread,
        way="websocket",
        round_trip_ms=2.0,
        service_round_trip_ms=31.0,
        connection_losses=2,
    )
    report = reported(museum(), "", metrics)
    assert report.connection.keys() == CONNECTION.keys()
    assert all(label in str(report) for label, _ in CONNECTION.values())
