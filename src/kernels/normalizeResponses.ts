import * as wasm from './wasmAssembler.js';
import type { Code } from './wasmAssembler.js';

const { get, set, constant, add, addVectors, multiplyVectors, loadVector, storeVector, loadSplat } = wasm;

/** The one exponent that these functions are made for: the papers'. */
export const RESPONSE_EXPONENT = 0.75;

/** Where the scalars stand in their vector of four: bias, alpha, and 2 · alpha · exponent. */
const [BIAS, ALPHA, SLOPE] = [0, 4, 8];

interface Names {
  readonly scope: wasm.FunctionScope;
  readonly p: Record<'x' | 'pixels' | 'channelBytes' | 'windowBytes' | 'margin' | 'scalars' | 'squares', wasm.Local>;
  readonly l: Record<'pixel' | 'channel' | 'tap', wasm.Local>;
  readonly v: Record<'sum' | 'norm' | 'root', wasm.Local>;
}

function declare<Name extends string>(...parameters: Name[]): Names & { readonly p: Record<Name, wasm.Local> } {
  const scope = new wasm.FunctionScope();
  const common = ['pixels', 'channelBytes', 'windowBytes', 'margin', 'scalars', 'squares', 'x'] as const;
  const p = scope.declareParameters<(typeof common)[number] | Name>(...common, ...parameters);
  const l = scope.declareIntegers('pixel', 'channel', 'tap');
  return { scope, p, l, v: scope.declareVectors('sum', 'norm', 'root') };
}

const forEachChannel = ({ p, l }: Names, body: readonly Code[]): Code =>
  wasm.forRange(l.channel, constant(0), get(p.channelBytes), constant(16), body);

/** Sets `sum` to what the channels of the window hold in a row that has a margin of zeros on both sides. */
const addWindow = ({ p, l, v }: Names, row: wasm.Local): Code[] => [
  set(v.sum, wasm.splatFloat(0)),
  wasm.forRange(l.tap, constant(0), get(p.windowBytes), constant(4), [
    set(v.sum, addVectors(get(v.sum), loadVector(add(add(get(row), get(l.channel)), get(l.tap))))),
  ]),
];

/** Writes the squares of the pixel's channels into their row. */
const squareChannels = (names: Names): Code => {
  const { p, l } = names;
  const value = loadVector(add(get(p.x), get(l.channel)));
  return forEachChannel(names, [storeVector(add(add(get(p.squares), get(p.margin)), get(l.channel)), multiplyVectors(value, value))]);
};

/** Sets `norm` to bias + alpha · (sum of squares) and `root` to norm^0.75. */
const powerOfNorm = (names: Names): Code[] => {
  const { p, v } = names;
  const scaled = multiplyVectors(loadSplat(get(p.scalars), ALPHA), get(v.sum));
  return [
    ...addWindow(names, p.squares),
    set(v.norm, addVectors(loadSplat(get(p.scalars), BIAS), scaled)),
    set(v.root, wasm.squareRoots(get(v.norm))),
    set(v.root, multiplyVectors(get(v.root), wasm.squareRoots(get(v.root)))),
  ];
};

/**
 * Local response normalization: `y = x / (bias + alpha · Σ x²)^0.75`.
 *
 * Parameters: pixels, bytes of a pixel's channels (a multiple of 16), bytes of the window of channels, bytes of the margin (half of the
 * window), scalars, squares (a row of zeros, with both margins), x, y (addresses).
 */
export function normalizeResponses(): wasm.WasmFunction {
  const names = declare('y');
  const { scope, p, l, v } = names;
  const divided = wasm.divideVectors(loadVector(add(get(p.x), get(l.channel))), get(v.root));
  return scope.finish('normalizeResponses', [
    wasm.forRange(l.pixel, constant(0), get(p.pixels), constant(1), [
      squareChannels(names),
      forEachChannel(names, [...powerOfNorm(names), storeVector(add(get(p.y), get(l.channel)), divided)]),
      wasm.advance(p.x, get(p.channelBytes)),
      wasm.advance(p.y, get(p.channelBytes)),
    ]),
  ]);
}

/**
 * Its gradient: `dx = dy / norm^0.75 − 2 · alpha · 0.75 · x · Σ (y · dy / norm)`.
 *
 * Parameters: as above up to x, then ratios (a second row of zeros, with both margins), y, dy, dx.
 */
export function normalizeResponsesGradient(): wasm.WasmFunction {
  const names = declare('ratios', 'y', 'dy', 'dx');
  const { scope, p, l, v } = names;
  const here = (buffer: wasm.Local): Code => add(get(buffer), get(l.channel));
  const ratio = wasm.divideVectors(multiplyVectors(loadVector(here(p.y)), loadVector(here(p.dy))), get(v.norm));
  const slope = multiplyVectors(loadSplat(get(p.scalars), SLOPE), loadVector(here(p.x)));
  return scope.finish('normalizeResponsesGradient', [
    wasm.forRange(l.pixel, constant(0), get(p.pixels), constant(1), [
      squareChannels(names),
      forEachChannel(names, [
        ...powerOfNorm(names),
        storeVector(here(p.dx), wasm.divideVectors(loadVector(here(p.dy)), get(v.root))),
        storeVector(add(here(p.ratios), get(p.margin)), ratio),
      ]),
      forEachChannel(names, [
        ...addWindow(names, p.ratios),
        storeVector(here(p.dx), wasm.subtractVectors(loadVector(here(p.dx)), multiplyVectors(slope, get(v.sum)))),
      ]),
      ...[p.x, p.y, p.dy, p.dx].map((buffer) => wasm.advance(buffer, get(p.channelBytes))),
    ]),
  ]);
}
