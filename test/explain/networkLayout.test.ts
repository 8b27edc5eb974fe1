import { costedSpec } from '../../src/cost/costedSpec.js';
import type { NetworkSpec } from '../../src/spec/types.js';
import fc from 'fast-check';
import type { Point, Rectangle } from '../../src/explain/drawingMarks.js';
import { networkDrawing } from '../../src/explain/networkDrawing.js';
import { networkLayout, type NetworkLayout } from '../../src/explain/networkLayout.js';
import { hasAuxiliaryHeads, NETWORK_NAMES, networkSpec } from '../../src/spec/networkSpec.js';
import { drawableSpec } from './drawableSpec.js';

const overlap = (a: Rectangle, b: Rectangle): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
const holds = (a: Rectangle, b: Rectangle): boolean =>
  a.x <= b.x && a.y <= b.y && a.x + a.width >= b.x + b.width && a.y + a.height >= b.y + b.height;
const pairs = <T>(all: readonly T[]): [T, T][] => all.flatMap((one, index) => all.slice(index + 1).map((other): [T, T] => [one, other]));

/** The level and upright pieces of a line, a hair thick, without their very ends, which touch boxes. */
function pieces(points: readonly Point[]): Rectangle[] {
  return points.slice(1).map(([x, y], index) => {
    const [fromX, fromY] = points[index];
    const isLevel = y === fromY;
    const [left, top] = [Math.min(x, fromX), Math.min(y, fromY)];
    return isLevel
      ? { x: left + 0.5, y: top, width: Math.abs(x - fromX) - 1, height: 0.1 }
      : { x: left, y: top + 0.5, width: 0.1, height: Math.abs(y - fromY) - 1 };
  });
}

/** Words for everything that lies over something else, or leaves the picture. */
function faults({ boxes, frames, lines, width, height }: NetworkLayout): string[] {
  const picture = { x: 0, y: 0, width, height };
  const half = (a: Rectangle, b: Rectangle): boolean => overlap(a, b) && !holds(a, b) && !holds(b, a);
  return [
    ...pairs(boxes).flatMap(([a, b]) => (overlap(a, b) ? [`${a.step.id} over ${b.step.id}`] : [])),
    ...pairs(frames).flatMap(([a, b]) => (half(a, b) ? [`${a.of.id} over ${b.of.id}`] : [])),
    ...frames.flatMap((frame) => boxes.flatMap((box) => (half(frame, box) ? [`${box.step.id} half in ${frame.of.id}`] : []))),
    ...lines.flatMap(({ points }) => {
      const cut = boxes.filter((box) => pieces(points).some((piece) => overlap(piece, box)));
      return cut.map(({ step }) => `a line through ${step.id}`);
    }),
    ...[...boxes, ...frames].flatMap((area) => (holds(picture, area) ? [] : ['something outside of the picture'])),
  ];
}

const layoutOf = (spec: NetworkSpec, fold: boolean): NetworkLayout => networkLayout(networkDrawing(costedSpec(spec), fold));

describe('nothing lies over anything else', () => {
  it.each(NETWORK_NAMES.flatMap((name) => [true, false].map((fold) => ({ name, fold }))))('in $name, fold $fold', ({ name, fold }) => {
    const spec = networkSpec(name, hasAuxiliaryHeads(name) ? { auxiliaryHeads: true } : {});
    expect(faults(layoutOf(spec, fold))).toEqual([]);
  });

  it('in 200 networks of all merges, nested modules, shortcuts, and heads side by side', () => {
    let sideBySide = 0;
    fc.assert(
      fc.property(fc.nat(), fc.boolean(), (seed, fold) => {
        const spec = drawableSpec(seed);
        expect(faults(layoutOf(spec, fold))).toEqual([]);
        sideBySide += spec.auxiliaryHeads.length - new Set(spec.auxiliaryHeads.map(({ after }) => after)).size;
      }),
      { numRuns: 200, seed: 2 },
    );
    expect(sideBySide).toBeGreaterThan(20);
  });

  it('and the check is not blind: two boxes moved onto each other, or a line onto a box, are found', () => {
    const { boxes, lines, ...rest } = layoutOf(networkSpec('googlenet'), true);
    const [first, second, ...others] = boxes;
    expect(faults({ ...rest, lines, boxes: [first, { ...second, y: first.y + 1 }, ...others] })).toContain('input over conv1');
    const through = { ...lines[0], points: [[first.x - 9, first.y + 9], [first.x + 99, first.y + 9]] as const }; // prettier-ignore
    expect(faults({ ...rest, boxes, lines: [through] })).toEqual(['a line through input']);
  });
});

describe('the picture reads from top to bottom', () => {
  const { boxes, frames, lines } = layoutOf(networkSpec('inception-v3', { auxiliaryHeads: true }), true);
  const box = (id: string): Rectangle => boxes.find(({ step }) => step.id === id)!;
  const middle = ({ x, width }: Rectangle): number => x + width / 2;

  it('all stages stand on one middle line, in order, and the head to the right of them', () => {
    const main = ['input', 'conv_1a', 'pool_5a', 'mixed_5b', 'mixed_6a', 'mixed_6e', 'mixed_7c', 'main_logits'].map(box);
    expect(new Set(main.map(middle)).size).toBe(1);
    expect(main.map(({ y }) => y)).toEqual(main.map(({ y }) => y).sort((a, b) => a - b));
    const head = frames.find(({ of }) => of.id === 'auxiliary_6e')!;
    const others = frames.filter((frame) => frame !== head);
    expect(head.x).toBeGreaterThan(Math.max(...others.map(({ x, width }) => x + width)));
    expect(head.y).toBeGreaterThan(box('mixed_6e').y);
  });

  it("a module's branches are columns in the spec's order, their steps one under the other", () => {
    const branches = [['1x1'], ['5x5_reduce', '5x5'], ['double3x3_reduce', 'double3x3_1', 'double3x3_2'], ['pool', 'pool_projection']];
    const columns = branches.map((steps) => steps.map((step) => box(`mixed_5b_${step}`)));
    for (const column of columns) expect(new Set(column.map(middle)).size).toBe(1);
    const places = columns.map(([first]) => middle(first));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(new Set(columns.map(([{ y }]) => y)).size).toBe(1);
  });

  it('every arrow points downwards', () => {
    for (const { points } of lines) {
      const [[x, y], [endX, endY]] = points.slice(-2);
      expect([endX, endY > y]).toEqual([x, true]);
    }
  });

  it('two heads on neighbouring steps stand one under the other, two on the same step side by side', () => {
    const spec = networkSpec('googlenet', { auxiliaryHeads: true });
    const headsAfter = (...after: string[]): NetworkLayout['frames'] => {
      const auxiliaryHeads = after.map((name, index) => ({ ...spec.auxiliaryHeads[0], name: `auxiliary_${index}`, after: name }));
      return layoutOf({ ...spec, auxiliaryHeads }, true).frames.filter(({ kind }) => kind === 'head');
    };
    const [above, below] = headsAfter('inception_4a', 'inception_4b');
    expect(below.y).toBeGreaterThan(above.y + above.height);
    const [left, right] = headsAfter('conv1', 'conv1');
    expect([right.y, right.x > left.x + left.width]).toEqual([left.y, true]);
  });
});
