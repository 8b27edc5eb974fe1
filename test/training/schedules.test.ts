import { assertSchedule, GOOGLENET_SCHEDULE, INCEPTION_V3_SCHEDULE, learningRateAt, type Schedule } from '../../src/training/schedules.js';

const at = (schedule: Schedule, epoch: number, learningRate = 1, epochs = 100): number =>
  learningRateAt(schedule, epoch, { learningRate, epochs });

describe('learningRateAt', () => {
  it('a constant schedule stays', () => {
    expect([0, 0.5, 99.9].map((epoch) => at({ kind: 'constant' }, epoch, 0.05))).toEqual([0.05, 0.05, 0.05]);
  });

  it.each([
    { epoch: 0, rate: 0.01 },
    { epoch: 7.999, rate: 0.01 },
    { epoch: 8, rate: 0.0096 },
    { epoch: 17, rate: 0.009216 },
    { epoch: 80, rate: 0.006648326359915008 },
  ])('GoogLeNet (−4 % every 8 epochs, arXiv:1409.4842 §6) from 0.01: $rate at epoch $epoch', ({ epoch, rate }) => {
    expect(at(GOOGLENET_SCHEDULE, epoch, 0.01)).toBeCloseTo(rate, 15);
  });

  it.each([
    { epoch: 1.99, rate: 0.045 },
    { epoch: 2, rate: 0.0423 },
    { epoch: 100, rate: 0.045 * 0.94 ** 50 },
  ])('Inception v3 (×0.94 every 2 epochs, arXiv:1512.00567 §8) from 0.045: $rate at epoch $epoch', ({ epoch, rate }) => {
    expect(at(INCEPTION_V3_SCHEDULE, epoch, 0.045)).toBeCloseTo(rate, 15);
  });

  it('a cosine over 10 epochs passes 1, 0.854, 0.5, 0.146, 0', () => {
    const rates = [0, 2.5, 5, 7.5, 10].map((epoch) => at({ kind: 'cosine' }, epoch, 1, 10));
    [1, 0.8535533905932737, 0.5, 0.14644660940672627, 0].forEach((rate, index) => expect(rates[index]).toBeCloseTo(rate, 12));
  });

  it('a cosine with 2 epochs of warm-up and minimum 0.1 rises in a line to 1 and ends at 0.1', () => {
    const schedule: Schedule = { kind: 'cosine', warmupEpochs: 2, minimum: 0.1 };
    const rates = [0, 1, 2, 6, 10].map((epoch) => at(schedule, epoch, 1, 10));
    [0, 0.5, 1, 0.55, 0.1].forEach((rate, index) => expect(rates[index]).toBeCloseTo(rate, 12));
  });

  it('a cosine whose warm-up fills the whole run is finite at its end', () => {
    expect(at({ kind: 'cosine', warmupEpochs: 10 }, 10, 1, 10)).toBe(1);
  });
});

describe('assertSchedule', () => {
  it.each([
    { schedule: { kind: 'step', factor: 0, everyEpochs: 8 }, message: 'schedule.factor: expected a number above 0, got 0.' },
    {
      schedule: { kind: 'step', factor: 0.9, everyEpochs: NaN },
      message: 'schedule.everyEpochs: expected a number of epochs above 0, got NaN.',
    },
    { schedule: { kind: 'cosine', minimum: 2 }, message: 'schedule.minimum: expected a share of the learning rate, 0 to 1, got 2.' },
    { schedule: { kind: 'cosine', warmupEpochs: -1 }, message: 'schedule.warmupEpochs: expected a number of epochs, 0 or more, got -1.' },
    {
      schedule: { kind: 'linear' },
      message: "schedule: expected a schedule of kind 'constant', 'step' or 'cosine', got { kind: 'linear' }.",
    },
  ])('refuses $schedule', ({ schedule, message }) => {
    expect(() => assertSchedule('schedule', schedule as Schedule)).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', message }) as Error,
    );
  });
});
