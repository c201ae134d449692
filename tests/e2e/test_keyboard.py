"""Whole conversations without a mouse."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, Playwright, expect

from navtalk_widget import Avatar, ToolCall
from navtalk_widget.audio.wav import write_wav
from tests.support.announcements import Announcements
from tests.support.browser import chromium
from tests.support.flite import silence
from tests.support.waiting import until
from tests.support.widget import LIMIT_MS, Widget

pytestmark = pytest.mark.e2e

ENGINES: Any = {"service": "local", "recognizer": "pocketsphinx", "synthesizer": "espeak", "greet": False}

TABS = 40
"""More than there are places to stop at."""

FOCUSED = """
() => {
  const element = document.activeElement;
  const style = getComputedStyle(element);
  const marked = style.outlineStyle !== "none" || style.boxShadow !== "none";
  const place = element.getBoundingClientRect();
  const name = element.getAttribute("aria-label") ?? (element.labels?.[0] ?? element).textContent;
  return { name, marked, visible: place.width > 0 && place.height > 0 };
}
"""


@pytest.fixture(scope="module")
def browser(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    wav = tmp_path_factory.mktemp("microphone") / "silence.wav"
    write_wav(wav, silence(5))
    with chromium(playwright, wav) as browser:
        yield browser


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Wide enough for all but a few buttons."""
    page = browser.new_page(viewport={"width": 1000, "height": 900})
    yield page
    page.close()


@pytest.fixture
def avatar() -> Iterator[Avatar]:
    avatar = Avatar(**ENGINES)
    yield avatar
    avatar.close()


def secretary(messages: list[Any], tools: list[Any]) -> Any:
    """Wants a tool for whatever is to be deleted, and has little to say."""
    words = messages[-1].text
    if messages[-1].role == "user" and words.startswith("delete"):
        return ToolCall("delete_file", {"path": words.split()[1]})
    return "Yes."


@pytest.fixture
def asking() -> Iterator[Avatar]:
    """An avatar whose tool needs the person's word."""
    avatar = Avatar(responder=secretary, **ENGINES)

    @avatar.tool(needs_approval=True)
    def delete_file(path: str) -> str:
        """Delete a file."""
        return f"{path} is gone."

    yield avatar
    avatar.close()


def go_to(page: Page, name: str, key: str = "Tab") -> None:
    """Press Tab, or another key, until the focus is there, where it can be seen."""
    passed = []
    for _ in range(TABS):
        page.keyboard.press(key)
        focused = page.evaluate(FOCUSED)
        passed.append(focused["name"])
        if re.match(name, focused["name"]):
            assert focused["visible"], f"{name} has the focus and cannot be seen"
            assert focused["marked"], f"nothing shows that {name} has the focus"
            return
    raise AssertionError(f"{key} does not lead to {name}, only to {passed}")


def press(page: Page, name: str, key: str = "Enter") -> None:
    """Go to a control and press a key on it."""
    go_to(page, name)
    page.keyboard.press(key)


def open_menu(widget: Widget) -> Locator:
    """Open the menu, which takes the focus along."""
    press(widget.page, "More")
    menu = widget.root.get_by_role("group", name="More")
    expect(menu.locator("button, input").first).to_be_focused()
    return menu


def choose(widget: Widget, name: str) -> None:
    """Open the menu and go to a line of it by the arrow keys."""
    open_menu(widget)
    if not re.match(name, widget.page.evaluate(FOCUSED)["name"]):
        go_to(widget.page, name, "ArrowDown")


def start(page: Page, avatar: Avatar) -> Widget:
    """Open the avatar's page and press Start."""
    page.goto(avatar.url)
    widget = Widget(page)
    widget.expect_data("link", "open")
    press(page, "Start")
    picture = widget.root.locator(".nt-stage[data-video=shown]")
    expect(picture).to_be_visible(timeout=3 * LIMIT_MS)  # the service is still starting
    return widget


def say(widget: Widget, text: str) -> None:
    """Type a message and send it."""
    go_to(widget.page, "Message")
    widget.page.keyboard.type(text)
    widget.page.keyboard.press("Enter")


def call(widget: Widget, number: int, state: str) -> Locator:
    """Wait until a tool call is in a state."""
    item = widget.root.locator(".nt-tool").nth(number)
    expect(item).to_have_attribute("data-state", state)
    return item


