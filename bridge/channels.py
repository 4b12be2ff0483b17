"""Which channels of its source an item plays, and how their samples are picked without losing a bit."""

from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

Block = NDArray[Any]
"""Interleaved samples, shape (samples, channels)."""

# Half a sum needs one bit more than its terms; 32 bits have none to spare, and lose what nobody can hear.
_SUBTYPES_OF_SUMS = {"PCM_16": "PCM_24", "PCM_24": "PCM_32"}


class ChannelMode(StrEnum):
    """Which channels of its source an item plays; of a mono source it is always the one."""

    NORMAL = "normal"
    REVERSE_STEREO = "reverse_stereo"
    MONO_MIX = "mono_mix"
    """Half the sum of left and right."""
    LEFT = "left"
    RIGHT = "right"


def heard_channel_count(mode: ChannelMode, channel_count: int) -> int:
    """Returns how many channels are left."""
    return channel_count if mode in (ChannelMode.NORMAL, ChannelMode.REVERSE_STEREO) else 1


def heard_subtype(mode: ChannelMode, channel_count: int, subtype: str) -> str:
    """Returns the libsndfile subtype that keeps every bit of what is heard."""
    is_sum = mode is ChannelMode.MONO_MIX and channel_count > 1
    return _SUBTYPES_OF_SUMS.get(subtype, subtype) if is_sum else subtype


def pick_channels(mode: ChannelMode, block: Block) -> Block:
    """Returns what is heard of a block; beyond two channels, the first two are left and right."""
    if block.shape[1] == 1 or mode is ChannelMode.NORMAL:
        return block
    if mode is ChannelMode.REVERSE_STEREO:
        return np.concatenate([block[:, 1::-1], block[:, 2:]], axis=1)
    if mode is ChannelMode.MONO_MIX:
        return _half_sum(block[:, :1], block[:, 1:2])
    return block[:, :1] if mode is ChannelMode.LEFT else block[:, 1:2]


def _half_sum(left: Block, right: Block) -> Block:
    if left.dtype == np.int16:  # into int32, whose upper half is the whole of int16
        return (left.astype(np.int32) + right) << 15
    if left.dtype == np.int32:
        return ((left.astype(np.int64) + right) >> 1).astype(np.int32)
    half_sum: Block = (left + right) * left.dtype.type(0.5)
    return half_sum
