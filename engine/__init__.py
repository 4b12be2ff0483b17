"""The engine: knows models and no DAW. Start with `engine.server` for the whole, `engine.separation` for the sound."""
