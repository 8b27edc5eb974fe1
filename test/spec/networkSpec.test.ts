import { googlenetSpec } from '../../src/spec/googlenet.js';
import { NETWORK_NAMES, networkSpec } from '../../src/spec/networkSpec.js';

it("networkSpec('googlenet', options) is the builder's spec", () => {
  const options = { variant: 'caffe', classes: 7, auxiliaryHeads: true } as const;
  expect(networkSpec('googlenet', options)).toEqual(googlenetSpec(options));
});

it('seven networks in the order of their papers', () => {
  expect(NETWORK_NAMES).toEqual([
    ...['googlenet', 'inception-v2', 'inception-v3', 'inception-v4', 'inception-resnet-v1', 'inception-resnet-v2', 'xception'],
  ]);
});

it.each(['inception-v9', 'GoogLeNet', 'toString', '', undefined])('an unknown name, %p, lists those there are', (name) => {
  expect(() => networkSpec(name as string)).toThrow(
    expect.objectContaining({
      code: 'INVALID_ARGUMENT',
      message: expect.stringMatching(/^networkSpec: expected one of 'googlenet'.*, got /),
    }),
  );
});

it.each(NETWORK_NAMES)('%s gives a new spec each time: emptying every array of one leaves the next as it was', (network) => {
  const before = JSON.stringify(networkSpec(network));
  const empty = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    Object.values(value).forEach(empty);
    if (Array.isArray(value)) value.length = 0;
    else Object.keys(value).forEach((key) => delete (value as Record<string, unknown>)[key]);
  };
  empty(networkSpec(network));
  expect(JSON.stringify(networkSpec(network))).toBe(before);
});
