import type { Preprocessing } from './types.js';

/** −1 to 1. Torchvision's `transform_input` turns its ImageNet normalisation back into exactly this. */
export const SYMMETRIC: Preprocessing = { channelOrder: 'rgb', scale: 1 / 127.5, offset: [-1, -1, -1] };

/** The paper of GoogLeNet subtracts a mean that it does not name; this is Caffe's, in RGB. */
export const MEAN_SUBTRACTED: Preprocessing = { channelOrder: 'rgb', scale: 1, offset: [-123, -117, -104] };

/** BVLC's GoogLeNet. */
export const CAFFE_MEANS: Preprocessing = { channelOrder: 'bgr', scale: 1, offset: [-104, -117, -123] };

/** The Caffe port of BN-Inception, whose mean of red is another. */
export const BN_INCEPTION_MEANS: Preprocessing = { channelOrder: 'bgr', scale: 1, offset: [-104, -117, -128] };

/** facenet-pytorch's `fixed_image_standardization`: (value − 127.5) / 128. */
export const FACENET_RANGE: Preprocessing = { channelOrder: 'rgb', scale: 1 / 128, offset: [-127.5 / 128, -127.5 / 128, -127.5 / 128] };
