"""Writes test/io/golden/zip64.zip with Python's zipfile, made to believe that two bytes are too many for the old fields: so that a small file has
every field of Zip64.

Usage: python3 scripts/golden/writeZip64.py
"""

import zipfile
from pathlib import Path

zipfile.ZIP64_LIMIT = 2
zipfile.ZIP_FILECOUNT_LIMIT = 1
path = Path(__file__).parents[2] / "test" / "io" / "golden" / "zip64.zip"
with zipfile.ZipFile(path, "w") as archive:
    for name, method in [("stored.txt", zipfile.ZIP_STORED), ("deflated.txt", zipfile.ZIP_DEFLATED)]:
        entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
        entry.compress_type = method
        archive.writestr(entry, "tfjs-inception " * 10)
print(path.stat().st_size, "bytes")
