"""The engines of the local service, as those who choose or write one see them: a mind, ears and a voice.

What an engine must be able to do is in `responder`, `recognizer` and `synthesizer`; which ones there are to choose from
in `choices`. The engines themselves are the service's, in `navtalk_widget.local`.
"""
