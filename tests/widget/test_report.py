"""The report of the widget."""

from navtalk_widget import Avatar
from navtalk_widget.testing import ScriptedService


async def test_the_widget_reports_the_conversation_without_waiting_for_it() -> None:
    async with ScriptedService(ignore=["*"]) as service:
        avatar = Avatar(service=service.url, license="sk_navtalk_canary")
        try:
            asked = avatar.ask("Who are you?")
            await service.expect("response.create")
            await service.answer("I am Leo.")
            await asked
            report = avatar.report()
        finally:
            avatar.close()
    assert (report.person.turns, report.avatar.turns) == (1, 1)
    assert report.service == avatar.service_label
    assert "<table" in report._repr_html_()
