import { ensureBackend } from '../../../src/backends/ensureBackend.js';
import { applyWeights } from '../../../src/io/weights/applyWeights.js';
import { matchNames } from '../../../src/io/names/recognizeNetwork.js';
import type { StoredTensor } from '../../../src/io/storedTensor.js';
import type { WeightReport } from '../../../src/io/weights/weightReport.js';
import type { InceptionModel } from '../../../src/networks/inceptionModel.js';
import { IMAGENET_LABELS } from '../../../src/networks/imagenetLabels.js';
import { expectFailure } from '../failure.js';
import { expectedWeights, fileOf, storedTensor, weightFile, weightsOf } from '../names/weightFiles.js';
import { tinyGoogLeNet } from '../tinyModels.js';

beforeAll(() => ensureBackend());

const torchvision = (options: Parameters<typeof tinyGoogLeNet>[0] = {}): InceptionModel =>
  tinyGoogLeNet({ variant: 'torchvision', inputShape: [96, 96, 3], ...options });

const apply = (model: InceptionModel, tensors: ReadonlyMap<string, StoredTensor>, except: readonly string[] = []): Promise<WeightReport> =>
  applyWeights('loadWeights', model, weightFile(tensors), { matched: matchNames(tensors), except });

/** A file of a torchvision network. */
function fileWith(options: Parameters<typeof tinyGoogLeNet>[0]): Map<string, StoredTensor> {
  const model = torchvision(options);
  const file = fileOf('torchvision', model);
  model.dispose();
  return file;
}

const HEAD = ['main_logits/bias', 'main_logits/kernel'];

it('keeps a classifier for other classes as it was, says that it is new, and fills the trunk', async () => {
  const model = torchvision({ classes: 5 });
  const own = weightsOf(model);
  const report = await apply(model, fileWith({ classes: 7 }));
  expect(report).toMatchObject({ missing: HEAD, unused: ['fc.bias', 'fc.weight'] });
  expect(report.reshaped).toEqual([
    'main_logits/bias [5] in the model, [7] in the file',
    'main_logits/kernel [128, 5] in the model, [128, 7] in the file',
  ]);
  expect(report.notes[0]).toBe("The head 'main' is new: the file's is for 7 classes, the model's for 5. Train it.");
  const expected = expectedWeights(model);
  for (const name of HEAD) expected[name] = own[name];
  expect(weightsOf(model)).toEqual(expected);
  model.dispose();
});

it('refuses a classifier over other features: that is another network', async () => {
  const model = torchvision();
  const file = fileWith({});
  file.set(
    'fc.weight',
    storedTensor('fc.weight', [7, 64], () => new Float32Array(7 * 64)),
  );
  const message = /\n≠ main_logits\/kernel \[128, 3\] in the model, \[64, 7\] in the file$/;
  await expectFailure(apply(model, file), 'WEIGHTS_MISMATCH', message);
  model.dispose();
});

it('leaves out class 0 of 1001, "background", for a model of 1000: the others move up by one', async () => {
  const model = torchvision({ classes: 1000 });
  const file = fileWith({ classes: 1000 });
  const classes = Float32Array.from({ length: 1001 }, (_, index) => index);
  file.set(
    'fc.bias',
    storedTensor('fc.bias', [1001], () => classes.slice()),
  );
  file.set(
    'fc.weight',
    storedTensor('fc.weight', [1001, 128], () => Float32Array.from({ length: 1001 * 128 }, (_, index) => index)),
  );
  const report = await apply(model, file);
  expect(report.notes).toContain("Class 0 of the file's 1001, \"background\", is left out of the head 'main'.");
  const weights = weightsOf(model);
  expect(weights['main_logits/bias']).toEqual([...classes.slice(1)]);
  // Of feature 1 and class 1 with us: torch's [2, 1].
  expect(weights['main_logits/kernel'][1 * 1000 + 1]).toBe(2 * 128 + 1);
  expect(report.missing).toEqual([]);
  model.dispose();
});

