"""The process that embeds: a JSON list of texts on each line in, their vectors as 16-bit floats out. It ends with its input."""

from __future__ import annotations

import json
import sys

import numpy as np

from matching.embedding.model import passages


def main() -> None:
    """Answer each line in turn."""
    for line in sys.stdin.buffer:
        sys.stdout.buffer.write(passages(json.loads(line)).astype(np.float16).tobytes())
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
