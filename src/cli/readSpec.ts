import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { expectedGot, invalidArgument } from '../errors.js';
import { RECORD_KEY } from '../io/modelRecord.js';
import type { NetworkOptions } from '../spec/options.js';
import { networkSpec } from '../spec/networkSpec.js';
import type { NetworkSpec } from '../spec/types.js';
import { validateSpec } from '../spec/validateSpec.js';

const modelDescription = z.object({ userDefinedMetadata: z.object({ [RECORD_KEY]: z.object({ spec: z.unknown() }) }) });

/** The flags that choose among a network's forms. */
export interface ArchitectureFlags {
  readonly variant?: string;
  readonly heads?: boolean;
  readonly width?: number;
  readonly size?: [number, number];
  readonly classes?: number;
  readonly stem?: NetworkOptions['stem'];
  readonly top: boolean;
  readonly json?: boolean;
}

/** The spec that a network's name, as `googlenet` or `googlenet:paper`, and the flags mean, or that a file holds. */
export function readSpec(name: string, flags: ArchitectureFlags): NetworkSpec {
  const { variant, heads, width, size, classes, stem, top } = flags;
  const options: NetworkOptions = {
    ...(variant !== undefined && { variant }),
    ...(heads && { auxiliaryHeads: true }),
    ...(width !== undefined && { widthMultiplier: width }),
    ...(size && { inputShape: [size[0], size[1], 3] }),
    ...(classes !== undefined && { classes }),
    ...(stem !== undefined && { stem }),
    ...(!top && { includeTop: false }),
  };
  if (!isSpecFile(name)) {
    const [network, named] = networkAndVariant(name);
    if (named === undefined) return networkSpec(network, options);
    if (variant !== undefined) throw invalidArgument('--variant', `none beside ${name}`, variant);
    return networkSpec(network, { ...options, variant: named });
  }
  const given = Object.keys(options);
  if (given.length > 0) {
    throw invalidArgument(name, 'no other options beside a spec file', given.join(', '), 'Change them in the file.');
  }
  return validateSpec(specIn(parseFile(name)));
}

/** A saved model's description holds its spec among other things. */
function specIn(json: unknown): unknown {
  const saved = modelDescription.safeParse(json);
  return saved.success ? saved.data.userDefinedMetadata[RECORD_KEY].spec : json;
}

/** Whether this names a file rather than a network. */
export function isSpecFile(name: string): boolean {
  return name.toLowerCase().endsWith('.json');
}

/** The two parts of `googlenet:paper`; of a name by itself the first. */
export function networkAndVariant(text: string): [network: string, variant?: string] {
  const colon = text.indexOf(':');
  return colon < 0 ? [text] : [text.slice(0, colon), text.slice(colon + 1)];
}

function parseFile(file: string): unknown {
  try {
    // Some shells begin a redirected file with a byte order mark.
    return JSON.parse(readFileSync(file, 'utf8').replace(/^\uFEFF/, ''));
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    const reason = (cause as Error).message;
    if (missing)
      throw expectedGot('NOT_FOUND', file, 'a spec file', 'nothing', 'Check the path; it is taken from the working directory.', cause);
    throw expectedGot('INVALID_ARGUMENT', file, 'a spec as JSON', reason, 'inception summary googlenet --json prints one.', cause);
  }
}