it('takes 6 classes for a model of 5 as other classes: only of 1001 is it known what the first is', async () => {
  const model = torchvision({ classes: 5 });
  expect((await apply(model, fileWith({ classes: 6 }))).missing).toEqual(HEAD);
  model.dispose();
});

it('keeps heads that the file lacks, and leaves unused those that the model lacks', async () => {
  const [plain, complete] = [torchvision(), torchvision({ auxiliaryHeads: true })];
  const own = weightsOf(complete);
  const auxiliary = Object.keys(own).filter((name) => name.startsWith('auxiliary_'));
  const kept = await apply(complete, fileWith({}));
  expect(kept.missing).toEqual(auxiliary.sort());
  expect(kept.notes).toContain("The file has no head 'auxiliary_4a': it stays as it was.");
  expect(weightsOf(complete)).toEqual({ ...expectedWeights(complete), ...Object.fromEntries(auxiliary.map((name) => [name, own[name]])) });
  const dropped = await apply(plain, fileWith({ auxiliaryHeads: true }));
  expect(dropped.unused).toHaveLength(18);
  expect(dropped.unused.every((name) => /^aux[12]\./.test(name))).toBe(true);
  expect(weightsOf(plain)).toEqual(expectedWeights(plain));
  plain.dispose();
  complete.dispose();
});

it('does not take half a head for none', async () => {
  const model = torchvision();
  const file = fileWith({});
  file.delete('fc.bias');
  await expectFailure(apply(model, file), 'WEIGHTS_MISMATCH', /got 1 difference .*\n- main_logits\/bias \[3\]$/);
  model.dispose();
});

it("says that torchvision's auxiliary heads are untrained where they are used, and only there", async () => {
  const [plain, complete] = [torchvision(), torchvision({ auxiliaryHeads: true })];
  const file = fileWith({ auxiliaryHeads: true });
  const isSaid = ({ notes }: WeightReport): boolean =>
    notes.some((note) => note.startsWith('Torchvision never trained the auxiliary heads'));
  expect([await apply(complete, file), await apply(plain, file)].map(isSaid)).toEqual([true, false]);
  plain.dispose();
  complete.dispose();
});

it('passes over the layers in `except`, by the names of either side', async () => {
  const model = torchvision();
  const own = weightsOf(model);
  const file = fileWith({});
  file.set(
    'extra.weight',
    storedTensor('extra.weight', [1], () => new Float32Array(1)),
  );
  const report = await apply(model, file, ['main_logits', 'extra']);
  expect(report).toMatchObject({ missing: HEAD, unused: ['extra.weight', 'fc.bias', 'fc.weight'], reshaped: [] });
  expect(weightsOf(model)['main_logits/bias']).toEqual(own['main_logits/bias']);
  expect((await apply(model, file, ['fc', 'extra'])).missing).toEqual(HEAD);
  await expectFailure(apply(model, file, ['nowhere']), 'INVALID_ARGUMENT', /^loadWeights\.except: expected names of layers.*got 'nowhere'/);
  model.dispose();
});

describe('labels', () => {
  it("are ImageNet's for a model of 1000 classes without labels, and stay where there are some", async () => {
    const [empty, own] = [torchvision({ classes: 1000 }), torchvision({ classes: 1000 })];
    own.labels = IMAGENET_LABELS.map((label) => `my ${label}`);
    const file = fileWith({ classes: 1000 });
    expect((await apply(empty, file)).notes).toContain('The model has 1000 classes and had no labels: it now has those of ImageNet.');
    await apply(own, file);
    expect([empty.labels[0], own.labels[0]]).toEqual(['tench', 'my tench']);
    empty.dispose();
    own.dispose();
  });

  it('are not given for other classes, nor where the head is new', async () => {
    const models = [torchvision({ classes: 5 }), torchvision({ classes: 1000 })];
    const file = fileWith({ classes: 5 });
    for (const model of models) await apply(model, file);
    expect(models.map(({ labels }) => labels)).toEqual([[], []]);
    for (const model of models) model.dispose();
  });
});
