"""What the app shows of recorded events, without a terminal: the timeline, the card of an event, boards."""
