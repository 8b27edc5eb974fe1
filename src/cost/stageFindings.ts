import { isDeepStrictEqual } from 'node:util';
import { spellShape, type ShapeRow } from '../spec/shapeRow.js';
import { stepLabel } from '../spec/stepLabel.js';
import type { Padding } from '../spec/types.js';
import type { CostedSpec } from './costedSpec.js';
import type { Cost } from './costOf.js';
import { diffSpecs } from './diffSpecs.js';
import { spellPadding } from './networkFacts.js';
import { stageCosts } from './stageCosts.js';
import { stageDifferences, type StageDifference } from './stageDifferences.js';

/** One thing that two variants of a network have otherwise, in words, and the stage where. */
export interface Finding {
  readonly stage: string;
  /** Which step and setting: `5x5.kernelSize`. */
  readonly topic: string;
  /** `5x5.kernelSize 5 → 3`. */
  readonly what: string;
}

/** What two networks are called in a comparison. */
export type Titles = readonly [a: string, b: string];

/** What differs in the stages of two networks, one finding for each step and setting. */
export function stageFindings(a: CostedSpec, b: CostedSpec, titles: Titles): Finding[] {
  const differences = stageDifferences(diffSpecs(a, b), [a.spec, b.spec]);
  const findings = differences.flatMap((difference): Finding[] => {
    const { stage, step, setting } = difference;
    if (stage === undefined || isSaid(difference, differences)) return [];
    const topic = `${step}.${setting}`;
    if (setting !== '' && setting !== 'op') return [{ stage, topic, what: settingText(difference) }];
    const [first, second] = [a, b].map((side) => labelOf(fullNameOf(difference), side));
    if (setting === 'op') return [{ stage, topic, what: [step, `${first} → ${second}`].filter(Boolean).join(': ') }];
    const [label, title] = difference.a === null ? [second, titles[1]] : [first, titles[0]];
    return [{ stage, topic, what: `${step === '' ? label : `${step} (${label})`} only in ${title}` }];
  });
  return [...findings, ...changedShapes([a.cost, b.cost], new Set(findings.map(({ stage }) => stage)))];
}

/** Whether another difference says as much: that only one network has the stage, or that the step does something else altogether. */
function isSaid({ stage, step, setting }: StageDifference, differences: readonly StageDifference[]): boolean {
  // Its module's branches say where a step stands.
  if (setting === 'branch') return true;
  return differences.some((other) => {
    if (other.stage !== stage) return false;
    if (other.step === '' && other.setting === '') return step !== '';
    if (other.step === step && other.setting === 'op') return setting !== 'op';
    return setting === 'branches' && other.setting === '';
  });
}

function settingText({ step, setting, a, b }: StageDifference): string {
  if (setting === 'branches' && isDeepStrictEqual(sorted(a), sorted(b))) return 'branches in another order';
  return `${step === '' ? '' : `${step}.`}${setting} ${spell(setting, a)} → ${spell(setting, b)}`;
}

function sorted(branches: unknown): string[] {
  return [...(branches as readonly string[])].sort();
}

function fullNameOf({ path, setting }: StageDifference): string {
  return setting === '' ? path : path.slice(0, -setting.length - 1);
}

function labelOf(name: string, { spec, cost }: CostedSpec): string {
  const row = cost.rows.find((candidate) => candidate.name === name);
  if (row?.step === undefined) return 'an auxiliary head';
  if (row.step.op === 'module') return `a module of ${row.step.branches.length} branches`;
  return stepLabel(row.step, { inputShape: row.inputShape, convolution: spec.convolution });
}

/** What leaves a stage that differs, where its shape does. */
function changedShapes([left, right]: readonly Cost[], stages: ReadonlySet<string>): Finding[] {
  const shapes = new Map<string, ShapeRow>(stageCosts(right).map((stage) => [stage.name, stage]));
  return stageCosts(left).flatMap(({ name, outputShape }): Finding[] => {
    const other = shapes.get(name)?.outputShape;
    if (other === undefined || !stages.has(name) || isDeepStrictEqual(outputShape, other)) return [];
    return [{ stage: name, topic: 'output', what: `output ${spellShape(outputShape)} → ${spellShape(other)}` }];
  });
}

function spell(setting: string, value: unknown): string {
  if (value === null) return setting === 'order' || setting === 'useBias' ? "the network's" : 'none';
  if (setting === 'padding') return spellPadding(value as Padding);
  if (setting === 'branches') return (value as readonly string[]).map((branch) => `[${branch}]`).join(' ');
  if (Array.isArray(value)) return spellShape(value as number[]);
  return typeof value === 'string' ? value : JSON.stringify(value);
}