def test_everything_in_sight_is_done_by_keyboard(page: Page, avatar: Avatar) -> None:
    widget = start(page, avatar)
    expect(widget.button("Mute")).to_be_focused()  # Start is gone; its place is taken by what is nearest

    page.keyboard.press("Space")
    widget.expect_data("muted", "true")
    page.keyboard.press("Space")  # the focus stays on the button, which now unmutes
    widget.expect_data("muted", "false")

    press(page, "Captions", "Space")
    until(lambda: not avatar.captions)
    go_to(page, "Volume")
    page.keyboard.press("ArrowLeft")
    until(lambda: avatar.volume == 0.95)
    expect(widget.root.get_by_role("slider")).to_have_attribute("aria-valuetext", "95%")

    say(widget, "count to thirty")
    widget.expect_status("speaking")
    press(page, "Interrupt")
    widget.expect_status("listening")
    expect(widget.button("Interrupt")).to_be_focused()  # though there is nothing to interrupt any more
    expect(widget.root.locator(".nt-turn-avatar").first).to_contain_text(re.compile("interrupted", re.IGNORECASE))

    press(page, "Details")
    figures = widget.root.locator(".nt-figures")
    expect(figures).to_be_visible()
    page.keyboard.press("Enter")
    expect(figures).to_have_count(0)

    avatar.microphone = "One that is not there"
    notice = widget.root.locator(".nt-notice")
    expect(notice).to_be_visible()
    press(page, "Dismiss")
    expect(notice).to_have_count(0)
    expect(widget.root.get_by_role("log")).to_be_focused()

    go_to(page, "Message")
    page.keyboard.insert_text("word " * 200)
    page.keyboard.press("Enter")
    widget.expect_turn("user", "word word")
    go_to(page, "Transcript", "Shift+Tab")
    page.keyboard.press("Home")
    latest = widget.button("Latest")
    expect(latest).to_be_visible()
    press(page, "Latest")
    expect(latest).to_have_count(0)
    expect(widget.root.get_by_role("log")).to_be_focused()

    assert page.context.browser is not None
    other = page.context.browser.new_page()
    other.goto(avatar.url)
    second = Widget(other)
    press(other, "Take over here")
    second.expect_data("owner", "true")
    widget.expect_data("owner", "false")
    other.close()
    press(page, "Continue here")
    widget.expect_data("owner", "true")

    press(page, "Stop")
    widget.expect_status("closed")
    press(page, "Start again")
    widget.expect_status("listening")


def test_the_menu_and_the_settings_are_used_by_keyboard(page: Page, avatar: Avatar) -> None:
    page.set_viewport_size({"width": 400, "height": 900})
    widget = start(page, avatar)
    more = widget.button("More")

    menu = open_menu(widget)
    page.keyboard.press("Shift+Tab")  # back to the button
    expect(more).to_be_focused()
    page.keyboard.press("Escape")
    expect(menu).to_have_count(0)
    choose(widget, "Volume")
    page.keyboard.press("ArrowLeft")
    until(lambda: avatar.volume == 0.95)
    page.keyboard.press("Escape")
    expect(more).to_be_focused()
    open_menu(widget)
    go_to(page, "Message")
    expect(menu).to_have_count(0)  # it would lie over what has the focus

    choose(widget, "Take a picture")
    with page.expect_download():
        page.keyboard.press("Enter")
    expect(more).to_be_focused()

    choose(widget, "Full screen")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.fullscreenElement?.matches('.nt-root')")
    expect(more).to_be_focused()
    choose(widget, "Leave full screen")
    page.keyboard.press("Space")
    page.wait_for_function("() => document.fullscreenElement === null")

    choose(widget, "Picture in picture")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.pictureInPictureElement !== null")
    choose(widget, "Back into the page")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.pictureInPictureElement === null")

    question = widget.root.get_by_role("alertdialog", name="Record this conversation?")
    sign = widget.root.locator(".nt-recording")
    choose(widget, "Record")
    page.keyboard.press("Enter")
    expect(question).to_be_focused()
    expect(question).to_have_accessible_description(re.compile("Everyone who can be heard must agree"))
    page.keyboard.press("Escape")
    expect(question).to_have_count(0)
    expect(more).to_be_focused()
    expect(sign).to_have_count(0)
    choose(widget, "Record")
    page.keyboard.press("Enter")
    expect(question).to_be_focused()
    page.keyboard.press("Tab")
    expect(widget.button("Cancel")).to_be_focused()
    press(page, "Agree")
    expect(sign).to_be_visible()
    expect(more).to_be_focused()
    with page.expect_download():
        press(page, "Stop recording")
    expect(sign).to_have_count(0)
    page.wait_for_function("() => document.activeElement.matches('.nt-root button')")  # of what is left, the nearest

    press(page, "Settings")
    settings = widget.root.get_by_role("dialog", name="Settings")
    expect(settings).to_be_focused()
    go_to(page, "Microphone")
    page.keyboard.press("ArrowDown")
    until(lambda: bool(avatar.microphone))
    go_to(page, "Answers")
    page.keyboard.press("ArrowDown")
    until(lambda: avatar.turn_detection != "server_vad")
    go_to(page, "Instructions")
    page.keyboard.type("You sell ice cream.")
    go_to(page, "Language")
    until(lambda: avatar.instructions == "You sell ice cream.")
    page.keyboard.press("ArrowDown")
    expect(widget.root.get_by_role("dialog", name="设置")).to_be_visible()
    page.keyboard.press("ArrowUp")
    expect(settings).to_be_visible()
    page.keyboard.press("Escape")
    expect(settings).to_have_count(0)
    expect(widget.button("Settings")).to_be_focused()


