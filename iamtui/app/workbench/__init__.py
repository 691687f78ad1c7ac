"""The main screen and what it is composed of."""
