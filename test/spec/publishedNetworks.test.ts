import { costOf, type Cost } from '../../src/cost/costOf.js';
import { sumCosts, type CostRow, type CostSum } from '../../src/cost/costRow.js';
import { NETWORK_NAMES, networkSpec, variantsOf } from '../../src/spec/networkSpec.js';
import type { NetworkSpec } from '../../src/spec/types.js';
import { PUBLISHED_TABLES, type PublishedTable } from './tables/publishedTables.js';
import { spellStage } from './tables/spellStep.js';
import { stagesOf, type TableRow } from './tables/tableRow.js';

const specOf = ({ network, variant, headRows }: PublishedTable): NetworkSpec =>
  networkSpec(network, { variant, auxiliaryHeads: headRows !== undefined });

/** The table's rows, without a dropout that the variant has not got. */
const withoutIdleDropout = <Row extends readonly [string, ...unknown[]]>(rows: readonly Row[], dropout: number): readonly Row[] =>
  rows.filter(([stage]) => stage !== 'dropout' || dropout > 0);

/** The rows of a stage: its own, and if it is a module those of its branches. */
const rowsOf = ({ rows }: Cost, stage: string): CostRow[] => rows.filter(({ name, module }) => name === stage || module === stage);

/** What the cost model says of a table's row. */
function measured(cost: Cost, [stage]: TableRow): { outputs: unknown[]; sum: CostSum } {
  const stages = stagesOf(stage).map((name) => rowsOf(cost, name));
  return { outputs: stages.map((rows) => rows.at(-1)?.outputShape), sum: sumCosts(stages.flat()) };
}

/** What the table says of it. */
function expected([stage, output, kernelValues, biases, channels, multiplyAdds]: TableRow, gamma: boolean): unknown {
  const trainable = kernelValues + biases + (gamma ? 2 : 1) * channels;
  return {
    outputs: stagesOf(stage).map(() => output),
    sum: { parameters: { trainable, nonTrainable: 2 * channels, total: trainable + 2 * channels }, multiplyAdds },
  };
}

describe('every variant of every network but GoogLeNet has a table', () => {
  it.each(NETWORK_NAMES.filter((name) => name !== 'googlenet'))('%s', (network) => {
    const tabled = PUBLISHED_TABLES.filter((table) => table.network === network).map(({ variant }) => variant);
    expect(tabled.sort()).toEqual([...variantsOf(network)].sort());
  });
});

describe.each(PUBLISHED_TABLES)('$network $variant at its published size and 1000 classes', (table) => {
  const { rows, headRows = [], gamma, dropout } = table;
  const spec = specOf(table);
  const cost = costOf(spec);

  it('has the stages of its source: kernels, filters, strides, paddings and pools in their order', () => {
    const stages = [...spec.trunk, ...spec.top].map((step): [string, string] => [step.name, spellStage(step)]);
    stages.push(['main_logits', `classifier ${spec.classes}`]);
    const source = withoutIdleDropout(table.steps, dropout).flatMap(([stage, text]) =>
      stagesOf(stage).map((name) => [name, name === 'dropout' ? `dropout ${dropout}` : text]),
    );
    expect(stages).toEqual(source);
  });

  it.each(withoutIdleDropout([...rows, ...headRows], dropout))(
    '%s: %j, %i kernel values, %i biases, %i normalised channels, %i multiply-adds',
    (...row) => {
      expect(measured(cost, row)).toMatchObject(expected(row, gamma) as object);
    },
  );

  it('costs nothing beside these rows', () => {
    const sum = (column: 2 | 3 | 4 | 5): number => [...rows, ...headRows].reduce((total, row) => total + row[column], 0);
    expect(cost.multiplyAdds).toBe(sum(5));
    expect(cost.parameters).toMatchObject({ trainable: sum(2) + sum(3) + (gamma ? 2 : 1) * sum(4), nonTrainable: 2 * sum(4) });
  });
});
