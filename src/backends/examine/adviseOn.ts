import type { BackendName } from '../backendDriver.js';
import { wheelArchitecture } from '../native/install/wheelTags.js';
import { installCommand } from '../nativePackage.js';
import { TENSORFLOW_JS } from '../tensorFlowJsVersion.js';
import type { Advice, Diagnosis } from './diagnosis.js';

/** A lesser lead may be the measurement's. */
const WORTH_NAMING = 1.2;

type Findings = Omit<Diagnosis, 'advice'>;

/** What could be made faster here, by what was found. @returns At least one piece of advice for training. */
export function adviseOn(diagnosis: Findings): Advice[] {
  const training = [chooseFastest(diagnosis), installCuda(diagnosis), installNative(diagnosis), installWebGpu(diagnosis)];
  const given = training.filter((advice) => advice !== undefined);
  if (diagnosis.fastest === undefined) given.unshift({ text: 'No backend can train here. Install this package anew.', command: 'npm ci' });
  if (given.length === 0) given.push({ text: 'For training, nothing faster is to be had here.' });
  return [...given, ...installOnnxRuntime(diagnosis)];
}

/** `'auto'` goes by an order and measures nothing; and an addon that ends the process ends `'auto'` with it. */
function chooseFastest({ auto, backends, fastest }: Findings): Advice | undefined {
  if (fastest === undefined) return undefined;
  const chosen = auto.report?.name;
  if (chosen === undefined)
    return { text: `auto does not come through here: ${auto.reason}. Ask for ${fastest} by name: --backend ${fastest}.` };
  const ratio = speedRatio(backends, fastest, chosen);
  if (ratio === undefined || ratio < WORTH_NAMING) return undefined;
  return {
    text: `Here ${fastest} is ${ratio.toFixed(1)} times as fast as ${chosen}, which auto takes. Ask for it by name: --backend ${fastest}.`,
  };
}

/** How many times as fast as another backend one was measured to be. */
export function speedRatio(backends: Diagnosis['backends'], faster: BackendName, slower: BackendName): number | undefined {
  const [one, other] = [faster, slower].map((name) => backends.find((examination) => examination.name === name)?.multiplyAddsPerSecond);
  return one === undefined || other === undefined ? undefined : one / other;
}

function installCuda({ gpu, backends, machine, tools }: Findings): Advice | undefined {
  const works = backends.some(({ name, works, report }) => name === 'tfjs-node-gpu' && works && report?.device === 'cuda');
  if (works || gpu.noCuda !== undefined || !takesNativeInstall(machine)) return undefined;
  return {
    text: `An NVIDIA GPU seems to be here, and tfjs-node-gpu does not use it.${toolsFirst(tools)}`,
    command: installCommand('tfjs-node-gpu'),
  };
}

function installNative({ backends, machine, tools }: Findings): Advice | undefined {
  if (backends.some(({ name, works }) => name.startsWith('tfjs-node') && works)) return undefined;
  const text = `tfjs-node, TensorFlow's own library, does not run here. Measure it with this command after the install.`;
  if (takesNativeInstall(machine)) return { text: text + toolsFirst(tools), command: installCommand('tfjs-node') };
  // TensorFlow has no build for musl.
  return machine.platform === 'linux' ? undefined : { text, command: `npm install @tensorflow/tfjs-node@${TENSORFLOW_JS}` };
}

function takesNativeInstall({ platform, architecture, libc }: Diagnosis['machine']): boolean {
  return wheelArchitecture(platform, architecture) !== undefined && libc !== 'musl';
}

function toolsFirst(tools: Diagnosis['tools']): string {
  const missing = tools.flatMap(({ what, mend }) => (mend === undefined ? [] : [`${what} (${mend})`]));
  return missing.length === 0 ? '' : ` The install needs what is not here: ${missing.join(', ')}.`;
}

/** GPUs of other makes than NVIDIA's. */
function installWebGpu({ gpu, machine, packages }: Findings): Advice | undefined {
  const isInstalled = packages.some(({ name, place }) => name === 'webgpu' && place !== undefined);
  const hasGpu = gpu.renderDevices.length > 0 || machine.platform === 'darwin';
  if (isInstalled || !hasGpu || gpu.noCuda === undefined) return undefined;
  const text = 'There seems to be a GPU, which WebGPU may use; measure it with this command after the install.';
  return { text, command: `npm install webgpu @tensorflow/tfjs-backend-webgpu@${TENSORFLOW_JS}` };
}

function installOnnxRuntime({ onnxRuntime }: Findings): Advice[] {
  if (onnxRuntime.works) return [];
  return [
    { text: 'Classifying goes through TensorFlow.js, since ONNX Runtime does not run here.', command: installCommand('onnxruntime-node') },
  ];
}
