"""Writes the HDF5 files of test/io/hdf5/golden with h5py: every type that is read, and what must be refused.

    python scripts/golden/writeHdf5Files.py

Needs what scripts/parity/requirements/keras.txt pins (h5py, numpy, ml_dtypes). Nothing in it is random.
"""

import pathlib

import h5py
import ml_dtypes
import numpy as np

GOLDEN = pathlib.Path(__file__).resolve().parents[2] / "test" / "io" / "hdf5" / "golden"


def write(name, fill):
    with h5py.File(GOLDEN / f"{name}.h5", "w") as file:
        file.attrs["made_by"] = f"h5py {h5py.__version__}, scripts/golden/writeHdf5Files.py"
        fill(file)


def types(file):
    for dtype in ("float16", "float32", "float64", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", ">f4", "bool"):
        file.create_dataset(f"typed/{dtype}", data=np.array([[0, 1, 2], [3, 100, 7]]).astype(dtype))
    half = file.create_dataset("typed/bfloat16", data=np.array([0.5, -1.5, 3.0], ml_dtypes.bfloat16))
    half.attrs["dtype"] = "bfloat16"
    file.create_dataset("scalar", data=np.float32(2.5))
    file.create_dataset("empty", data=np.zeros((0, 4), "float32"))
    file.create_dataset("packed", data=np.arange(700, dtype="float32").reshape(100, 7), chunks=(9, 3), compression="gzip", shuffle=True)
    file.create_dataset("text", data=np.array([b"ab"]))
    file.attrs["fixed"] = np.array([b"a", b"bc"])
    file.attrs["free"] = ["é", "zwei"]
    file.attrs["none"] = []


def cycle(file):
    file.create_group("a/b")
    file["a/b/up"] = file["a"]


def virtual(file):
    layout = h5py.VirtualLayout(shape=(4,), dtype="float32")
    layout[:] = h5py.VirtualSource("types.h5", "scalar", shape=(4,))
    file.create_virtual_dataset("values", layout)


def bomb(file):
    file.create_dataset("values", shape=(2**17, 2**11), dtype="float32", chunks=(2**10, 2**10), compression="gzip")


def main():
    GOLDEN.mkdir(parents=True, exist_ok=True)
    write("types", types)
    write("cycle", cycle)
    write("virtual", virtual)
    write("bomb", bomb)
    write("softLink", lambda file: file.__setitem__("values", h5py.SoftLink("/nothing")))
    write("externalLink", lambda file: file.__setitem__("values", h5py.ExternalLink("types.h5", "/scalar")))
    write("externalStorage", lambda file: file.create_dataset("values", shape=(4,), dtype="float32", external=[("types.h5", 0, 16)]))


if __name__ == "__main__":
    main()
