"""Prints the scalars that TensorBoard finds in a folder, as JSON: { reader: { tag: [[step, value, wall time], ...] } }.

Usage: python readTensorBoard.py FOLDER
The readers are TensorBoard's event accumulator, and the web server that a person would look at, with either of its two data loaders.
"""

import json
import logging
import sys
import time
import urllib.parse
import urllib.request

from tensorboard import program
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.util import tb_logging

SECONDS_TO_LOAD = 60

# TensorBoard reads again after so many seconds; what it serves is complete once two readings agree.
RELOAD_SECONDS = 1


def accumulated(folder):
    accumulator = EventAccumulator(folder, size_guidance={"scalars": 0})
    accumulator.Reload()
    return {
        tag: [[event.step, event.value, event.wall_time] for event in accumulator.Scalars(tag)]
        for tag in accumulator.Tags()["scalars"]
    }


def get(url):
    with urllib.request.urlopen(url, timeout=10) as response:
        return json.load(response)


def scalars_at(url):
    runs = get(f"{url}data/plugin/scalars/tags")
    scalars = {}
    for run, tags in runs.items():
        for tag in tags:
            query = urllib.parse.urlencode({"run": run, "tag": tag})
            points = get(f"{url}data/plugin/scalars/scalars?{query}")
            scalars[tag] = [[step, value, wall_time] for wall_time, step, value in points]
    return scalars


def served(folder, load_fast):
    server = program.TensorBoard()
    arguments = ["--logdir", folder, "--host", "127.0.0.1", "--port", "0", "--load_fast", load_fast]
    arguments += ["--reload_interval", str(RELOAD_SECONDS), "--samples_per_plugin", "scalars=100000"]
    server.configure(argv=["tensorboard", *arguments])
    url = server.launch()
    before = None
    for _ in range(SECONDS_TO_LOAD // RELOAD_SECONDS):
        scalars = scalars_at(url)
        if scalars and scalars == before:
            return scalars
        before = scalars
        time.sleep(2 * RELOAD_SECONDS)
    sys.exit(f"{folder}: TensorBoard had not loaded it after {SECONDS_TO_LOAD} s")


# It tells at length what it passes over after a resumption, which the caller judges by what is left.
tb_logging.get_logger().setLevel(logging.ERROR)

folder = sys.argv[1]
print(
    json.dumps(
        {
            "event accumulator": accumulated(folder),
            "web server": served(folder, "false"),
            "web server, fast loader": served(folder, "true"),
        }
    )
)
