"""What can be said of a recording by measuring it, with no model: loudness, brightness, kind, kind of one-shot."""
