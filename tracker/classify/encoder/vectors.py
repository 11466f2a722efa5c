"""Unpack vectors of word pieces, stored with four bits per value."""

from typing import Any

import numpy as np


def unpack(codes: Any, scales: Any) -> Any:
    """Turn 4-bit codes and their scales into 32-bit floats, one row each."""
    # Four bits per value keep the pieces small; layers in four bits lost 7 points (decision of 28
    # November).
    values = np.concatenate([codes & 15, codes >> 4], axis=2).astype("float32") - 8
    return (values * scales.astype("float32")[:, :, None]).reshape(len(codes), -1)
