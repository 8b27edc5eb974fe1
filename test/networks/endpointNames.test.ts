import * as tf from '@tensorflow/tfjs';
import { featureExtractor } from '../../src/networks/featureExtractor.js';
import { inceptionResNetV1, type InceptionResNetV1Endpoint, type InceptionResNetV1Head } from '../../src/networks/inceptionResNetV1.js';
import { inceptionResNetV2, type InceptionResNetV2Endpoint, type InceptionResNetV2Head } from '../../src/networks/inceptionResNetV2.js';
import { inceptionV2, type InceptionV2Endpoint, type InceptionV2Head } from '../../src/networks/inceptionV2.js';
import { inceptionV3, type InceptionV3Endpoint, type InceptionV3Head } from '../../src/networks/inceptionV3.js';
import { inceptionV4, type InceptionV4Endpoint, type InceptionV4Head } from '../../src/networks/inceptionV4.js';
import { xception, type XceptionEndpoint, type XceptionHead } from '../../src/networks/xception.js';
import { networkSpec, type NetworkName } from '../../src/spec/networkSpec.js';
import { useBackendUnderTest } from '../backendUnderTest.js';
import { refusal } from '../blocks/blockModel.js';
import { PUBLISHED_BUILDERS, narrow } from './publishedBuilders.js';

beforeAll(async () => void (await useBackendUnderTest()));
const built: tf.LayersModel[] = [];
const keep = <Model extends tf.LayersModel>(model: Model): Model => {
  built.push(model);
  return model;
};
afterEach(() => built.splice(0).forEach((model) => model.dispose()));

/** A list that does not compile unless it holds every name of a union, and no other. */
const all =
  <Name extends string>() =>
  <const Names extends readonly Name[]>(
    names: Names & ([Exclude<Name, Names[number]>] extends [never] ? unknown : never),
  ): readonly string[] =>
    names;

// prettier-ignore
const ENDPOINTS: Readonly<Record<Exclude<NetworkName, 'googlenet'>, readonly string[]>> = {
  'inception-v2': all<InceptionV2Endpoint>()([
    'conv1', 'pool1', 'conv2_reduce', 'conv2', 'pool2', 'inception_3a', 'inception_3b', 'inception_3c', 'inception_4a', 'inception_4b',
    'inception_4c', 'inception_4d', 'inception_4e', 'inception_5a', 'inception_5b',
  ]),
  'inception-v3': all<InceptionV3Endpoint>()([
    'conv_1a', 'conv_2a', 'conv_2b', 'pool_3a', 'conv_3b', 'conv_4a', 'pool_5a', 'mixed_5b', 'mixed_5c', 'mixed_5d', 'mixed_6a', 'mixed_6b',
    'mixed_6c', 'mixed_6d', 'mixed_6e', 'mixed_7a', 'mixed_7b', 'mixed_7c',
  ]),
  'inception-v4': all<InceptionV4Endpoint>()([
    'conv_1a', 'conv_2a', 'conv_2b', 'mixed_3a', 'mixed_4a', 'mixed_5a', 'mixed_5b', 'mixed_5c', 'mixed_5d', 'mixed_5e', 'mixed_6a', 'mixed_6b',
    'mixed_6c', 'mixed_6d', 'mixed_6e', 'mixed_6f', 'mixed_6g', 'mixed_6h', 'mixed_7a', 'mixed_7b', 'mixed_7c', 'mixed_7d',
  ]),
  'inception-resnet-v1': all<InceptionResNetV1Endpoint>()([
    'conv_1a', 'conv_2a', 'conv_2b', 'pool_3a', 'conv_3b', 'conv_4a', 'conv_4b', 'block35_1', 'block35_2', 'block35_3', 'block35_4', 'block35_5',
    'mixed_6a', 'block17_1', 'block17_2', 'block17_3', 'block17_4', 'block17_5', 'block17_6', 'block17_7', 'block17_8', 'block17_9', 'block17_10',
    'mixed_7a', 'block8_1', 'block8_2', 'block8_3', 'block8_4', 'block8_5', 'block8_6',
  ]),
  'inception-resnet-v2': all<InceptionResNetV2Endpoint>()([
    'conv_1a', 'conv_2a', 'conv_2b', 'pool_3a', 'conv_3b', 'conv_4a', 'pool_5a', 'mixed_5b', 'block35_1', 'block35_2', 'block35_3', 'block35_4',
    'block35_5', 'block35_6', 'block35_7', 'block35_8', 'block35_9', 'block35_10', 'mixed_6a', 'block17_1', 'block17_2', 'block17_3',
    'block17_4', 'block17_5', 'block17_6', 'block17_7', 'block17_8', 'block17_9', 'block17_10', 'block17_11', 'block17_12', 'block17_13',
    'block17_14', 'block17_15', 'block17_16', 'block17_17', 'block17_18', 'block17_19', 'block17_20', 'mixed_7a', 'block8_1', 'block8_2',
    'block8_3', 'block8_4', 'block8_5', 'block8_6', 'block8_7', 'block8_8', 'block8_9', 'block8_10', 'conv_7b',
  ]),
  xception: all<XceptionEndpoint>()([
    'block1_conv1', 'block1_conv2', 'block2', 'block3', 'block4', 'block5', 'block6', 'block7', 'block8', 'block9', 'block10', 'block11',
    'block12', 'block13', 'block14_sepconv1', 'block14_sepconv2',
  ]),
};
const HEADS: Readonly<Record<Exclude<NetworkName, 'googlenet'>, readonly string[]>> = {
  'inception-v2': all<InceptionV2Head>()(['main']),
  'inception-v3': all<InceptionV3Head>()(['main', 'auxiliary_6e']),
  'inception-v4': all<InceptionV4Head>()(['main', 'auxiliary_6h']),
  'inception-resnet-v1': all<InceptionResNetV1Head>()(['main']),
  'inception-resnet-v2': all<InceptionResNetV2Head>()(['main', 'auxiliary_block17_20']),
  xception: all<XceptionHead>()(['main']),
};

