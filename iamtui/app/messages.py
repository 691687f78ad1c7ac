"""What any part of the workbench may want of another: it says so, and whoever can do it hears of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.message import Message

from iamtui.browsing.copies import Copy
from iamtui.content.requests import RequestFields


@dataclass
class RequestChosen(Message):
    """A request is to be asked, and its trace to be shown."""

    fields: RequestFields


@dataclass
class RecordedWanted(Message):
    """The screen on top shows what was recorded; `reads` even where no file is known that may hold events."""

    reads: bool = False


@dataclass
class EventsWanted(Message):
    """The events that a filter means are to be shown on the timeline."""

    filter: str


@dataclass
class CopiesOffered(Message):
    """One of some texts is to be sent to the clipboard, as the user chooses."""

    copies: Sequence[Copy]
