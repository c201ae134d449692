from navtalk_widget.errors import ProtocolError
from navtalk_widget.protocol import v1, v2
from navtalk_widget.session.protocol_report import REMEMBERED, Sightings


def test_what_is_documented_is_not_reported() -> None:
    sightings = Sightings()
    sightings.note(v1.decode_server('{"type":"session.created","event_id":"e","session":{"id":"s"}}'))
    sightings.note(v2.decode_server('{"type":"realtime.response.audio.done","data":{}}'))
    assert str(sightings.report()) == "Everything that the service said is documented."


def test_unknown_events_and_fields_are_counted_with_a_sample() -> None:
    sightings = Sightings()
    for _ in range(2):
        sightings.note(v1.decode_server('{"type":"avatar.smiled","teeth":32}'))
        sightings.note(v2.decode_server('{"type":"realtime.response.audio.done","data":{"mood":"glad"}}'))
    sightings.note(ProtocolError("session.updated: session: Input should be a valid dictionary."))
    report = sightings.report()
    assert report.unknown_events == {"avatar.smiled": 2}
    assert report.unknown_fields == {"response.audio.done.mood": 2}
    assert sum(report.broken_messages.values()) == 1
    assert report.samples == {"avatar.smiled": '{"type": "avatar.smiled", "teeth": 32}'}
    assert "Unknown events: avatar.smiled (2)" in str(report)


def test_a_service_that_makes_names_up_does_not_fill_the_memory() -> None:
    sightings = Sightings()
    for number in range(REMEMBERED + 50):
        sightings.note(v1.decode_server(f'{{"type":"x{number}"}}'))
    report = sightings.report()
    assert len(report.unknown_events) == REMEMBERED + 1
    assert sum(report.unknown_events.values()) == REMEMBERED + 50
    assert len(report.samples) == REMEMBERED


def test_long_names_are_cut() -> None:
    sightings = Sightings()
    sightings.note(v1.decode_server('{"type":"' + "x" * 1_000_000 + '"}'))
    assert len(str(sightings.report())) < 1_000
    assert sum(map(len, sightings.report().samples.values())) <= 500
