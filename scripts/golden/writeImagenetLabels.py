"""Writes src/networks/imagenetLabels.ts from the list that torchvision packages.

Debian's python3-torchvision 0.14.1: /usr/bin/python3 scripts/golden/writeImagenetLabels.py
"""

from pathlib import Path
from textwrap import wrap

import torchvision
from torchvision.models._meta import _IMAGENET_CATEGORIES as labels

VERSION = torchvision.__version__.split("a")[0]

assert len(set(labels)) == 1000 and not any(";" in label or "`" in label or label != label.strip() for label in labels)

# Spaces within a name do not break a line: it would no longer be found by searching for it.
lines = wrap("; ".join(label.replace(" ", "\0") for label in labels), 136, break_long_words=False, break_on_hyphens=False)
rows = "\n".join(f"  {line}".replace("\0", " ") for line in lines)

HEADER = f"""/**
 * The English names of the 1000 classes of ImageNet (ILSVRC 2012), in the order in which Keras, torchvision, timm and Caffe number them.
 *
 * Each name once: of two cranes and two maillots, 134 is 'crane bird' and 639 'maillot tank suit', as only this list has it.
 *
 * @see torchvision {VERSION}, torchvision/models/_meta.py (BSD-3-Clause, Copyright (c) Soumith Chintala 2016)
 */
"""

target = Path(__file__).resolve().parents[2] / "src" / "networks" / "imagenetLabels.ts"
target.write_text(
    "// Written by scripts/golden/writeImagenetLabels.py.\n\n"
    + HEADER
    + "export const IMAGENET_LABELS: readonly string[] = Object.freeze(\n  `\n"
    + rows
    + "\n`\n    .trim()\n    .split(/;\\s+/),\n);\n"
)
