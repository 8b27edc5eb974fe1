"""Writes small models by real Keras 3, with its outputs, as golden files for test/io/keras.

    KERAS_BACKEND=jax python scripts/golden/writeKerasModels.py

Needs what scripts/parity/requirements/keras.txt pins. Every model is written as `.keras` and `.h5`. `keras2.h5` and `keras1.weights.h5` are no file
that Keras 2 wrote: it does not install beside Keras 3. They are put together by h5py in Keras 2's and Keras 1's published layout, from the variables of
a model of Keras 3, so that the outputs are still Keras' own.
"""

import json
import os
import pathlib

os.environ.setdefault("KERAS_BACKEND", "jax")

import h5py
import keras
import numpy as np
from keras import layers
from keras.src.applications.inception_resnet_v2 import CustomScaleLayer

SEED = 7
TOLERANCE = 1e-4
GOLDEN = pathlib.Path(__file__).resolve().parents[2] / "test" / "io" / "keras" / "golden"


def sequential():
    return keras.Sequential(
        [
            keras.Input((6, 6, 3)),
            layers.Rescaling(1 / 127.5, offset=-1.0),
            layers.RandomFlip("horizontal"),
            layers.Conv2D(4, 3, activation="relu", kernel_regularizer="l2", name="first"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dropout(0.4, seed=1),
            layers.Dense(3, activation="softmax"),
        ],
        name="plain",
    )


def every_layer():
    inputs = keras.Input((8, 8, 3), name="picture")
    x = layers.Normalization(name="normalization")(inputs)
    x = layers.Normalization(mean=[0.1, 0.2, 0.3], variance=[1.0, 2.0, 3.0], invert=True, name="constants")(x)
    x = layers.ZeroPadding2D(((1, 0), (2, 1)))(x)
    x = layers.Cropping2D(((0, 1), (1, 2)))(x)
    x = layers.Conv2D(6, (3, 1), padding="same", strides=2, use_bias=False)(x)
    x = layers.BatchNormalization(scale=False, epsilon=1e-3)(x)
    x = layers.Activation("silu")(x)
    y = layers.SeparableConv2D(6, 3, padding="same", depth_multiplier=2, name="separable")(x)
    y = layers.BatchNormalization(center=False)(y)
    y = layers.ReLU(6.0)(y)
    z = layers.DepthwiseConv2D(3, padding="same", depth_multiplier=1, name="depthwise")(x)
    z = layers.BatchNormalization()(z)
    z = layers.LeakyReLU(negative_slope=0.1)(z)
    w = layers.PReLU(shared_axes=[1, 2])(layers.ELU()(z))
    x = layers.Concatenate()(
        [
            layers.Add()([y, z]),
            layers.Multiply()([y, w]),
            layers.Average()([y, z, w]),
            layers.Maximum()([y, w]),
            layers.Minimum()([y, z]),
        ]
    )
    x = layers.SpatialDropout2D(0.2)(x)
    x = layers.GaussianNoise(0.1)(x)
    x = layers.AveragePooling2D(3, strides=1, padding="same")(x)
    pooled = layers.GlobalAveragePooling2D(keepdims=True)(x)
    a = layers.Reshape((30,))(layers.Permute((3, 1, 2))(pooled))
    b = layers.GlobalMaxPooling2D()(x)
    c = layers.GlobalAveragePooling2D()(x)
    d = layers.Flatten()(layers.AdaptiveAveragePooling2D(2)(x))
    x = layers.Concatenate(axis=-1)([a, b, c, d])
    x = layers.Dense(5, name="logits")(x)
    return keras.Model(inputs, layers.Softmax()(layers.ReLU(negative_slope=0.2)(x)), name="every_layer")


def nested():
    inner_input = keras.Input((4, 4, 2))
    inner_output = layers.BatchNormalization(name="inner_norm")(layers.Conv2D(2, 1, name="inner_conv")(inner_input))
    inner = keras.Model(inner_input, inner_output, name="inner")
    chain = keras.Sequential([keras.Input((4, 4, 2)), layers.Conv2D(2, 1, name="chain_conv"), layers.BatchNormalization(name="chain_norm")], name="chain")
    inputs = keras.Input((4, 4, 2), name="picture")
    shared = layers.Dense(2, activation="tanh", name="shared")
    deep = inner(chain(inner(inputs), training=False))
    # The first call of the shared layer waits for more than its second.
    late = shared(deep)
    early = shared(inputs)
    sum_ = layers.Add(name="sum")([late, early, chain(inputs)])
    inner.get_layer("inner_conv").trainable = False
    return keras.Model(inputs, [sum_, inner(inputs)], name="nested")


def operations():
    inputs = keras.Input((4, 4, 3), name="picture")
    x = inputs / 127.5 - 1.0
    y = layers.Conv2D(3, 1, name="conv")(x)
    z = keras.ops.relu(x + y) * 2.0
    return keras.Model(inputs, keras.ops.maximum(z, x), name="operations")


def residual():
    inputs = keras.Input((4, 4, 4), name="picture")
    up = layers.Conv2D(4, 1, name="up")(inputs)
    x = CustomScaleLayer(scale=0.17, name="block35_1")([inputs, up])
    return keras.Model(inputs, layers.Activation("relu")(x), name="residual")


def randomize(model, draw):
    for variable in model.variables:
        if "seed" in variable.path or "count" in variable.path:
            continue
        value = draw.uniform(-0.5, 0.5, variable.shape)
        if "variance" in variable.path:
            value = np.abs(value) + 0.5
        variable.assign(value)
    # It computes with a copy of its variables, made when it is built or loaded.
    for layer in model.layers:
        if isinstance(layer, layers.Normalization):
            layer.finalize_state()


def keras2_config():
    """As Keras 2.3 writes it: `batch_input_shape`, lists of references, a Lambda for the residual, models counted from 1."""

    def layer(class_name, name, config, inbound):
        nodes = [[[source, call, 0, {}] for source, call in inbound]] if inbound else []
        return {"name": name, "class_name": class_name, "config": {"name": name, "trainable": True, "dtype": "float32", **config}, "inbound_nodes": nodes}

    def convolution(name, filters, inbound):
        return layer(
            "Conv2D",
            name,
            {
                "filters": filters,
                "kernel_size": [1, 1],
                "strides": [1, 1],
                "padding": "same",
                "data_format": "channels_last",
                "dilation_rate": [1, 1],
                "activation": "hard_sigmoid",
                "use_bias": True,
                "kernel_initializer": {"class_name": "VarianceScaling", "config": {"scale": 1.0, "mode": "fan_avg", "distribution": "uniform", "seed": None}},
                "bias_initializer": {"class_name": "Zeros", "config": {}},
                "kernel_regularizer": {"class_name": "L1L2", "config": {"l1": 0.0, "l2": 1e-5}},
                "bias_regularizer": None,
                "activity_regularizer": None,
                "kernel_constraint": None,
                "bias_constraint": None,
            },
            inbound,
        )

    def model(name, entries, inputs, outputs):
        return {"name": name, "layers": entries, "input_layers": inputs, "output_layers": outputs}

    def input_layer(name):
        return layer("InputLayer", name, {"batch_input_shape": [None, 4, 4, 2], "sparse": False}, [])

    inner = model("inner", [input_layer("inner_in"), convolution("inner_conv", 2, [("inner_in", 0)])], [["inner_in", 0, 0]], [["inner_conv", 0, 0]])
    scale = {"function": ["4wIAAAAA", None, None], "function_type": "lambda", "output_shape": None, "arguments": {"scale": 0.17}}
    norm = {"axis": [3], "momentum": 0.99, "epsilon": 0.001, "center": True, "scale": False}
    entries = [
        input_layer("picture"),
        {"name": "inner", "class_name": "Model", "config": inner, "inbound_nodes": [[["picture", 0, 0, {}]], [["norm", 0, 0, {}]]]},
        layer("BatchNormalization", "norm", norm, [("inner", 1)]),
        layer("Lambda", "block35_1", scale, [("norm", 0), ("inner", 2)]),
    ]
    return {"class_name": "Model", "config": model("keras2", entries, [["picture", 0, 0]], [["block35_1", 0, 0]])}


def keras2():
    """The same network in Keras 3, for its outputs. Keras 2's hard sigmoid is `0.2 x + 0.5`, between 0 and 1."""

    def hard_sigmoid(x):
        return keras.ops.clip(0.2 * x + 0.5, 0.0, 1.0)

    inner_input = keras.Input((4, 4, 2))
    inner = keras.Model(inner_input, layers.Conv2D(2, 1, activation=hard_sigmoid, name="inner_conv")(inner_input), name="inner")
    inputs = keras.Input((4, 4, 2), name="picture")
    x = layers.BatchNormalization(scale=False, name="norm")(inner(inputs))
    return keras.Model(inputs, CustomScaleLayer(scale=0.17, name="block35_1")([x, inner(x)]), name="keras2")


def write_keras2(model):
    norm, conv = model.get_layer("norm"), model.get_layer("inner").get_layer("inner_conv")
    values = {
        "inner": [("inner_conv/kernel:0", conv.kernel), ("inner_conv/bias:0", conv.bias)],
        # As a session names a layer that it has built once before.
        "norm": [("norm_1/beta:0", norm.beta), ("norm_1/moving_mean:0", norm.moving_mean), ("norm_1/moving_variance:0", norm.moving_variance)],
    }
    names = ["picture", "inner", "norm", "block35_1"]
    with h5py.File(GOLDEN / "keras2.h5", "w") as file:
        file.attrs["keras_version"] = b"2.3.1"
        file.attrs["backend"] = b"tensorflow"
        file.attrs["model_config"] = json.dumps(keras2_config()).encode()
        group = file.create_group("model_weights")
        # Keras splits a list that is longer than 64 KB; this one is split as that would be.
        group.attrs["layer_names0"] = [name.encode() for name in names[:3]]
        group.attrs["layer_names1"] = [name.encode() for name in names[3:]]
        for name in names:
            layer = group.create_group(name)
            layer.attrs["weight_names"] = [path.encode() for path, _ in values.get(name, [])]
            for path, variable in values.get(name, []):
                layer.create_dataset(path, data=np.array(variable), compression="gzip")
    with h5py.File(GOLDEN / "keras1.weights.h5", "w") as file:
        file.attrs["layer_names"] = [b"inner_conv", b"norm"]
        for name, suffixes in (("inner_conv", ["W", "b"]), ("norm", ["beta", "running_mean", "running_std"])):
            layer = file.create_group(name)
            layer.attrs["weight_names"] = [f"{name}_{suffix}".encode() for suffix in suffixes]
            for suffix, (_, variable) in zip(suffixes, values["inner" if name == "inner_conv" else "norm"]):
                layer.create_dataset(f"{name}_{suffix}", data=np.array(variable))


def flat(tensor):
    return [float(f"{value:.7g}") for value in np.array(tensor, dtype="float64").ravel()]


def main():
    GOLDEN.mkdir(parents=True, exist_ok=True)
    keras.utils.set_random_seed(SEED)
    draw = np.random.default_rng(SEED)
    made_by = f"Keras {keras.__version__}"
    command = "KERAS_BACKEND=jax python scripts/golden/writeKerasModels.py"
    expected = {"madeBy": made_by, "command": command, "seed": SEED, "tolerance": TOLERANCE, "models": {}}
    for build in (sequential, every_layer, nested, operations, residual, keras2):
        model = build()
        randomize(model, draw)
        inputs = np.round(draw.uniform(-1, 1, (2, *model.input_shape[1:])) * 64) / 64
        outputs = model(inputs, training=False)
        outputs = outputs if isinstance(outputs, (list, tuple)) else [outputs]
        name = build.__name__
        expected["models"][name] = {
            "inputShape": list(inputs.shape),
            "input": flat(inputs),
            "outputs": [{"shape": list(output.shape), "values": flat(output)} for output in outputs],
        }
        if build is keras2:
            write_keras2(model)
            continue
        model.save(GOLDEN / f"{name}.keras")
        model.save(GOLDEN / f"{name}.h5")
        if build is every_layer:
            model.save_weights(GOLDEN / f"{name}.weights.h5")
    (GOLDEN / "expected.json").write_text(json.dumps(expected) + "\n")


if __name__ == "__main__":
    main()
