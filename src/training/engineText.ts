import type { EngineRecord } from './trainingReport.js';

/** How the steps of a training ran, in one line: `graph, compiled in 0.4 s`. */
export function engineText({ name, compileMs, refused }: EngineRecord): string {
  const compiled = compileMs > 0 ? `, compiled in ${(compileMs / 1000).toFixed(1)} s` : '';
  const why = refused === undefined ? '' : `; steps cannot be graphs: ${refused}`;
  return `${name}${compiled}${why}`;
}
