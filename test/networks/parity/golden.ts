import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeSafetensors, type SafetensorsTensor } from '../../../src/io/safetensors/safetensors.js';
import { typedView } from '../../../src/io/typedView.js';
import type { NetworkName } from '../../../src/spec/networkSpec.js';

/** One network of another library, at one size; scripts/parity/write.py reads the same list. */
export interface ParityCase {
  readonly name: string;
  readonly network: NetworkName;
  readonly variant: string;
  /** Of the square picture, in pixels. */
  readonly size: number;
  /** How much of the range of bytes the picture fills. @default 1 */
  readonly contrast?: number;
  /** The library that the numbers come from; `'table'` where none has the network any more. */
  readonly tool: string;
  /** The network's name there. */
  readonly original?: string;
  /** Its layers by our names of the stages. */
  readonly endpoints: Readonly<Record<string, string>>;
  /** The auxiliary heads that are compared. */
  readonly heads?: readonly string[];
  /** Not compared on cpu, which at the largest sizes takes most of a minute. */
  readonly slowOnCpu?: boolean;
}

/** Every network that is compared. */
export const CASES = JSON.parse(readFileSync(join(__dirname, 'cases.json'), 'utf8')) as readonly ParityCase[];

/** One map or vector of an original, without the batch. */
export interface GoldenOutput {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
  /** Of large maps only these channels are kept. */
  readonly everyNthChannel: number;
}

/** What an original made of a picture. */
export interface Golden {
  /** Bytes, `[size, size, 3]`, RGB. */
  readonly picture: SafetensorsTensor;
  /** Its endpoints' maps, of large ones every n-th channel, and its heads' logits. */
  readonly outputs: readonly GoldenOutput[];
  readonly metadata: Readonly<Record<string, string>>;
}

/** @throws Error with the command that makes it, if there is no such file. */
export function readGolden(name: string, directory = join(__dirname, 'golden')): Golden {
  const file = join(directory, `${name}.safetensors`);
  if (!existsSync(file)) {
    throw new Error(`${name}.safetensors is missing. Make it with: bash scripts/parity/run.sh write ${name}`);
  }
  const { tensors, metadata } = decodeSafetensors(file, readFileSync(file));
  const every = JSON.parse(metadata.everyNthChannel ?? '{}') as Record<string, number>;
  const outputs = [...tensors.values()].filter(({ dtype }) => dtype === 'F32');
  return {
    picture: tensors.get('picture') as SafetensorsTensor,
    outputs: outputs.map(({ name: tensor, shape, data }) => ({
      name: tensor,
      shape,
      values: typedView(Float32Array, data),
      everyNthChannel: every[tensor] ?? 1,
    })),
    metadata,
  };
}
