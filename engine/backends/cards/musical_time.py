"""Finders of beats (task "beats") and of chords (task "chords")."""

from engine.backends.base import Card

CARDS: tuple[Card, ...] = ()
