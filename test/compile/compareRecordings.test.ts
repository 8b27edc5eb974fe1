import { compareRecordings, type Inputs } from '../../src/compile/compareRecordings.js';
import { NotRecordable, type Recording } from '../../src/compile/recording.js';
import { constant, input, INT32, operation, recording, result, scalar } from './recordings.js';

const given = (x: number, y: number): Inputs => ({ x: scalar(x), y: scalar(y) });

/** x times a constant. */
const scaled = (value: number, parts: Partial<Recording> = {}): Recording =>
  recording({
    constants: [scalar(value)],
    operations: [operation('Mul', [input('x'), constant(0)], { layer: 'scale' })],
    outputs: new Map([['product', result(0)]]),
    ...parts,
  });

describe('compareRecordings', () => {
  it('constants that are the same both times stay constants, even where they equal an input', () => {
    const first = scaled(2);
    expect(compareRecordings([first, scaled(2)], [given(1, 2), given(3, 2)])).toBe(first);
  });

  it('a constant that equals an input both times becomes that input, wherever it is used', () => {
    const parts = { assignments: new Map([[1, constant(0)]]), condition: constant(0) };
    const found = compareRecordings([scaled(5, parts), scaled(6, parts)], [given(1, 5), given(1, 6)]);
    expect(found.operations[0].inputs).toEqual([input('x'), input('y')]);
    expect(found.assignments).toEqual(new Map([[1, input('y')]]));
    expect(found.condition).toEqual(input('y'));
    expect(found.outputs).toEqual(new Map([['product', result(0)]]));
  });

  it.each<{ title: string; first: Recording; second: Recording; message: string }>([
    {
      title: 'a constant that is no input',
      first: scaled(5),
      second: scaled(6),
      message: 'Mul of layer scale reads values that JavaScript makes anew each time',
    },
    {
      title: 'a constant that equals an input once',
      first: scaled(1),
      second: scaled(6),
      message: 'Mul of layer scale reads values that JavaScript makes anew each time',
    },
    {
      title: 'a constant of another type',
      first: scaled(5),
      second: scaled(5, { constants: [{ ...scalar(5), dtype: INT32 }] }),
      message: 'Mul of layer scale reads values that JavaScript makes anew each time',
    },
    {
      title: 'a constant that is given back',
      first: recording({ constants: [scalar(5)], outputs: new Map([['value', constant(0)]]) }),
      second: recording({ constants: [scalar(6)], outputs: new Map([['value', constant(0)]]) }),
      message: 'its result reads values that JavaScript makes anew each time',
    },
    {
      title: 'another operation',
      first: scaled(5),
      second: scaled(5, { operations: [operation('Add', [input('x'), constant(0)])] }),
      message: 'Mul of layer scale is done one time and Add, or the same in another way, another time',
    },
    {
      title: 'other inputs of an operation',
      first: scaled(5),
      second: scaled(5, { operations: [operation('Mul', [input('y'), constant(0)])] }),
      message: 'Mul of layer scale is done one time and Mul, or the same in another way, another time',
    },
    {
      title: 'one more operation',
      first: scaled(5),
      second: scaled(5, { operations: [...scaled(5).operations, operation('Neg', [result(0)])] }),
      message: 'Neg is done one time and not another',
    },
    {
      title: 'another result',
      first: scaled(5),
      second: scaled(5, { outputs: new Map([['product', input('x')]]) }),
      message: 'its results come from other operations one time than another',
    },
    {
      title: 'another variable that changes',
      first: scaled(5, { assignments: new Map([[0, result(0)]]) }),
      second: scaled(5, { assignments: new Map([[1, result(0)]]) }),
      message: 'its results come from other operations one time than another',
    },
  ])('$title is refused: $message', ({ first, second, message }) => {
    expect(() => compareRecordings([first, second], [given(1, 2), given(3, 4)])).toThrow(new NotRecordable(message));
  });
});
