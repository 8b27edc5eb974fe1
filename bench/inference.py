"""The Python side of bench/inference.mjs.

python inference.py export FOLDER    torchvision's and timm's networks as FOLDER/<name>.onnx, by torch.onnx.export
python inference.py run FOLDER       ONNX Runtime; answers each line of its input, {"network", "batch", "runs"}, with {"milliseconds": [...]};
                                     run-busy: of the processor, on one thread
"""

import json
import sys
import time
from pathlib import Path

OPERATOR_SET = 17


def originals():
    import timm
    import torchvision

    as_built = {"weights": None, "init_weights": False, "aux_logits": False, "transform_input": False}
    yield "googlenet", 224, torchvision.models.googlenet(**as_built)
    yield "inception-v3", 299, torchvision.models.inception_v3(**as_built)
    yield "inception-resnet-v2", 299, timm.create_model("inception_resnet_v2", pretrained=False)


def export(folder):
    import torch

    for name, size, network in originals():
        torch.onnx.export(
            network.eval(),
            torch.zeros(1, 3, size, size),
            folder / f"{name}.onnx",
            opset_version=OPERATOR_SET,
            input_names=["pictures"],
            output_names=["logits"],
            dynamic_axes={"pictures": {0: "batch"}, "logits": {0: "batch"}},
        )


def run(folder, busy=False):
    import numpy
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1 if busy else 0
    now = time.process_time if busy else time.perf_counter
    numbers = numpy.random.default_rng(1)
    sessions = {}
    print(json.dumps({"version": onnxruntime.__version__}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        name = request["network"]
        if name not in sessions:
            # Only one at a time is held: they would share the processor's caches.
            sessions = {name: onnxruntime.InferenceSession(folder / f"{name}.onnx", options, providers=["CPUExecutionProvider"])}
        session = sessions[name]
        height, width = session.get_inputs()[0].shape[2:]
        pictures = numbers.uniform(-1, 1, (request["batch"], 3, height, width)).astype(numpy.float32)
        milliseconds = []
        for _ in range(request["runs"]):
            start = now()
            session.run(None, {"pictures": pictures})
            milliseconds.append(1000 * (now() - start))
        print(json.dumps({"milliseconds": milliseconds}), flush=True)


if __name__ == "__main__":
    {"export": export, "run": run, "run-busy": lambda folder: run(folder, busy=True)}[sys.argv[1]](Path(sys.argv[2]))
