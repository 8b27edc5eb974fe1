import { join } from 'node:path';
import type { Command } from 'commander';
import { attempt } from '../backends/attempt.js';
import { megabytes } from '../backends/native/install/diskSpace.js';
import type { InstallWatch, NativeInstall } from '../backends/native/install/runInstall.js';
import { INSTALL_COMMANDS, NATIVE_PACKAGE_NAMES, type NativePackageName } from '../backends/native/installedPackage.js';
import { installOnnxRuntime } from '../backends/native/installOnnxRuntime.js';
import { DEFAULT_TENSORFLOW, installTensorFlow, type TensorFlowChoice } from '../backends/native/installTensorFlow.js';
import { nativeHome, NATIVE_HOME_VARIABLE } from '../backends/native/nativeHome.js';
import { nativeStatus, type NativeStatus } from '../backends/native/nativeStatus.js';
import { uninstallNative } from '../backends/native/uninstallNative.js';
import { InceptionError, invalidArgument } from '../errors.js';
import { finishFirst, sayIfStopped, stoppable } from './interrupt.js';
import { printJson } from './printJson.js';
import { say, showing, startProgress, type Progress } from './progress.js';

interface InstallFlags extends TensorFlowChoice {
  readonly onnx?: boolean;
  readonly force?: boolean;
  readonly json?: boolean;
}

interface UninstallFlags {
  readonly cuda?: boolean;
  readonly onnx?: boolean;
  readonly all?: boolean;
  readonly json?: boolean;
}

const help = (): string => `
Examples:
  $ inception native install                 TensorFlow on the CPU: backend tfjs-node
  $ inception native install --cuda          TensorFlow on an NVIDIA GPU: backend tfjs-node-gpu
  $ inception native status
All subcommands take --json. ${NATIVE_HOME_VARIABLE} names another folder than ${attempt(nativeHome) ?? "the user's own, which has none"}.`;

const INSTALL_HELP = `
Needs npm, a C++ compiler (g++, or the one in CXX) and Python 3 with pip; each takes registry, mirror and proxy from its own configuration.
What was installed before stays until the new one has been tried. Interrupted, the same command goes on from where it was.

Examples:
  $ inception native install
  $ inception native install --cuda
  $ inception native install --wheel tensorflow_cpu-${DEFAULT_TENSORFLOW}-cp311-cp311-manylinux_2_27_x86_64.whl
  $ ${NATIVE_HOME_VARIABLE}=/opt/native inception native install
  $ ${INSTALL_COMMANDS['onnxruntime-node']}`;

/** `inception native install|status|uninstall`: native packages beside every project, outside `node_modules`. */
export function addNative(program: Command): void {
  const native = program
    .command('native')
    .description('install TensorFlow (CPU or CUDA) or ONNX Runtime beside every project, see what is installed, remove it')
    .addHelpText('after', help)
    // The subcommands inherit it.
    .exitOverride();
  addInstall(native);
  native
    .command('status')
    .description('what is installed, where, how large, and whether it works; exit code 1 if something does not')
    .option('--json', 'print it as JSON')
    .option('--verbose', 'print stack traces')
    .addHelpText('after', '\nExample:\n  $ inception native status')
    .action(status);
  native
    .command('uninstall')
    .description('remove tfjs-node, or what the flags name')
    .option('--cuda', 'remove tfjs-node-gpu')
    .option('--onnx', 'remove onnxruntime-node')
    .option('--all', 'remove all of it')
    .option('--json', 'print what was done as JSON')
    .option('--verbose', 'print stack traces')
    .addHelpText('after', '\nExample:\n  $ inception native uninstall --all')
    .action(uninstall);
}

function addInstall(native: Command): void {
  native
    .command('install')
    .description('bring a native backend: libraries from PyPI, packages from npm, compiled and tried here')
    .option('--cuda', 'for NVIDIA GPUs, with the CUDA libraries that TensorFlow needs (backend tfjs-node-gpu)')
    .option('--system-cuda', "with --cuda: use this machine's own CUDA libraries, download none")
    .option('--onnx', 'ONNX Runtime instead of TensorFlow: the faster engine for classifying')
    .option('--tensorflow <version>', `which TensorFlow (default: ${DEFAULT_TENSORFLOW})`)
    .option('--wheel <file>', 'a wheel of tensorflow or tensorflow-cpu, instead of a download')
    .option('--libtensorflow <folder>', "libtensorflow's folder, or site-packages/tensorflow, instead of a wheel")
    .option('--python <path>', 'the Python whose pip downloads (default: python3)')
    .option('--force', 'install anew what is installed already')
    .option('--json', 'print what was done as JSON')
    .option('--verbose', 'print stack traces')
    .addHelpText('after', INSTALL_HELP)
    .action(install);
}

