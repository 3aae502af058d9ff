"""What may come of reading a zip archive that somebody else wrote; workbooks are such archives too."""

from __future__ import annotations

import zipfile
import zlib

DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, OSError, RuntimeError)
"""What zipfile and the decompressors under it raise for bytes that are not what they say, for a password that is wanted, for a
way of packing that Python does not know (NotImplementedError, a RuntimeError), and for a disk that does not give them."""
