"""What a page could not do, in words: what happened, and what to do next."""

from __future__ import annotations

from navtalk_widget.errors import PageError

PROBLEMS = {
    "microphone_denied": (
        "The browser was not allowed to use the microphone.",
        "Allow it in the address bar, then press the microphone button; typing works meanwhile.",
    ),
    "microphone_missing": (
        "The browser found no microphone.",
        "Connect one, then press the microphone button; typing works meanwhile.",
    ),
    "microphone_lost": (
        "The microphone was lost.",
        "Connect it again, then press the microphone button; typing works meanwhile.",
    ),
    "microphone_silent": (
        "Nothing comes from the microphone.",
        "Press the microphone button, or choose another one of avatar.devices; typing works meanwhile.",
    ),
    "insecure_context": (
        "Browsers give no microphone to this page.",
        "Open the notebook under https://, or as localhost through `ssh -L`; typing works meanwhile.",
    ),
    "webrtc_failed": (
        "Video and voice could not be brought over WebRTC.",
        "The voice comes over the notebook's own connection instead; allow UDP to this machine for the video.",
    ),
    "autoplay_blocked": (
        "The browser holds the sound back.",
        "Press 'Play sound' once.",
    ),
    "worklet_failed": (
        "The browser refused the script that handles sound.",
        "Allow blob: scripts in the content security policy of the notebook server.",
    ),
    "microphone_replaced": (
        "The chosen microphone is not there.",
        "The browser's default one is used instead; avatar.devices lists what there is.",
    ),
    "speaker_replaced": (
        "The chosen speaker is not there.",
        "The browser's default one is used instead; avatar.devices lists what there is.",
    ),
    "stream_unusable": (
        "The page gets no sound of the stream that is set as microphone.",
        "Set avatar.microphone to an ipywebrtc stream with sound, such as an AudioStream, or to None.",
    ),
}
"""By their codes: what happened, and what to do next."""


MICROPHONE_PROBLEMS = frozenset(
    {
        "insecure_context",
        "microphone_denied",
        "microphone_lost",
        "microphone_missing",
        "microphone_silent",
        "stream_unusable",
    }
)
"""What cannot be so where the person is heard."""


def page_problem(code: str, detail: str) -> PageError:
    """Make an error of what a page reports.

    Args:
        code: one of those that a page may report.
        detail: the browser's own words, if it had any.
    """
    message, hint = PROBLEMS[code]
    own_words = f" ({detail})" if detail and detail != code else ""
    return PageError(f"{message[:-1]}{own_words}.", code=code, hint=hint)
