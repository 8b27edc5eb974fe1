import { join } from 'node:path';
import type * as tf from '@tensorflow/tfjs';
import type { Command } from 'commander';
import { useBackend } from '../backends/useBackend.js';
import { grouped } from '../cost/textTable.js';
import { invalidArgument } from '../errors.js';
import { convertModel, type Conversion } from '../io/convertModel.js';
import { WEIGHT_SOURCES, type WeightSource } from '../io/loadWeights.js';
import { MODEL_FORMATS, type ModelFormat } from '../io/modelFormat.js';
import { TENSOR_NAMES, type WriteOptions } from '../io/modelWriters.js';
import type { WeightReport } from '../io/weights/weightReport.js';
import { NETWORK_NAMES } from '../spec/networkSpec.js';
import { oneOf, pictureSize, wholeNumber } from './arguments.js';
import { finishFirst } from './interrupt.js';
import { printJson } from './printJson.js';
import { say, showing } from './progress.js';
import { readLabels } from './readLabels.js';
import { readSpec } from './readSpec.js';

/** The layers that Keras does not know. */
const REGISTERED_IN_PYTHON = ['LocalResponseNormalization'];

/** What registers them, in this package. */
const PYTHON_FILE = join(__dirname, '..', '..', 'python', 'tfjs_inception.py');

interface ConvertFlags {
  readonly format?: ModelFormat;
  readonly names?: WriteOptions['names'];
  readonly arch?: string;
  readonly classes?: number;
  readonly heads?: boolean;
  readonly size?: [number, number];
  readonly source?: WeightSource;
  readonly labels?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

const HELP = `
IN   a tfjs folder or .json, Keras' .keras, .h5, .hdf5, PyTorch's .pth, .safetensors, .caffemodel
OUT  a folder (tfjs), .keras, .h5, .onnx or .safetensors; docs/formats.md says what each keeps

A file of weights alone is taken for the published network that its tensors' names give away; --arch says which one it is otherwise.

Examples:
  $ inception convert googlenet-1378be20.pth googlenet --labels imagenet
  $ inception convert model model.onnx
  $ inception convert model model.keras
  $ inception convert tuned.h5 tuned --arch inception-v3:keras --classes 5 --labels classes.txt
  $ inception convert model googlenet.safetensors --names torchvision`;

/** `inception convert IN OUT`: a model from any format that is read into any that is written. */
export function addConvert(program: Command): void {
  program
    .command('convert')
    .description('read a model in one format and write it in another: Keras, PyTorch, Caffe, tfjs, ONNX, safetensors')
    .argument('<in>', 'the model or weights to read')
    .argument('<out>', 'the folder or file to write; its extension names the format')
    .option('--format <name>', `what to write, whatever the extension: ${MODEL_FORMATS.join(', ')}`, oneOf('--format', MODEL_FORMATS))
    .option('--names <whose>', `tensor names of a .safetensors: ${TENSOR_NAMES.join(', ')}`, oneOf('--names', TENSOR_NAMES))
    .option('--arch <name>', `the network that weights are for, or NAME:VARIANT: ${NETWORK_NAMES.join(', ')}`)
    .option('--classes <n>', 'of that network; other than the weights have: the classifier is new', wholeNumber('--classes', 1, 1_000_000))
    .option('--heads', 'that network with its auxiliary heads')
    .option('--size <pixels>', "that network's input size, as 224 or 240x320 (height x width)", pictureSize)
    .option('--source <name>', `whose names the weights follow: ${WEIGHT_SOURCES.join(', ')}`, oneOf('--source', WEIGHT_SOURCES))
    .option('--labels <file>', 'class names, one a line in the order of their numbers; or imagenet')
    .option('--force', 'replace what stands at OUT')
    .option('--json', 'print what was done as JSON')
    .addHelpText('after', HELP)
    .action(convert);
}

async function convert(from: string, to: string, flags: ConvertFlags): Promise<void> {
  const { format, names, arch, classes, heads, size, source, force, json } = flags;
  const spec = arch === undefined ? undefined : readSpec(arch, { classes, heads, size, top: true });
  if (!spec) refuseBeside({ '--classes': classes, '--heads': heads, '--size': size, '--source': source });
  const labels = flags.labels === undefined ? undefined : await readLabels(flags.labels);
  // Nothing is computed, and here values stay in JavaScript's own memory.
  await useBackend('cpu');
  const options = { format, names, spec, source, labels, force };
  const conversion = await finishFirst(() => showing(`converting ${from}`, () => convertModel(from, to, options)));
  try {
    if (json) printJson({ from, to, ...described(conversion) });
    else sayDone(from, to, conversion);
  } finally {
    conversion.model.dispose();
  }
}

/** Flags that mean nothing without a network to fill. */
function refuseBeside(flags: Readonly<Record<string, unknown>>): void {
  const given = Object.keys(flags).find((flag) => flags[flag] !== undefined);
  if (given !== undefined) throw invalidArgument(given, 'an --arch beside it', 'none', 'It says what network the weights are for.');
}

function described({ model, format, weights, kept, lost }: Conversion): Record<string, unknown> {
  return { format, network: model.name, parameters: model.countParams(), weights, kept, lost, python: pythonFile(model, format) };
}

function sayDone(from: string, to: string, conversion: Conversion): void {
  const { model, format, weights, kept, lost } = conversion;
  say(`read       ${from}: ${model.name}, ${grouped(model.countParams())} parameters`);
  if (weights) say(weightLines(weights));
  say(`wrote      ${to} (${format}): ${kept.join(', ')}`);
  if (lost.length > 0) say(`left out   ${lost.join(', ')}: such a file has no place for it`);
  const python = pythonFile(model, format);
  if (python !== undefined) say(`python     import tfjs_inception before keras.models.load_model: ${python} registers its layers`);
}

/** How many tensors went where, and what there is to mind. */
function weightLines({ source, used, unused, missing, notes }: WeightReport): string {
  const counts = `${source}: ${used.length} tensors used, ${unused.length} not used, ${missing.length} of the network's left as they were`;
  return `weights    ${[counts, ...notes].join('\n           ')}`;
}

/** The file that Keras needs to load the model, where it needs one. */
function pythonFile(model: tf.LayersModel, format: ModelFormat): string | undefined {
  if (format !== 'keras' && format !== 'h5') return undefined;
  return model.layers.some((layer) => REGISTERED_IN_PYTHON.includes(layer.getClassName())) ? PYTHON_FILE : undefined;
}
