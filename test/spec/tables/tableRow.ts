/** What a stage is made of, as `spellStep` writes it. `block35_1…5` stands for five stages alike. */
export type StepsRow = readonly [stage: string, steps: string];

/**
 * What a stage gives and holds. Biases are those of convolutions and dense layers; each normalised channel has a beta, a gamma where the
 * variant has gammas, a moving mean and a moving variance. Of stages alike the output is each one's and the counts are all theirs together.
 */
export type TableRow = readonly [
  stage: string,
  output: readonly number[],
  kernelValues: number,
  biases: number,
  normalizedChannels: number,
  multiplyAdds: number,
];

/** The stages that a row stands for: `block35_1…5` is `block35_1` to `block35_5`. */
export function stagesOf(stage: string): string[] {
  const [, name, last] = /^(.*_)1…(\d+)$/.exec(stage) ?? [];
  return last === undefined ? [stage] : Array.from({ length: Number(last) }, (_, index) => `${name}${index + 1}`);
}