describe('the names that compile are those of the trunk and the heads, all of them and in their order', () => {
  it.each(Object.entries(ENDPOINTS))('%s: %j', (network, names) => {
    const { trunk, auxiliaryHeads } = networkSpec(network, { auxiliaryHeads: HEADS[network as keyof typeof HEADS].length > 1 });
    expect(trunk.map(({ name }) => name)).toEqual(names);
    expect(['main', ...auxiliaryHeads.map(({ name }) => name)]).toEqual(HEADS[network as keyof typeof HEADS]);
  });

  it('others do not compile, and are refused with those there are', () => {
    const size = { widthMultiplier: 0.02, classes: 3, inputShape: [80, 80, 3] } as const;
    // @ts-expect-error Inception v2 has no inception_4f.
    expect(refusal(() => featureExtractor(keep(inceptionV2(size)), 'inception_4f')).code).toBe('INVALID_ARGUMENT');
    // @ts-expect-error Inception v3 has no mixed_5e, Inception v4 has.
    expect(refusal(() => featureExtractor(keep(inceptionV3(size)), 'mixed_5e')).code).toBe('INVALID_ARGUMENT');
    expect(featureExtractor(keep(inceptionV4(size)), 'mixed_5e').outputs).toHaveLength(1);
    // @ts-expect-error Inception v4's 17×17 modules end with mixed_6h.
    expect(refusal(() => featureExtractor(keep(inceptionV4(size)), 'mixed_6i')).code).toBe('INVALID_ARGUMENT');
    // @ts-expect-error Inception-ResNet v1 has five 35×35 blocks, not ten.
    expect(refusal(() => featureExtractor(keep(inceptionResNetV1(size)), 'block35_6')).code).toBe('INVALID_ARGUMENT');
    // @ts-expect-error Inception-ResNet v2's last block is block8_10.
    expect(refusal(() => featureExtractor(keep(inceptionResNetV2(size)), 'block8_11')).code).toBe('INVALID_ARGUMENT');
    // @ts-expect-error Xception's first block has no name of its own.
    expect(refusal(() => featureExtractor(keep(xception(size)), 'block1')).code).toBe('INVALID_ARGUMENT');
    // @ts-expect-error Xception has no auxiliary head.
    expect(keep(xception(size)).heads.auxiliary).toBeUndefined();
  });
});

describe('any endpoint can be cut out', () => {
  it.each(PUBLISHED_BUILDERS)('$network: every stage and the features, in one pass, as maps of the traced shapes', (row) => {
    const model = keep(row.build(narrow(row)));
    const names = Object.keys(model.endpoints);
    const { small } = row;
    const shapes = tf.tidy(() => {
      const outputs = featureExtractor(model, [...names, 'features']).predict(tf.randomUniform([1, small, small, 3])) as tf.Tensor[];
      return outputs.map(({ shape }) => shape.slice(1));
    });
    const features = model.logits.main.inputs[0].shape.slice(1);
    expect(shapes).toEqual([...names.map((name) => model.endpoints[name].shape.slice(1)), features]);
  });
});
