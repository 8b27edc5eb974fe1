import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Shapes by name, in the source's order. */
export type Manifest = ReadonlyMap<string, readonly number[]>;

interface Golden {
  readonly origin: string;
  readonly manifests: Readonly<Record<string, readonly string[]>>;
}

const golden = (file: string): Golden => JSON.parse(readFileSync(join(__dirname, 'golden', file), 'utf8')) as Golden;

const numbers = (shape: string): number[] => shape.split('x').map(Number);

/** Every tensor of a torch network's state dict; scripts/golden/writeTorchNames.py says how its lines are meant. */
export function torchManifest(network: string): Manifest {
  return new Map(
    golden('torch.json').manifests[network].flatMap((line) => {
      const [layer, parts, shape] = line.split(' ');
      return parts.split(',').map((part): [string, number[]] => [`${layer}.${part}`, part === 'num_batches_tracked' ? [] : numbers(shape)]);
    }),
  );
}

/** Every weight of a Keras network, in the order of `model.layers`. */
export function kerasManifest(network: string): Manifest {
  return new Map(
    golden('keras.json').manifests[network].flatMap((line) => {
      const [layer, ...pairs] = line.split(' ');
      return pairs.flatMap((part, index): [string, number[]][] =>
        index % 2 === 0 ? [[`${layer}/${part}`, numbers(pairs[index + 1])]] : [],
      );
    }),
  );
}
