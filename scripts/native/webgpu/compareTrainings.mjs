// Holds a training on WebGPU against the same on wasm: two files that training.mjs printed.
import { readFileSync } from 'node:fs';
import { demand } from './numbers.mjs';

const [webgpu, wasm] = process.argv.slice(2).map((file) => JSON.parse(readFileSync(file, 'utf8')));
const mean = (numbers) => numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
const fallOf = ({ losses }) => mean(losses.slice(-3)) / losses[0];

console.log(
  `  loss ${webgpu.losses[0].toFixed(4)} to ${webgpu.losses.at(-1).toFixed(4)} on WebGPU, ${wasm.losses[0].toFixed(4)} to ${wasm.losses.at(-1).toFixed(4)} on wasm`,
);
// The second loss follows from all gradients of the first step; later ones depend on which side of a ReLU the last bits fall.
const apart = [0, 1].map((step) => Math.abs(webgpu.losses[step] / wasm.losses[step] - 1));
demand('the losses before and after the first step within 1e-4 and 1e-3 of wasm', apart[0] <= 1e-4 && apart[1] <= 1e-3, apart);
demand('a loss that falls to under a half, as on wasm', fallOf(webgpu) < 0.5 && fallOf(wasm) < 0.5, [fallOf(webgpu), fallOf(wasm)]);
demand('as many tensors after every step as after the first', new Set(webgpu.tensors).size === 1, webgpu.tensors);
demand('predictions of the saved and loaded model', webgpu.best.probability > 0, webgpu.best);
