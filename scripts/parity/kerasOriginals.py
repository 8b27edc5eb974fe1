"""Networks of keras.applications, filled and run as Keras defines them."""

import importlib

import keras
import numpy as np

from fill import fill, our_weights

# Where an application's module is not called as its network is.
MODULES = {"InceptionV3": "inception_v3", "InceptionResNetV2": "inception_resnet_v2", "Xception": "xception"}


def run_keras(case, picture):
    """What the original makes of a picture (its endpoints and logits by our names), and which version of what it is."""
    application = importlib.import_module(f"keras.applications.{MODULES[case['original']]}")
    size = case["size"]
    # Keras goes on counting from network to network: add, add_1, …
    keras.utils.clear_session()
    layers = []
    with creation_order(layers):
        network = getattr(application, case["original"])(weights=None, input_shape=(size, size, 3), classifier_activation=None)
    fill([slot for layer in layers for slot in slots_of(layer)], our_weights(case))
    endpoints = [network.get_layer(theirs).output for theirs in case["endpoints"].values()]
    cut = keras.Model(network.input, [*endpoints, network.output])
    outputs = cut.predict(application.preprocess_input(picture.astype(np.float32))[None], verbose=0)
    names = [*case["endpoints"], "main_logits"]
    backend = importlib.import_module(keras.backend.backend())
    return (
        {name: np.ascontiguousarray(values[0]) for name, values in zip(names, outputs)},
        f"keras {keras.__version__}, {keras.backend.backend()} {backend.__version__}",
    )


class creation_order:
    """Lists the layers that are made within a `with`, in the order in which they are made; a model's own list is ordered by depth."""

    def __init__(self, layers):
        self.layers = layers

    def __enter__(self):
        self.original = keras.layers.Layer.__init__

        def recording(layer, *positional, **named):
            self.layers.append(layer)
            self.original(layer, *positional, **named)

        keras.layers.Layer.__init__ = recording

    def __exit__(self, *_):
        keras.layers.Layer.__init__ = self.original


def slots_of(layer):
    """Everything that one layer holds. A model's weights are its layers'."""
    if isinstance(layer, keras.Model):
        return []
    return [(variable.name, list(variable.shape), variable.assign) for variable in layer.weights]
