"""Generators of music (task "generation"); their outputs are the parts that they write."""

from engine.backends.base import Card
from engine.generation import PARTS

CARDS = (
    Card(
        name="melody",
        task="generation",
        description="A small transformer, trained on pop songs: continues, varies, fills and accompanies melodies.",
        implementation="engine.backends.melody:MelodyBackend",
        outputs=PARTS,
        sample_rate_hz=0,
        licence="MIT",
        licence_note="Part of AuxSend: free for any use; keep the notice. Trained on POP909 (MIT).",
        attribution_name="AuxSend",
        attribution_url="",
        weights=("melody",),
        is_default=True,
    ),
    Card(
        name="anticipation",
        task="generation",
        description="The Anticipatory Music Transformer: a large model of the hub, for music of any kind. Wants a GPU.",
        implementation="engine.backends.anticipation:AnticipationBackend",
        outputs=PARTS,
        sample_rate_hz=0,
        licence="Apache-2.0",
        licence_note="Free for any use; keep the notice. Trained on the Lakh MIDI dataset and others of mixed origin.",
        attribution_name="John Thickstun, David Hall, Chris Donahue and Percy Liang, Stanford CRFM",
        attribution_url="https://github.com/jthickstun/anticipation",
        weights=("music-large-800k", "music-large-800k-config"),
    ),
    Card(
        name="fake-melody",
        task="generation",
        description="No model: walks along the scale. For tests and benchmarks of everything around a generator.",
        implementation="engine.backends.fake_generator:FakeGenerator",
        outputs=PARTS,
        sample_rate_hz=0,
        licence="MIT",
        licence_note="Part of AuxSend: free for any use.",
        attribution_name="AuxSend",
        attribution_url="",
        is_visible=False,
    ),
)
