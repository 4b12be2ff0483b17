"""The sample library: what it knows of each sample, how it finds them again, and what goes with what.

`sample` and `filters` have the nouns. A sample is described once, when it is indexed, and found by what it sounds like,
by its name, its tags, its key and its tempo; the library holds no audio.
"""
