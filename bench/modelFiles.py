"""Saves or loads a model file with the reference library of its format, once, and prints seconds and the largest resident size as JSON.

   python modelFiles.py load FILE          python modelFiles.py save FILE TO (loads FILE first, untimed)
"""

import json
import resource
import sys
import time


def library(path):
    """The reference library's functions to save and to load."""
    if path.endswith(".safetensors"):
        from safetensors.numpy import load_file, save_file

        return save_file, load_file
    import keras

    return lambda model, to: model.save(to), keras.saving.load_model


def main():
    task, path = sys.argv[1:3]
    save, load = library(path)
    begin = time.perf_counter()
    loaded = load(path)
    if task == "save":
        begin = time.perf_counter()
        save(loaded, sys.argv[3])
    seconds = time.perf_counter() - begin
    print(json.dumps({"seconds": seconds, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}))


main()
