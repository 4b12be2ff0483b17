"""A fake Live: a song that can be edited and undone, behind the names and signatures of the module `Live`.

`test_fake_live.py` holds every class to the PyPI package `ableton-live-stubs`, which was read out of a running Live
12.3.6: no function, property or argument is here that is not there. How Live behaves is from the texts in those stubs
and from what the same authors have seen when they tried (the project LiveAPI, Live 12.3.5): a `warping` that is set
holds after the tick only; with the loop off, `start_marker` cannot be set, and `loop_start` is the start; a warp
marker's `sample_time` is seconds; the last marker of the list is not visible; segments have 5 to 999 BPM.
"""
