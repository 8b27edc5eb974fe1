import { networkSpec } from '../../src/spec/networkSpec.js';
import { assertClassesAsBefore, type PlannedResumption } from '../../src/training/plannedResumption.js';

it('pictures of two classes cannot go on where three were learned: both lists are said, and what to do', () => {
  const resumption = {
    path: 'out/checkpoint.safetensors',
    classes: ['a', 'b', 'c'],
    spec: networkSpec('googlenet'),
  } as unknown as PlannedResumption;
  expect(() => assertClassesAsBefore(resumption, ['a', 'c'])).toThrow(
    expect.objectContaining({
      code: 'CHECKPOINT_MISMATCH',
      message:
        'out/checkpoint.safetensors: expected the training that it holds, got another:\n  classes: a, b, c then, a, c now\n' +
        'Other classes want another training: undo it, or begin anew (resume: false, --no-resume).',
    }) as Error,
  );
  expect(() => assertClassesAsBefore(resumption, ['a', 'b', 'd'])).not.toThrow();
});
