import type { BackendName } from '../backendDriver.js';
import { useBackend, type BackendReport } from '../useBackend.js';
import { computeOperations } from './checkedOperations.js';
import { convolutionSpeed } from './convolutionSpeed.js';
import type { BackendExamination } from './examineBackend.js';
import { farthestFrom } from './farthestFrom.js';

/** As far apart as sums in another order are. */
const TOLERANCE = 1e-4;

/** NVIDIA's GPUs round what they multiply to 10 bits of mantissa (TF32) unless told not to: 8·10⁻⁴ was measured. */
const TF32_TOLERANCE = 4e-3;

/**
 * Starts a backend in this process, compares it with cpu, and measures it. A native addon may take the process down.
 *
 * @throws InceptionError `BACKEND_UNAVAILABLE` if it does not start; Error of TensorFlow.js if an operation fails.
 */
export async function tryBackend(name: BackendName): Promise<BackendExamination> {
  const report = await useBackend(name);
  const found = await computeOperations();
  await useBackend('cpu');
  const { what, difference } = farthestFrom(await computeOperations(), found);
  const examination = { name, report, ...(Number.isFinite(difference) && { difference }) };
  if (!(difference <= toleranceOf(report))) {
    const reason = `it computes wrongly: ${what} differs from cpu by ${difference.toPrecision(2)} of the largest value`;
    return { ...examination, works: false, reason };
  }
  await useBackend(name);
  return { ...examination, works: true, multiplyAddsPerSecond: await convolutionSpeed() };
}

function toleranceOf({ device }: BackendReport): number {
  return device === 'cuda' && process.env.NVIDIA_TF32_OVERRIDE !== '0' ? TF32_TOLERANCE : TOLERANCE;
}