def test_a_tool_that_asks_takes_nobodys_place(page: Page, asking: Avatar) -> None:
    widget = start(page, asking)
    say(widget, "delete notes")
    question = call(widget, 0, "awaiting_approval")
    message = widget.root.get_by_role("textbox")
    expect(message).to_be_focused()  # who types is not drawn away
    page.keyboard.type("and photos")
    expect(message).to_have_value("and photos")
    go_to(page, "Allow", "Shift+Tab")
    page.keyboard.press("Escape")  # is no answer
    page.keyboard.press("Enter")
    call(widget, 0, "done")
    expect(question.locator("summary")).to_be_focused()
    page.keyboard.press("Enter")
    expect(question).to_contain_text("notes is gone.")
    expect(question.locator("details")).to_have_attribute("open", "")

    go_to(page, "Message")
    page.keyboard.press("Control+a")
    for number, (decision, state) in enumerate([("Deny", "denied"), ("Always", "done")], start=1):
        say(widget, "delete photos")
        call(widget, number, "awaiting_approval")
        go_to(page, decision, "Shift+Tab")
        page.keyboard.press("Space")
        expect(call(widget, number, state).locator("summary")).to_be_focused()


def test_who_holds_space_is_heard_until_it_is_let_go_or_the_keyboard_is_elsewhere(page: Page, avatar: Avatar) -> None:
    avatar.push_to_talk = True
    widget = start(page, avatar)
    widget.expect_status("listening")
    hold, letting_go = widget.button("Hold to talk"), widget.button("Let go to send")
    expect(hold).to_be_visible()
    frame = "() => document.body.appendChild(document.createElement('iframe')).focus()"
    ends: list[tuple[str, Callable[[], object]]] = [
        ("Hold to talk", lambda: page.keyboard.up("Space")),
        ("Hold to talk", lambda: page.keyboard.press("Tab")),
        ("Transcript", lambda: page.keyboard.up("Space")),
        ("Transcript", lambda: page.evaluate(frame)),  # takes the keyboard from the whole page
    ]
    for place, end in ends:
        go_to(page, place)
        page.keyboard.down("Space")
        expect(letting_go).to_be_visible()
        expect(letting_go).to_have_attribute("aria-pressed", "true")
        end()
        expect(hold).to_have_attribute("aria-pressed", "false")
        page.keyboard.up("Space")


def test_each_change_is_announced_once_and_not_over_the_voice(page: Page, asking: Avatar) -> None:
    widget = start(page, asking)
    widget.expect_status("listening")
    announced = Announcements(widget.root)

    say(widget, "hello")
    announced.expect(("polite", "Thinking…"), ("polite", "Leo: Yes."), ("polite", "Listening"))
    say(widget, "delete notes")
    announced.expect(("polite", "Thinking…"), ("assertive", "Leo asks to use delete_file"))
    go_to(page, "Allow", "Shift+Tab")
    page.keyboard.press("Enter")
    announced.expect(("polite", "Thinking…"), ("polite", "Leo: Yes."), ("polite", "Listening"))

    press(page, "Captions")
    press(page, "Captions")  # what was read is not read again
    until(lambda: asking.captions)
    asking.microphone = "One that is not there"
    notice = "That microphone is not there. Your browser’s default one is used instead."
    announced.expect(("assertive", f"{notice} You can choose another in the settings. Dismiss"))
    asking.microphone = None

    page.set_viewport_size({"width": 400, "height": 900})
    choose(widget, "Record")
    page.keyboard.press("Enter")
    question = widget.root.get_by_role("alertdialog")
    announced.expect(("assertive", re.sub(r"\s+", " ", question.inner_text())))
    press(page, "Agree")
    announced.expect(("polite", "Recording Stop recording"))
    with page.expect_download() as saved:
        press(page, "Stop recording")
    announced.expect(("polite", f"Saved: {saved.value.suggested_filename}"))

    press(page, "Stop")
    announced.expect(("polite", "Conversation ended"))
    press(page, "Start again")
    announced.expect(("polite", "Connecting…"), ("polite", "Listening"))
