"""A conversation in figures: who talked how much, how long answers took, what tools did."""

from navtalk_widget.transcript.report.figures import Side, Stage, ToolFigures
from navtalk_widget.transcript.report.report import Report

__all__ = ["Report", "Side", "Stage", "ToolFigures"]
