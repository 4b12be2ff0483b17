"""Generators of music (task "generation"); their outputs are the parts that they write."""

from engine.backends.base import Card
from engine.generation import PARTS

CARDS = (
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
