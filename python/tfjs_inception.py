"""The one layer of tfjs-inception's models that Keras does not have, for every backend of Keras 3.

Import this file before loading a `.keras` or `.h5` of the GoogLeNet variants 'paper' or 'caffe', the networks with local response normalization:

    import keras
    import tfjs_inception
    model = keras.models.load_model("googlenet.keras")

All other networks load without it.
"""

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="tfjs_inception")
class LocalResponseNormalization(keras.layers.Layer):
    """Divides by the energy of the neighbouring channels: `x / (bias + alpha * sum(x**2)) ** beta`.

    The sum runs over `2 * depth_radius + 1` channels, fewer at either end, as in `tf.nn.local_response_normalization`. Caffe's and the papers'
    alpha is divided by the number of channels in the sum: theirs is `alpha * (2 * depth_radius + 1)`.

    Input and output: `(batch, ..., channels)`.
    """

    def __init__(self, depth_radius=5, bias=1.0, alpha=1.0, beta=0.5, **kwargs):
        super().__init__(**kwargs)
        self.depth_radius = depth_radius
        self.bias = bias
        self.alpha = alpha
        self.beta = beta

    def call(self, x):
        channels = x.shape[-1]
        radius = self.depth_radius
        squares = ops.pad(ops.square(x), [[0, 0]] * (len(x.shape) - 1) + [[radius, radius]])
        energy = sum(squares[..., start : start + channels] for start in range(2 * radius + 1))
        return x / ops.power(self.bias + self.alpha * energy, self.beta)

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        settings = {"depth_radius": self.depth_radius, "bias": self.bias, "alpha": self.alpha, "beta": self.beta}
        return {**super().get_config(), **settings}
