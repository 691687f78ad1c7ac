"""The formats that can be read: one module each, tried in this order. A new format is a module and a line here."""

from __future__ import annotations

from iamtui.snapshot.readers import authorization_details
from iamtui.snapshot.reading import Reader

READERS: tuple[Reader, ...] = (authorization_details.READER,)
