import { fromBinary } from '@bufbuild/protobuf';
import { graphDefinition, TAG } from '../../src/compile/graphDefinition.js';
import type { NativeBinding } from '../../src/compile/nativeBackend.js';
import { NotRecordable, type Recording } from '../../src/compile/recording.js';
import { SavedModelSchema, type NodeDef } from '../../src/compile/tensorflow_pb.js';
import { BINDING, constant, FLOAT, input, operation, recording, result, scalar, variable } from './recordings.js';

/** The nodes that are written, by name. */
function nodesOf(parts: Partial<Recording>): Record<string, NodeDef> {
  const { metaGraphs } = fromBinary(SavedModelSchema, graphDefinition(recording(parts), BINDING as unknown as NativeBinding));
  expect(metaGraphs).toHaveLength(1);
  expect(metaGraphs[0].metaInfoDef?.tags).toEqual([TAG]);
  const nodes = metaGraphs[0].graphDef?.node ?? [];
  const byName = Object.fromEntries(nodes.map((node) => [node.name, node]));
  expect(Object.keys(byName)).toHaveLength(nodes.length);
  for (const port of nodes.flatMap((node) => node.input)) expect(byName).toHaveProperty([port.replace(/^\^|:\d+$/g, '')]);
  return byName;
}

const operationsOf = (nodes: Record<string, NodeDef>): string[] =>
  Object.entries(nodes).flatMap(([name, { op }]) => (name.startsWith('operation_') ? [op] : []));

