// How much of the machine others use while no contender computes. PyTorch's threads wait for one another at every operation: where
// something else takes one of their cores they lose far more than that core's share, so that a busy machine favors the other contenders.
import { cpus } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';

/** Threads of a process that has had its turn may spin for some milliseconds before they sleep. */
const SETTLE_MS = 100;
const WATCH_MS = 150;
const QUIET = 0.1;

function processorTime() {
  const all = cpus().map(({ times }) => times);
  const idle = all.reduce((sum, times) => sum + times.idle, 0);
  const total = all.reduce((sum, times) => sum + Object.values(times).reduce((a, b) => a + b, 0), 0);
  return { idle, total };
}

/** The share of all cores that was in use over a moment. */
async function busyShare() {
  const before = processorTime();
  await pause(WATCH_MS);
  const { idle, total } = processorTime();
  return 1 - (idle - before.idle) / (total - before.total);
}

/**
 * Waits for a moment in which others use less than a tenth of the machine, but no longer than `patience` seconds.
 *
 * @returns The share that was in use in the end.
 */
export async function quietMoment(patience) {
  const until = performance.now() + 1000 * patience;
  await pause(SETTLE_MS);
  for (;;) {
    const share = await busyShare();
    if (share < QUIET || performance.now() >= until) return share;
  }
}
