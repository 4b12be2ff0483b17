"""Transcribers: the audio of one instrument into notes."""

from engine.backends.base import Card

CARDS: tuple[Card, ...] = (
    Card(
        name="basic-pitch",
        task="transcription",
        description="Any instrument, also several notes at once, with pitch bends: small and fast.",
        implementation="engine.backends.basic_pitch:BasicPitchBackend",
        outputs=("notes",),
        sample_rate_hz=22_050,
        licence="Apache-2.0",
        licence_note="Free for any use; keep the notice.",
        attribution_name="Bittner et al., Spotify",
        attribution_url="https://github.com/spotify/basic-pitch",
        weights=("basic-pitch",),
    ),
    Card(
        name="fake-notes",
        task="transcription",
        description="Middle C wherever there is sound, for tests and for measuring everything but the model.",
        implementation="engine.backends.fake:FakeTranscriber",
        outputs=("notes",),
        sample_rate_hz=44_100,
        licence="MIT",
        licence_note="Part of AuxSend.",
        attribution_name="AuxSend",
        attribution_url="",
        is_visible=False,
    ),
    Card(
        name="voice",
        task="transcription",
        description="One singer, or any instrument that plays one note at a time, with vibrato as pitch bends.",
        implementation="engine.backends.voice:VoiceBackend",
        outputs=("notes",),
        sample_rate_hz=16_000,
        licence="MIT",
        licence_note="Free for any use; keep the notice.",
        attribution_name="Lars Nieradzik (SwiftF0)",
        attribution_url="https://github.com/lars76/swift-f0",
        weights=("swift-f0",),
    ),
)
