"""Uploaded audio as a request names it: there, decodable to its end, and not too long."""

import asyncio

from engine.asset_codec import format_facts, parse_format
from engine.assets import AssetStore
from engine.audio import AudioFormat
from engine.audio_file import MIN_DURATION_SEC, require_duration, scan
from engine.errors import AudioTooLong


class AudioInput:
    """Checks the audio of requests; what was decoded once is remembered with the asset."""

    def __init__(self, store: AssetStore, max_audio_sec: float) -> None:
        self._store = store
        self._max_audio_sec = max_audio_sec

    async def checked(self, sha256: str, min_duration_sec: float = MIN_DURATION_SEC) -> AudioFormat:
        """Returns the asset's format after decoding all of it once, ever.

        Args:
            sha256: the asset.
            min_duration_sec: what is shorter is refused.

        Raises:
            AssetNotFound, InvalidAudio, AudioTooLong: it cannot be worked on.
        """
        path = self._store.path(sha256)
        facts = self._store.facts(sha256)
        if "audio_format" in facts:
            audio_format = parse_format(facts["audio_format"])
        else:
            audio_format = await asyncio.to_thread(scan, path, min_duration_sec)
            self._store.learn(sha256, audio_format=format_facts(audio_format))
        require_duration(audio_format.sample_count, audio_format.sample_rate_hz, min_duration_sec)
        if audio_format.duration_sec > self._max_audio_sec:
            raise AudioTooLong(
                f"The audio lasts {audio_format.duration_sec:,.0f} s; this engine takes at most "
                f"{self._max_audio_sec:,.0f} s. Send a range of it, or start the engine with a larger --max-audio-sec.",
                field="asset_sha256",
            )
        return audio_format
