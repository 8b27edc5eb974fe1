import { speedRatio } from '../backends/examine/adviseOn.js';
import type { BackendName } from '../backends/backendDriver.js';
import type { Diagnosis } from '../backends/examine/diagnosis.js';
import type { BackendExamination } from '../backends/examine/examineBackend.js';
import type { FoundPackage } from '../backends/examine/findPackages.js';
import { grouped, textTable } from '../cost/textTable.js';

/** A diagnosis for people: the machine, what is installed, the backends in a table, and what to do. */
export function diagnosisText(diagnosis: Diagnosis): string {
  const parts = [
    machineLines(diagnosis),
    packageTable(diagnosis.packages),
    backendTable(diagnosis),
    reasonLines(diagnosis),
    choiceLines(diagnosis),
    adviceLines(diagnosis),
  ];
  return parts.filter(Boolean).join('\n\n');
}

function machineLines({ version, machine, gpu, tools }: Diagnosis): string {
  const { node, platform, architecture, libc, processor, cores, memoryBytes, freeMemoryBytes, nativeHome, freeDiskBytes } = machine;
  const rows: [string, string][] = [
    ['package', `tfjs-inception ${version} on Node.js ${node}`],
    ['platform', [platform, architecture, libc].filter(Boolean).join(', ')],
    ['processor', `${processor ?? 'unknown'}, ${cores} ${cores === 1 ? 'core' : 'cores'} to use`],
    ['memory', `${gibibytes(memoryBytes)}, ${gibibytes(freeMemoryBytes)} free`],
    ['native home', nativeHome === undefined ? 'none: this user has no home folder' : `${nativeHome}, ${freeDisk(freeDiskBytes)}`],
    ['GPU', gpuLine(gpu)],
    ...tools.map(({ what, version, mend }): [string, string] => [what, version ?? `not here: ${mend}`]),
  ];
  const width = Math.max(...rows.map(([what]) => what.length));
  return rows.map(([what, text]) => `${what.padEnd(width + 2)}${text}`).join('\n');
}

function gpuLine({ nvidiaModels, nvidiaDriver, cudaLibrary, noCuda, renderDevices }: Diagnosis['gpu']): string {
  const driver = nvidiaDriver === undefined ? [] : [`NVIDIA driver ${nvidiaDriver}`];
  return [...nvidiaModels, ...driver, cudaLibrary ?? 'no libcuda.so.1', noCuda, ...renderDevices].filter(Boolean).join('; ');
}

const freeDisk = (bytes: number | undefined): string => (bytes === undefined ? 'free space unknown' : `${gibibytes(bytes)} free`);
const gibibytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`;

function packageTable(packages: readonly FoundPackage[]): string {
  const rows = packages.map(({ name, version, place, path, tensorflow }) => {
    const native = tensorflow === undefined ? 'native home' : `native home, on TensorFlow ${tensorflow}`;
    return [name, version ?? '', place === 'node_modules' ? path! : place === undefined ? 'not installed' : native];
  });
  const columns = ['package', 'version', 'where'].map((head) => ({ head, align: 'left' as const }));
  return textTable(columns, rows);
}

function backendTable({ backends, fastest }: Diagnosis): string {
  const rows = backends.map(({ name, works, report, difference, multiplyAddsPerSecond }) => [
    name,
    works ? (report?.trains ? 'works' : 'cannot train') : 'no',
    report?.device ?? '',
    report?.engine ?? '',
    name === 'cpu' ? '' : (difference?.toExponential(1) ?? ''),
    multiplyAddsPerSecond === undefined ? '' : billions(multiplyAddsPerSecond),
    name === fastest ? '← fastest' : '',
  ]);
  const left = ['backend', 'works', 'device', 'engine'].map((head) => ({ head, align: 'left' as const }));
  const right = ['from cpu', '10⁹ multiply-adds/s'].map((head) => ({ head, align: 'right' as const }));
  return textTable([...left, ...right, { head: '', align: 'left' }], rows);
}

const times = (ratio: number): string => (ratio < 10 ? ratio.toFixed(1) : grouped(Math.round(ratio)));
const billions = (count: number): string => (count / 1e9).toPrecision(3);

/** Why what does not work does not, and what is wrong with packages. */
function reasonLines({ backends, packages, onnxRuntime }: Diagnosis): string {
  const { works, version, reason } = onnxRuntime;
  return [
    ...packages.flatMap(({ name, problem }) => (problem === undefined ? [] : [`${name}: ${problem}`])),
    ...backends.flatMap((examination) => (examination.works ? fellBack(examination) : [`not ${examination.name}: ${examination.reason}`])),
    works ? `ONNX Runtime${version === undefined ? '' : ` ${version}`} works` : `not ONNX Runtime: ${reason}`,
  ].join('\n');
}

/** Why a backend that works is not on the device that it exists for. */
function fellBack({ name, report }: BackendExamination): string[] {
  return report?.rejected.map(({ reason }) => `${name}: ${reason}`) ?? [];
}

function choiceLines({ auto, backends, fastest }: Diagnosis): string {
  if (auto.report === undefined) return `auto takes nothing: ${auto.reason}`;
  const { name: chosen, rejected } = auto.report;
  const passedOver = rejected.filter(({ name }) => name !== chosen);
  const why =
    passedOver.length === 0 ? 'the first it tries' : `the first that starts after ${passedOver.map(({ name }) => name).join(', ')}`;
  const working = new Set(backends.filter(({ works }) => works).map(({ name }) => name));
  return [
    `auto takes ${chosen}: ${why}.`,
    // Those that do not work stand above with their reasons.
    ...passedOver.filter(({ name }) => working.has(name)).map(({ name, reason }) => `It passes over ${name}: ${reason}`),
    ...[...working].flatMap((name) => ratioLine(backends, fastest, name)),
  ].join('\n');
}

function ratioLine(backends: Diagnosis['backends'], fastest: BackendName | undefined, name: BackendName): string[] {
  const ratio = fastest === undefined || fastest === name ? undefined : speedRatio(backends, fastest, name);
  return ratio === undefined ? [] : [`${fastest} is ${times(ratio)} times as fast as ${name} here.`];
}

function adviceLines({ advice }: Diagnosis): string {
  return advice.map(({ text, command }) => (command === undefined ? text : `${text}\n  $ ${command}`)).join('\n');
}
