import { backend_util, type FusedConv2DAttrs, type KernelConfig, type Tensor, type TensorInfo } from '@tensorflow/tfjs';
import { attributes, overNativeKernel, type AttributeValues } from './nativeBackend.js';
import { ONE_DNN_LABEL, throughOneDnn } from './throughOneDnn.js';

type Inputs = Readonly<Record<'x' | 'filter', TensorInfo>> & { readonly bias?: TensorInfo };

/**
 * Convolution with its bias as one operation, through oneDNN, and ReLU after it: the same bits as convolution, addition and ReLU. One
 * operation for all three, `_FusedConv2D`, takes a list of texts as an attribute, and tfjs-node's addon cannot pass one.
 */
export const fusedConv2DOnNative = (original: KernelConfig): KernelConfig =>
  overNativeKernel<Inputs, FusedConv2DAttrs>(original, ({ inputs: { x, filter, bias }, attrs, backend }) => {
    const convolution = convolutionOf(x, filter, attrs);
    const isOurs = attrs.activation === 'linear' || attrs.activation === 'relu';
    if (convolution === undefined || !isOurs || bias?.shape.length !== 1 || bias.shape[0] !== filter.shape[3]) return undefined;
    const given = [x, filter, bias];
    const sum = throughOneDnn(backend, () => {
      return backend.executeSingleOutput('_MklNativeConv2DWithBias', attributes(backend, convolution), given);
    });
    return sum && attrs.activation === 'relu' ? rectified(sum) : sum;
  });

function rectified(sum: Tensor): TensorInfo {
  const y = sum.relu();
  sum.dispose();
  return y;
}

/** TensorFlow's attributes; undefined for padding that TensorFlow does not know. */
function convolutionOf(x: TensorInfo, filter: TensorInfo, attrs: FusedConv2DAttrs): AttributeValues | undefined {
  const { strides, pad, dataFormat, dilations, dimRoundingMode } = attrs;
  if (dataFormat !== 'NHWC' || x.dtype !== 'float32') return undefined;
  const [input, window] = [x.shape, filter.shape] as [number, number, number, number][];
  const info = backend_util.computeConv2DInfo(input, window, strides, dilations, pad, dimRoundingMode);
  if (info.padInfo.type !== 'SAME' && info.padInfo.type !== 'VALID') return undefined;
  return {
    types: ['T'],
    integers: { strides: [1, info.strideHeight, info.strideWidth, 1], dilations: [1, info.dilationHeight, info.dilationWidth, 1] },
    texts: { padding: info.padInfo.type, data_format: dataFormat, ...ONE_DNN_LABEL },
  };
}
