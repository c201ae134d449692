"""Recording a conversation: both voices in one stereo file, aligned with the transcript.

One clock holds everything together: places are whole samples at 24,000 Hz of the event loop's time, and a recording's
first sample is the moment at which it began. The person's blocks are placed by when they were captured
(`microphone_line`), the avatar's voice by when it is heard (`avatar_line`); what is due goes to a thread of its own,
which writes it (`writer`, `wav_file`, `encoded_file`, `opus_file`, `film_file`).
"""
