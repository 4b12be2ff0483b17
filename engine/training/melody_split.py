"""Which songs of POP909 train the melody model, which choose among its settings, and which only measure it.

The split is by song and fixed: no bar of a test song is ever seen in training, in any key.
"""

TEST_SONGS = (
    7, 27, 47, 67, 87, 107, 127, 147, 167, 187, 207, 227, 247, 267, 287, 307, 327, 347, 367, 387, 407, 427,
    447, 467, 487, 507, 527, 547, 567, 587, 607, 627, 647, 667, 687, 707, 727, 747, 767, 787, 807, 827, 847, 867,
)  # fmt: skip
VALIDATION_SONGS = (
    11, 51, 91, 131, 171, 211, 251, 291, 331, 371, 411, 451, 491, 531, 571, 611, 651, 691, 731, 771, 811, 851,
)  # fmt: skip
SONG_COUNT = 879
"""Songs 1 to 879 are there."""
TRAINING_SONGS = tuple(
    number for number in range(1, SONG_COUNT + 1) if number not in TEST_SONGS and number not in VALIDATION_SONGS
)
