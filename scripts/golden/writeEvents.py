"""Writes test/io/golden/events.json: events, and the bytes that TensorBoard's own writer makes of them.

Usage: pip install tensorboard==2.21.0 && python scripts/golden/writeEvents.py
"""

import base64
import io
import json
from importlib.metadata import version
from pathlib import Path

from tensorboard.compat.proto import event_pb2, summary_pb2
from tensorboard.summary.writer.record_writer import RecordWriter

EVENTS = [
    {"kind": "version"},
    {"kind": "start", "step": 1},
    {"kind": "scalars", "step": 10, "scalars": {"train/loss": 2.5, "train/top1": 0.1, "train/gradient_norm": 0}},
    {"kind": "scalars", "step": 2**40, "scalars": {"validation/Größe 😀": -1e-40}},
    {"kind": "start", "step": 11},
    {"kind": "scalars", "step": 300, "scalars": {f"train/loss/head_{index}": 1e30 * index for index in range(9)}},
]
WALL_TIME = 1_700_000_000.125


def encode(event):
    proto = event_pb2.Event(wall_time=WALL_TIME, step=event.get("step", 0))
    if event["kind"] == "version":
        proto.file_version = "brain.Event:2"
    elif event["kind"] == "start":
        proto.session_log.status = event_pb2.SessionLog.START
    else:
        values = [summary_pb2.Summary.Value(tag=tag, simple_value=value) for tag, value in event["scalars"].items()]
        proto.summary.CopyFrom(summary_pb2.Summary(value=values))
    return proto.SerializeToString()


def record(event):
    class Kept(io.BytesIO):
        def close(self):
            pass

    file = Kept()
    RecordWriter(file).write(encode(event))
    return base64.b64encode(file.getvalue()).decode()


origin = f"python scripts/golden/writeEvents.py, tensorboard {version('tensorboard')}, protobuf {version('protobuf')}"
golden = {"origin": origin, "wallTimeSeconds": WALL_TIME, "records": [{"event": event, "base64": record(event)} for event in EVENTS]}
path = Path(__file__).parents[2] / "test" / "io" / "golden" / "events.json"
path.write_text(json.dumps(golden, indent=2, ensure_ascii=False) + "\n")
