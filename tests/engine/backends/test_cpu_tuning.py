"""The pool of segments: results in order, each segment on its share of the cores, and the caller's setting kept."""

import torch

from engine.backends.cpu_tuning import SegmentPool


def test_results_come_in_the_order_of_the_segments() -> None:
    assert SegmentPool(4).map(lambda number: number**2, range(9)) == [number**2 for number in range(9)]


def test_a_segment_that_comes_alone_gets_one_share_where_it_shall_not_spread() -> None:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        spreading, sharing = SegmentPool(2), SegmentPool(2, spreads_single=False)
        assert spreading.map(lambda _: torch.get_num_threads(), [0]) == [2]
        assert sharing.map(lambda _: torch.get_num_threads(), [0]) == [1]
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)
