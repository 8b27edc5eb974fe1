import golden from '../golden/events.json';
import { eventRecord, type TensorBoardEvent } from '../../../src/io/events/eventRecord.js';
import { readEvent, recordsOf } from './readEvents.js';

describe('eventRecord', () => {
  it.each(golden.records.map(({ event, base64 }) => ({ kind: event.kind, step: event.step, event, base64 })))(
    "a $kind at step $step is, byte for byte, what TensorBoard's own writer (2.21.0) makes of it",
    ({ event, base64 }) => {
      const record = Buffer.from(eventRecord(event as unknown as TensorBoardEvent, golden.wallTimeSeconds));
      expect(record.toString('base64')).toBe(base64);
    },
  );

  it('numbers become the nearest float32, those beyond its range infinite', () => {
    const scalars = { tenth: 0.1, huge: 1e300, none: NaN, zero: -0 };
    const [data] = recordsOf(Buffer.from(eventRecord({ kind: 'scalars', step: 3, scalars }, 12.5)));
    expect(readEvent(data)).toEqual({
      wallTime: 12.5,
      step: 3,
      scalars: { tenth: Math.fround(0.1), huge: Infinity, none: NaN, zero: -0 },
    });
  });
});
