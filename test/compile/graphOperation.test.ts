import { graphOperation } from '../../src/compile/graphOperation.js';
import { input, operation } from './recordings.js';

describe('graphOperation', () => {
  it("has TensorFlow's own operation in the place of oneDNN's, without its label and what oneDNN's forward operation left", () => {
    const attributes = [
      { name: 'T', type: 4, value: 1 },
      { name: '_kernel', type: 0, value: 'MklNameChangeOp' },
    ];
    const inputs = ['x', 'y', 'x', 'y'].map(input);
    expect(graphOperation(operation('_MklNativeMaxPoolGrad', inputs, { attributes }))).toMatchObject({
      operation: 'MaxPoolGrad',
      attributes: attributes.slice(0, 1),
      inputs: inputs.slice(0, 3),
    });
    expect(graphOperation(operation('_MklNativeConv2D', inputs.slice(0, 2))).inputs).toHaveLength(2);
  });

  it('leaves every other operation as it is', () => {
    const recorded = operation('Mul', [input('x'), input('y')]);
    expect(graphOperation(recorded)).toBe(recorded);
  });
});