async function install({ onnx, force, json, ...choice }: InstallFlags): Promise<void> {
  const startedAt = performance.now();
  if (onnx) refuseBesideOnnx(choice);
  const bar = installBar();
  const watch: Omit<InstallWatch, 'signal'> = {
    force,
    onProgress: bar.update,
    onStep({ name, done, elapsedMs }) {
      bar.end();
      say(`${name.padEnd(10)} ${done} (${seconds(elapsedMs)})`);
    },
  };
  sayIfStopped('nothing was changed; the same command goes on from where it was');
  try {
    const done = await stoppable((signal) =>
      onnx ? installOnnxRuntime({ ...watch, signal }) : installTensorFlow(choice, { ...watch, signal }),
    );
    const elapsedMs = performance.now() - startedAt;
    if (json) printJson({ ...describe(done), elapsedMs });
    else say(`${(done.wasThere ? 'unchanged' : 'installed').padEnd(10)} ${placeOf(done)} (${seconds(elapsedMs)})`);
  } finally {
    bar.end();
  }
}

function refuseBesideOnnx(choice: TensorFlowChoice): void {
  const [flag] = Object.keys(choice).filter((name) => name !== 'verbose');
  if (flag === undefined) return;
  const given = `--${flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  throw invalidArgument('--onnx', 'no flag of TensorFlow beside it', given, 'Install one after the other.');
}

function describe({ name, home, record, wasThere }: NativeInstall): Record<string, unknown> {
  return { name, wasThere, path: join(home, record.folder), ...record };
}

function placeOf({ name, home, record }: NativeInstall): string {
  return `${name} in ${join(home, record.folder)}, ${megabytes(record.bytes ?? 0)} on the disk`;
}

/** A bar for each thing that is downloaded or unpacked; where the size is not known, its name. */
function installBar(): { readonly update: NonNullable<InstallWatch['onProgress']>; readonly end: () => void } {
  let bar: Progress | undefined;
  let shown = '';
  const end = (): void => {
    bar?.end();
    bar = undefined;
  };
  return {
    update(doing, done, total) {
      if (bar === undefined || shown !== `${doing} ${total}`) {
        end();
        shown = `${doing} ${total}`;
        bar = startProgress(doing, total);
      }
      bar.update(done, total === undefined ? '' : `${megabytes(done)} of ${megabytes(total)}`);
    },
    end,
  };
}

const seconds = (elapsedMs: number): string => `${(elapsedMs / 1000).toFixed(1)} s`;

async function status({ json }: { readonly json?: boolean }): Promise<void> {
  const found = await stoppable((signal) => showing('trying what is installed', () => nativeStatus(signal)));
  if (json) printJson({ home: nativeHome(), packages: found });
  else process.stdout.write(statusText(found));
  const broken = found.filter(({ works }) => !works).map(({ name }) => name);
  if (broken.length === 0) return;
  const commands = broken.map((name) => INSTALL_COMMANDS[name]).join('; ');
  throw new InceptionError(
    'BACKEND_UNAVAILABLE',
    `inception native status: ${broken.join(', ')} does not work. Install it again: ${commands}`,
  );
}

function statusText(found: readonly NativeStatus[]): string {
  if (found.length === 0) return `nothing is installed in ${nativeHome()}\n`;
  return found.map((one) => `${statusLines(one).join('\n')}\n`).join('');
}

function statusLines({ name, record, path, bytes, works, reason }: NativeStatus): string[] {
  const lines = [works ? 'works' : `does not work: ${reason}`, path];
  if (record) lines.push([`${record.package} ${record.version}`, ...librariesOf(record), megabytes(bytes)].join(', '));
  if (record?.installedAt !== undefined) lines.push(`installed ${record.installedAt.slice(0, 10)} with Node.js ${record.node}`);
  return [name, ...lines.map((line) => `  ${line}`)];
}

function librariesOf({ tensorflow, libraries, needs, nvidia }: NonNullable<NativeStatus['record']>): string[] {
  const parts: string[] = [];
  if (tensorflow !== undefined) parts.push(`TensorFlow ${tensorflow}${libraries === undefined ? '' : ` from ${libraries}`}`);
  if (needs?.cuda !== undefined) parts.push(`built for CUDA ${needs.cuda} and cuDNN ${needs.cudnn}`);
  if (nvidia) parts.push(`with ${Object.keys(nvidia).length} packages of NVIDIA`);
  return parts;
}

async function uninstall({ cuda, onnx, all, json }: UninstallFlags): Promise<void> {
  const chosen: NativePackageName[] = [...(cuda ? (['tfjs-node-gpu'] as const) : []), ...(onnx ? (['onnxruntime-node'] as const) : [])];
  const names = all ? NATIVE_PACKAGE_NAMES : chosen.length > 0 ? chosen : (['tfjs-node'] as const);
  const bytes = await finishFirst(() => showing('removing', () => uninstallNative(names)));
  if (json) printJson({ home: nativeHome(), names, bytes });
  else if (bytes === 0) say(`nothing of ${names.join(', ')} is installed in ${nativeHome()}`);
  else say(`removed    ${names.join(', ')}: ${megabytes(bytes)} freed in ${nativeHome()}`);
}
