import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type EditPayload, editPayloadSchema, isWithinLimits } from './command.ts';

const name = fc.oneof(fc.constant('lines'), fc.string({ minLength: 0, maxLength: 2 }), fc.constant('a'.repeat(41)));
const text = fc.oneof(fc.constant(null), fc.constant('1.00'), fc.constantFrom('a'.repeat(20_000), 'a'.repeat(20_001)));
const good = <T>(value: T, ...others: T[]): fc.Arbitrary<T> =>
  fc.oneof({ weight: 20, arbitrary: fc.constant(value) }, fc.constantFrom(...others));
const command = fc.record({
  id: good('abcdefghijklm-_9', '', 'a', 'a'.repeat(17), 'abcdefghijklm-_.', 'abcdefghijklm-_9\n'),
  sheet: fc.oneof({ weight: 9, arbitrary: fc.constant('lines') }, name),
  rowId: good('r-abc', 'r-', 'x-abc', `r-${'a'.repeat(41)}`, 'r-a b'),
  field: fc.oneof({ weight: 9, arbitrary: fc.constant('rate') }, name),
  from: fc.oneof({ weight: 9, arbitrary: fc.constant(null) }, text),
  to: fc.oneof({ weight: 9, arbitrary: fc.constant('1') }, text),
  seen: good('0', '15', '', '01', '9999999999999999', '99999999999999999', '-1'),
});
const whole: fc.Arbitrary<EditPayload> = fc.record({
  draftId: good('v-1', '', 'v'.repeat(120), 'v'.repeat(121)),
  commands: fc.oneof(
    { weight: 9, arbitrary: fc.array(command, { maxLength: 3 }) },
    command.chain((one) => fc.constantFrom(256, 257).map((length) => Array.from({ length }, () => one))),
  ),
  updates: fc.array(fc.record({ sheet: name, part: good(1, 0, 32, 33, -1) }), { maxLength: 17 }),
});
const payload: fc.Arbitrary<EditPayload> = fc.oneof(
  { weight: 4, arbitrary: whole },
  fc.tuple(whole, good('7', '', '07', '-1')).map(([value, fold]) => ({ ...value, fold })),
);

test('[ADM-7] the quick look at a batch’s limits says what its schema says', () => {
  fc.assert(
    fc.property(payload, (value) => {
      expect(isWithinLimits(value)).toBe(editPayloadSchema.safeParse(value).success);
    }),
    { numRuns: 2000 },
  );
});
