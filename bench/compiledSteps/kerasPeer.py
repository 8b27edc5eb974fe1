"""A network spec built, trained and run by Keras 3 on TensorFlow; the program of a Contender of compiledSteps.mjs."""

import os

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

from pathlib import Path  # noqa: E402

import keras  # noqa: E402
import numpy  # noqa: E402
import tensorflow as tf  # noqa: E402
from keras import layers  # noqa: E402
from peer import LEARNING_RATE, MOMENTUM, answer, both_sides, style_of, task  # noqa: E402


class LocalResponseNormalization(layers.Layer):
    """TensorFlow's own operation."""

    def __init__(self, step):
        super().__init__()
        self.settings = {name: step[name] for name in ("bias", "alpha", "beta")} | {"depth_radius": step["depthRadius"]}

    def call(self, x):
        return tf.nn.local_response_normalization(x, **self.settings)


def normalized(x, spec):
    style = spec["convolution"]["batchNormalization"]
    return layers.BatchNormalization(**style)(x)


def padded(x, padding):
    """The input, and the padding that Keras' layers know."""
    if isinstance(padding, dict):
        return layers.ZeroPadding2D(padding["zeros"])(x), "valid"
    return x, padding


def convolved(x, step, spec):
    order, use_bias = style_of(step, spec)
    relu = step.get("activation", "relu") == "relu"
    x, padding = padded(x, step.get("padding", "same"))
    window = {"kernel_size": both_sides(step["kernelSize"]), "strides": both_sides(step.get("strides", 1)), "padding": padding}
    own_relu = "relu" if relu and order != "conv-bn-relu" else None
    x = layers.Conv2D(step["filters"], **window, use_bias=use_bias, activation=own_relu)(x)
    if order == "conv-relu":
        return x
    x = normalized(x, spec)
    return layers.ReLU()(x) if relu and order == "conv-bn-relu" else x


def pooled(x, step):
    layer = layers.MaxPooling2D if step["op"] == "maxPool" else layers.AveragePooling2D
    x, padding = padded(x, step.get("padding", "same"))
    return layer(both_sides(step["poolSize"]), both_sides(step.get("strides", 1)), padding)(x)


def merged(x, step, spec):
    if step.get("merge", "concat") != "concat":
        raise ValueError(f"{step['name']}: expected branches to concatenate, got {step['merge']}")
    branches = [chained(x, branch, spec) for branch in step["branches"]]
    return layers.Concatenate()(branches) if len(branches) > 1 else branches[0]


STEPS = {
    "convolution": convolved,
    "maxPool": lambda x, step, spec: pooled(x, step),
    "averagePool": lambda x, step, spec: pooled(x, step),
    "globalAveragePool": lambda x, step, spec: layers.GlobalAveragePooling2D()(x),
    "localResponseNormalization": lambda x, step, spec: LocalResponseNormalization(step)(x),
    "dropout": lambda x, step, spec: layers.Dropout(step["rate"])(x),
    "module": merged,
}


def chained(x, steps, spec):
    for step in steps:
        x = STEPS[step["op"]](x, step, spec)
    return x


def built(spec):
    """Pictures 0–255 in, logits out."""
    pictures = keras.Input(spec["inputShape"])
    prepared = layers.Rescaling(spec["preprocessing"]["scale"], spec["preprocessing"]["offset"])(pictures)
    features = chained(prepared, [*spec["trunk"], *spec["top"]], spec)
    return keras.Model(pictures, layers.Dense(spec["classes"])(features))


def about(model):
    def size(weights):
        return int(sum(numpy.prod(weight.shape) for weight in weights))

    multiply_adds = sum(
        size([layer.kernel]) * int(numpy.prod(layer.output.shape[1:-1]))
        for layer in model.layers
        if isinstance(layer, (layers.Conv2D, layers.Dense))
    )
    return {
        "parameters": {"trainable": size(model.trainable_weights), "total": model.count_params()},
        "multiplyAdds": multiply_adds,
        "version": f"Keras {keras.__version__} on TensorFlow {tf.__version__}",
    }


def compiled(model):
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.SGD(LEARNING_RATE, MOMENTUM), loss)


def training(model, given):
    compiled(model)
    pictures = random_pictures(given)
    labels = tf.range(given["batch"]) % given["spec"]["classes"]
    return lambda: model.train_on_batch(pictures, labels)


def forward(model, given):
    probabilities = tf.function(lambda pictures: tf.nn.softmax(model(pictures, training=False)))
    pictures = random_pictures(given)
    return lambda: probabilities(pictures).numpy()


def random_pictures(given):
    return tf.random.uniform((given["batch"], *given["spec"]["inputShape"]), 0, 255, seed=1)


def folder(model, given):
    """One epoch with random crops of 8 to 100 % of the area, sides 3:4 to 4:3, of which only the crop is decoded."""
    compiled(model)
    size = given["spec"]["inputShape"][:2]
    files = sorted(Path(given["folder"]).glob("*/*.jpg"))
    classes = sorted({file.parent.name for file in files})
    labels = [classes.index(file.parent.name) for file in files]

    def picture(path, label):
        bytes_of_file = tf.io.read_file(path)
        begin, extent, _ = tf.image.sample_distorted_bounding_box(
            tf.io.extract_jpeg_shape(bytes_of_file),
            bounding_boxes=tf.constant([[[0.0, 0.0, 1.0, 1.0]]]),
            aspect_ratio_range=(3 / 4, 4 / 3),
            area_range=(0.08, 1),
            max_attempts=10,
            use_image_if_no_bounding_boxes=True,
        )
        window = tf.concat([begin[:2], extent[:2]], 0)
        cropped = tf.io.decode_and_crop_jpeg(bytes_of_file, window, channels=3)
        return tf.image.random_flip_left_right(tf.image.resize(cropped, size)), label

    pictures = tf.data.Dataset.from_tensor_slices(([str(file) for file in files], labels)).shuffle(len(files))
    batches = pictures.map(picture, num_parallel_calls=tf.data.AUTOTUNE).batch(given["batch"]).prefetch(tf.data.AUTOTUNE)
    return lambda: model.fit(batches, epochs=1, verbose=0)


def main():
    given = task()
    tf.config.threading.set_intra_op_parallelism_threads(given["threads"])
    tf.config.threading.set_inter_op_parallelism_threads(given["threads"])
    model = built(given["spec"])
    answer({"training": training, "forward": forward, "folder": folder}[given["what"]](model, given), about(model))


if __name__ == "__main__":
    main()
