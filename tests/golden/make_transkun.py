"""Lets the package transkun transcribe the phrase of `piano.py`, and keeps its notes and pedals.

python -m tests.golden.make_transkun
"""

from pathlib import Path

import numpy as np

from benchmarks.transkun_peer import TranskunPeer
from tests.golden.piano import piano_phrase


def main() -> None:
    """Writes tests/golden/transkun_2.npz."""
    peer = TranskunPeer(thread_count=2)
    track, _ = peer.transcribe(piano_phrase())
    peer.close()
    np.savez_compressed(
        Path(__file__).with_name("transkun_2.npz"),
        notes=np.array([[n.onset_sec, n.offset_sec, n.pitch, n.velocity] for n in track.notes]),
        pedals=np.array([[c.time_sec, c.number, c.value] for c in track.control_changes]),
    )


if __name__ == "__main__":
    main()