describe('graphDefinition', () => {
  it('writes equal constants once, those of another type or shape or value each', () => {
    const constants = [scalar(2), scalar(2), scalar(3), { ...scalar(2), shape: [1] }, { ...scalar(2), dtype: 3 }];
    const operations = constants.map((_, index) => operation('Mul', [input('x'), constant(index)]));
    const nodes = nodesOf({ constants, operations, outputs: new Map(operations.map((_, index) => [`out_${index}`, result(index)])) });
    const used = operations.map((_, index) => nodes[`operation_${index}`].input[1]);
    expect(new Set(used).size).toBe(4);
    expect(used[1]).toBe(used[0]);
    expect(Object.values(nodes).filter(({ op }) => op === 'Const')).toHaveLength(5); // 4, and the truth value that changes wait for.
  });

  it('leaves out operations that nothing needs, and their constants', () => {
    const operations = [
      operation('Neg', [input('x')]),
      operation('Mul', [result(0), constant(0)]),
      operation('Abs', [input('y')]),
      operation('Square', [result(0)]),
    ];
    const nodes = nodesOf({ constants: [scalar(7)], operations, outputs: new Map([['squared', result(3)]]) });
    expect(operationsOf(nodes)).toEqual(['Neg', 'Square']);
    expect(Object.values(nodes).filter(({ op }) => op === 'Const')).toHaveLength(1);
  });

  it('keeps what a new value or the condition needs', () => {
    const operations = [operation('Neg', [input('x')]), operation('Abs', [input('y')]), operation('Square', [input('x')])];
    const nodes = nodesOf({ operations, assignments: new Map([[1, result(0)]]), condition: result(1) });
    expect(operationsOf(nodes)).toEqual(['Neg', 'Abs']);
  });

  it('gives inputs, constants and variables back as they are', () => {
    const outputs = new Map([
      ['same', input('x')],
      ['fixed', constant(0)],
      ['weight', variable(1)],
    ]);
    const nodes = nodesOf({ constants: [scalar(7)], outputs });
    expect(nodes.output_same).toMatchObject({ op: 'Identity', input: ['input_x'] });
    expect(nodes[nodes.output_fixed.input[0]].op).toBe('Const');
    expect(nodes.output_weight).toMatchObject({ op: 'Identity', input: ['read_1'] });
  });

  it('an update in place waits until the value of before is read; what reads the new one waits for it; an assignment for both', () => {
    const operations = [
      operation('ResourceApplyGradientDescent', [input('x'), input('y')], { outputs: [], updates: [0] }),
      operation('Neg', [variable(0, 0)]),
      operation('Abs', [variable(0)]),
    ];
    const nodes = nodesOf({ operations, outputs: new Map([['before', result(2)]]), assignments: new Map([[0, result(1)]]) });
    expect(nodes.operation_0.input).toEqual(['variable_0', 'input_x', 'input_y', '^changing', '^read_0']);
    expect(nodes.operation_1.input).toEqual(['read_0_after_0']);
    expect(nodes.read_0_after_0.input).toEqual(['variable_0', '^operation_0']);
    expect(nodes.operation_2.input).toEqual(['read_0']);
    expect(nodes.assign_0.input).toEqual(['variable_0', 'operation_1', '^changing', '^read_0', '^operation_0', '^read_0_after_0']);
    expect(nodes.changed.input.slice(1)).toEqual(['^operation_0', '^assign_0']);
  });

  it.each([{ title: 'without a condition' }, { title: 'with one', condition: result(0) }])(
    'no change begins before all that changes and outputs are made of is computed, but for what follows from a change: $title',
    ({ condition }) => {
      const operations = [
        operation('LessEqual', [input('x'), input('y')]),
        operation('Neg', [input('x')]), // A gradient.
        operation('Abs', [input('x')]),
        operation('Square', [result(2)]), // Another one, which is assigned; it waits for the one before it by itself.
        operation('ResourceApplyGradientDescent', [input('y'), result(1)], { outputs: [], updates: [0] }),
        operation('Sqrt', [variable(0, 4)]), // An average.
        operation('Exp', [result(5)]),
        operation('Log', [input('y')]), // An output.
        operation('Sin', [input('y')]), // Nothing needs it.
      ];
      const assignments = new Map([
        [1, result(6)],
        [2, result(3)],
      ]);
      const variables = [0, 1, 2].map(() => ({ id: 0, shape: [], dtype: FLOAT }));
      const outputs = new Map([['norm', result(7)]]);
      const nodes = nodesOf({ operations, assignments, variables, outputs, ...(condition && { condition }) });
      expect(new Set(nodes.changing.input.slice(1))).toEqual(new Set(['^operation_1', '^operation_3', '^operation_7']));
      expect(nodes.operation_4.input).toContain('^changing');
      expect(nodes.assign_2.input).toContain('^changing');
    },
  );

  it('with a condition every change hangs on it, and the end does on neither way', () => {
    const update = operation('ResourceApplyGradientDescent', [input('x'), input('y')], { outputs: [], updates: [0] });
    const operations = [operation('LessEqual', [input('x'), input('y')]), update];
    const nodes = nodesOf({ operations, assignments: new Map([[1, input('x')]]), condition: result(0) });
    expect(nodes.either.input[1]).toBe('operation_0');
    expect(nodes.changing.input[0]).toBe('either:1');
    for (const change of ['operation_1', 'assign_1']) expect(nodes[change].input).toContain('^changing');
    expect(nodes.done).toMatchObject({ op: 'Merge', input: ['changed', 'skipped'] });
  });

  it('writes every kind of attribute', () => {
    const { TF_ATTR_STRING, TF_ATTR_INT, TF_ATTR_FLOAT, TF_ATTR_BOOL } = BINDING;
    const attributes = [
      { name: 'padding', type: TF_ATTR_STRING, value: 'SAME' },
      { name: 'N', type: TF_ATTR_INT, value: 2 },
      { name: 'strides', type: TF_ATTR_INT, value: [1, 2] },
      { name: 'epsilon', type: TF_ATTR_FLOAT, value: 0.5 },
      { name: 'scales', type: TF_ATTR_FLOAT, value: [0.25, 4] },
      { name: 'flag', type: TF_ATTR_BOOL, value: false },
    ];
    const { operation_0 } = nodesOf({ operations: [operation('Any', [], { attributes })], outputs: new Map([['out', result(0)]]) });
    const values = Object.fromEntries(Object.entries(operation_0.attr).map(([name, { value }]) => [name, value]));
    expect(values).toMatchObject({
      padding: { case: 's', value: new Uint8Array(Buffer.from('SAME')) },
      N: { case: 'i', value: 2n },
      strides: { case: 'list', value: { i: [1n, 2n] } },
      epsilon: { case: 'f', value: 0.5 },
      scales: { case: 'list', value: { f: [0.25, 4] } },
      flag: { case: 'b', value: false },
    });
  });

  it('writes the type of ExpandDims, which tfjs-node leaves out', () => {
    const operations = [operation('ExpandDims', [input('x'), constant(0)], { attributes: [] })];
    const nodes = nodesOf({ operations, constants: [{ ...scalar(0), dtype: 3 }], outputs: new Map([['out', result(0)]]) });
    expect(nodes.operation_0.attr.T.value).toEqual({ case: 'type', value: FLOAT });
  });

  it('refuses an attribute that it cannot write', () => {
    const attributes = [{ name: 'Tlist', type: BINDING.TF_ATTR_TYPE, value: [1, 3] }];
    const operations = [operation('Print', [input('x')], { attributes })];
    expect(() => nodesOf({ operations, outputs: new Map([['out', result(0)]]) })).toThrow(
      new NotRecordable('the attribute Tlist of Print has no form in a graph'),
    );
  });
});
