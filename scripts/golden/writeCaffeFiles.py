"""Writes test/io/golden/caffe/*.caffemodel by Caffe's own schema and protobuf (Caffe itself is no longer to be had), with beside each a .json of
its blobs: shapes, types, values as the bits of float32.

Usage: pip install grpcio-tools==1.85.1 numpy==2.4.6 && python scripts/golden/writeCaffeFiles.py caffe.proto
where caffe.proto is https://github.com/BVLC/caffe/blob/9b891540183ddc834a02b2bd81b31afae71b2153/src/caffe/proto/caffe.proto
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import google.protobuf
import numpy as np

FOLDER = Path(__file__).parents[2] / "test" / "io" / "golden" / "caffe"
ORIGIN = f"python scripts/golden/writeCaffeFiles.py, protobuf {google.protobuf.__version__}, numpy {np.__version__}, seed 1"

with tempfile.TemporaryDirectory() as generated:
    proto = Path(sys.argv[1]).resolve()
    subprocess.run([sys.executable, "-m", "grpc_tools.protoc", f"-I{proto.parent}", f"--python_out={generated}", proto.name], check=True)
    sys.path.insert(0, generated)
    caffe = __import__(f"{proto.stem}_pb2")

random = np.random.default_rng(1)


def fill(blob, shape, legacy=False, double=False, name=""):
    values = random.normal(size=shape).astype(np.float64 if double else np.float32)
    if legacy:
        blob.num, blob.channels, blob.height, blob.width = shape
    else:
        blob.shape.dim.extend(shape)
    (blob.double_data if double else blob.data).extend(values.reshape(-1).tolist())
    bits = values.astype(np.float32).reshape(-1).view(np.uint32).tolist()
    return name, {"shape": list(shape), "dtype": "float64" if double else "float32", "bits": bits}


def write(name, network, tensors):
    path = FOLDER / f"{name}.caffemodel"
    path.write_bytes(network.SerializeToString(deterministic=True))
    path.with_suffix(".json").write_text(json.dumps({"origin": ORIGIN, "tensors": dict(tensors)}))
    print(path.name, path.stat().st_size, "bytes")


def googlenet_of_2014():
    """As bvlc_googlenet.caffemodel is laid out: `layers`, four axes for everything."""
    network, tensors = caffe.NetParameter(name="GoogleNet"), []
    network.layers.add(name="data", type=caffe.V1LayerParameter.DATA, top=["data", "label"]).include.add(phase=caffe.TRAIN)
    network.layers.add(name="data", type=caffe.V1LayerParameter.DATA, top=["data", "label"]).include.add(phase=caffe.TEST)
    for name, kernel, bias in [
        ("conv1/7x7_s2", (2, 3, 7, 7), (1, 1, 1, 2)),
        ("inception_3a/5x5_reduce", (3, 2, 1, 1), (1, 1, 1, 3)),
        ("loss3/classifier", (1, 1, 4, 3), (1, 1, 1, 4)),
    ]:
        layer = network.layers.add(name=name, type=caffe.V1LayerParameter.CONVOLUTION, bottom=["in"], top=[name], blobs_lr=[1, 2])
        layer.convolution_param.kernel_size.append(kernel[-1])
        tensors += [fill(layer.blobs.add(), shape, legacy=True, name=f"{name}/{at}") for at, shape in enumerate([kernel, bias])]
    return network, tensors


def batch_norm_of_2016():
    """As networks since 2015 are: `layer`, shapes as lists, statistics with the factor they are to be divided by."""
    network, tensors = caffe.NetParameter(name="BN-Inception", input=["data"]), []
    network.input_shape.add(dim=[1, 3, 224, 224])
    for name, kind, shapes in [
        ("conv1/7x7_s2", "Convolution", [(2, 3, 7, 7), (2,)]),
        ("conv1/7x7_s2/bn", "BatchNorm", [(2,), (2,), (1,)]),
        ("conv1/7x7_s2/sc", "Scale", [(2,), (2,)]),
        ("old/bn", "BN", [(1, 2, 1, 1)] * 4),
        ("relu", "ReLU", []),
        ("fc", "InnerProduct", [(4, 3), (4,)]),
    ]:
        layer = network.layer.add(name=name, type=kind, bottom=["in"], top=[name])
        tensors += [fill(layer.blobs.add(), shape, name=f"{name}/{at}") for at, shape in enumerate(shapes)]
        for blob in layer.blobs:
            blob.diff.extend(blob.data)
    double = network.layer.add(name="double", type="InnerProduct")
    tensors += [fill(double.blobs.add(), (3, 2), double=True, name="double/0"), fill(double.blobs.add(), (0, 4), name="double/1")]
    scalar = double.blobs.add()
    tensors.append(fill(scalar, (), name="double/2"))
    return network, tensors


def network_of_2013():
    network = caffe.NetParameter(name="CaffeNet")
    layer = network.layers.add().layer
    layer.name, layer.type = "conv1", "conv"
    fill(layer.blobs.add(), (1, 1, 2, 2), legacy=True)
    return network


FOLDER.mkdir(exist_ok=True, parents=True)
write("layers", *googlenet_of_2014())
write("layer", *batch_norm_of_2016())
(FOLDER / "refused-2013.caffemodel").write_bytes(network_of_2013().SerializeToString())
