import { readdirSync } from 'node:fs';
import type { examineBackend } from '../../../src/backends/examine/examineBackend.js';
import type { InstallWatch, NativeInstall } from '../../../src/backends/native/install/runInstall.js';
import { installTensorFlow, type TensorFlowChoice } from '../../../src/backends/native/installTensorFlow.js';
import type { StandInMachine } from './standInMachine.js';

/** How an install is tried: TensorFlow itself is too heavy for a unit test. */
export type Examine = typeof examineBackend;

export const works: Examine = (name) => {
  const report = { name, device: 'cpu', engine: 'TensorFlow 2.21.0', trains: true, rejected: [] } as const;
  return Promise.resolve({ name, works: true, difference: 1e-7, report });
};

export const fails: Examine = (name) => Promise.resolve({ name, works: false, reason: 'a wrong result: differs by 0.3' });

/** Installs on a stand-in machine; everything is real but its programs, its wheels and what tries the result. */
export const install = (choice: TensorFlowChoice = {}, watch: InstallWatch = {}, examine = works): Promise<NativeInstall> =>
  installTensorFlow(choice, watch, examine);

/** The record and the folders of tfjs-node in the machine's home. */
export const installedFiles = ({ home }: StandInMachine): string[] =>
  readdirSync(home)
    .filter((name) => name.startsWith('tfjs-node'))
    .sort();

/** How often pip has downloaded since the last time. */
export const pipDownloads = (machine: StandInMachine): number =>
  machine.calls().filter((call) => call.startsWith('python3 -m pip download')).length;
