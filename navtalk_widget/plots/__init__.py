"""Pictures of a conversation, one call each: `timeline`, `latency`, `waveform`, `talk_share`.

::

    from navtalk_widget import plots

    plots.timeline(avatar.transcript)

Each takes a transcript, or the table that `to_pandas` makes of it, and ``ax=`` to draw into axes of one's own; each
returns the axes. They need the extra ``[plots]``, which is matplotlib.
"""

from navtalk_widget.plots.latency import latency
from navtalk_widget.plots.talk_share import talk_share
from navtalk_widget.plots.timeline import timeline
from navtalk_widget.plots.waveform import waveform

__all__ = ["latency", "talk_share", "timeline", "waveform"]
