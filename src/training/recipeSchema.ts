import { z } from 'zod';

/** What recipes say of learning, with every number's range: a slip in a file is found before anything is read or measured. */
const number = (error: string, fits: (value: number) => boolean): z.ZodType => z.number({ error }).refine(fits, { error });

const positive = number('a number above 0', (value) => value > 0);
const from0 = number('a number, 0 or more', (value) => value >= 0);
const share = number('a number, 0 ≤ share < 1', (value) => value >= 0 && value < 1);
const fraction = number('a number, 0 < share ≤ 1', (value) => value > 0 && value <= 1);
const part = number('a number, 0 < share < 1', (value) => value > 0 && value < 1);
const decay = number('a number, 0 < decay < 1', (value) => value > 0 && value < 1);
const count = number('a positive integer', (value) => Number.isInteger(value) && value > 0);
const text = z.string({ error: 'a text' });

const OPTIMIZER = { error: "'sgd', 'rmsprop', 'adam' or 'adamw', or an object with that kind" };
const optimizer = z.union(
  [
    z.enum(['sgd', 'rmsprop', 'adam', 'adamw'], OPTIMIZER),
    z.strictObject({ kind: z.literal('sgd'), momentum: share.optional(), nesterov: z.boolean().optional() }),
    z.strictObject({ kind: z.literal('rmsprop'), decay: share.optional(), momentum: share.optional(), epsilon: positive.optional() }),
    z.strictObject({
      kind: z.enum(['adam', 'adamw']),
      beta1: share.optional(),
      beta2: share.optional(),
      epsilon: positive.optional(),
    }),
  ],
  OPTIMIZER,
);

const warmupEpochs = from0.optional();
const schedule = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({ kind: z.literal('constant'), warmupEpochs }),
    z.strictObject({ kind: z.literal('step'), factor: positive, everyEpochs: positive, warmupEpochs }),
    z.strictObject({
      kind: z.literal('cosine'),
      minimum: number('a share, 0 to 1', (value) => value >= 0 && value <= 1).optional(),
      warmupEpochs,
    }),
  ],
  { error: "a schedule of kind 'constant', 'step' or 'cosine'" },
);

const HEAD_WEIGHT = { error: 'a number, 0 or more, or two: [first, last]' };
const headWeight = z.union([from0, z.tuple([from0, from0])], HEAD_WEIGHT);

const phase = z.strictObject(
  {
    epochs: count.optional(),
    share: part.optional(),
    freezeTo: text.optional(),
    learningRate: positive.optional(),
    schedule: schedule.optional(),
    optimizer: optimizer.optional(),
  },
  { error: 'a phase: an object with epochs or share, freezeTo, learningRate, …' },
);

/** Shares are rounded to whole epochs: one phase must be there to take the rest. */
const hasRest = (phases: readonly { readonly share?: unknown; readonly epochs?: unknown }[]): boolean =>
  phases.every(({ share }) => share === undefined) ||
  phases.filter(({ share, epochs }) => share === undefined && epochs === undefined).length === 1;

export const learningOptions = z.strictObject(
  {
    optimizer: optimizer.optional(),
    learningRate: positive.optional(),
    schedule: schedule.optional(),
    headWeights: z.union([headWeight, z.record(z.string(), headWeight)], HEAD_WEIGHT).optional(),
    labelSmoothing: share.optional(),
    weightDecay: from0.optional(),
    gradientClip: z.strictObject({ norm: positive.optional(), value: positive.optional() }).optional(),
    layerDecay: fraction.optional(),
    stageRates: z.record(z.string(), from0).optional(),
    classWeights: z.union([z.literal('balanced'), z.record(z.string(), from0)], { error: "'balanced', or a weight by class" }).optional(),
    averaging: z.strictObject({ decay }).optional(),
    earlyStopping: z.strictObject({ patience: count, minimumGain: share.optional() }).optional(),
    freezeTo: text.optional(),
    phases: z
      .array(phase, { error: 'a list of phases' })
      .min(1, { error: 'a list of one phase or more' })
      .refine(hasRest, { error: 'phases of which one names neither share nor epochs, where others name shares' })
      .optional(),
    reestimateBatchNormalization: z
      .union([z.boolean(), z.strictObject({ batches: count })], { error: 'true, false or { batches }' })
      .optional(),
  },
  { error: 'an object: how to learn' },
);
