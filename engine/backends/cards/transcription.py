"""Transcribers: the audio of one instrument into notes."""

from engine.backends.base import Card

CARDS: tuple[Card, ...] = ()
