"""The Textual application: screens, key bindings, workers, wiring."""
