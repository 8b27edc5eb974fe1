"""Writes test/training/golden/tensorflowStep.json: what TensorFlow and Keras make of gradients, averages and class weights.

Usage: pip install tensorflow-cpu==2.21.0 && python scripts/golden/writeTensorflowStep.py
"""

import json
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

GRADIENTS = [[[3.0, -4.0, 0.5], [1.0, 2.0, -0.25]], [0.125, -6.0], [[[7.5]]]]
LOGITS = [[1.0, -2.0, 0.5], [0.25, 3.0, -1.0], [2.0, 0.0, -0.5], [-1.5, 0.75, 1.25]]
LABELS = [0, 2, 0, 1]
CLASS_WEIGHTS = [0.5, 2.0, 3.5]


def clipped(value, norm):
    tensors = [tf.constant(gradient) for gradient in GRADIENTS]
    bounded = tensors if value is None else [tf.clip_by_value(tensor, -value, value) for tensor in tensors]
    result, length = tf.clip_by_global_norm(bounded, norm)
    return {
        "clip": {"norm": norm} if value is None else {"value": value, "norm": norm},
        "length": float(length),
        "gradients": [tensor.numpy().tolist() for tensor in result],
    }


def averages(decay, steps=40):
    """A weight that is sin(t) at step t, from 1 at first; the global step is raised before the average is taken."""
    weight = tf.Variable(1.0, dtype=tf.float64)
    step = tf.Variable(0, dtype=tf.int64)
    average = tf.train.ExponentialMovingAverage(decay, num_updates=step)
    average.apply([weight])
    history = []
    for number in range(steps):
        weight.assign(np.sin(number))
        step.assign_add(1)
        average.apply([weight])
        history.append(float(average.average(weight)))
    return {"decay": decay, "averages": history}


def weighted_loss(label_smoothing):
    identity = keras.layers.Dense(3, use_bias=False, kernel_initializer="identity")
    model = keras.Sequential([keras.Input((3,)), identity])
    loss = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=label_smoothing)
    model.compile(optimizer=keras.optimizers.SGD(0.0), loss=loss)
    targets = keras.utils.to_categorical(LABELS, 3)
    value = model.train_on_batch(np.array(LOGITS, np.float32), targets, class_weight=dict(enumerate(CLASS_WEIGHTS)))
    return {"labelSmoothing": label_smoothing, "loss": float(value)}


golden = {
    "origin": f"python scripts/golden/writeTensorflowStep.py, tensorflow {tf.__version__}, keras {keras.__version__}",
    "gradients": GRADIENTS,
    "clipped": [clipped(None, 2.0), clipped(None, 100.0), clipped(3.0, 2.0)],
    "averages": [averages(0.9), averages(0.5)],
    "classWeights": {
        "logits": LOGITS,
        "labels": LABELS,
        "weights": CLASS_WEIGHTS,
        "losses": [weighted_loss(0.0), weighted_loss(0.1)],
    },
}
path = Path(__file__).parents[2] / "test" / "training" / "golden" / "tensorflowStep.json"
path.write_text(json.dumps(golden, indent=2) + "\n")
print(path.stat().st_size, "bytes")
