import { expect, test } from 'vitest';
import { NeverEnds, Patience } from './patience.ts';
import { turns } from './turns.ts';

test('[SIM-14] work is waited for while turns of the event loop are left, and named when they are used up', async () => {
  const patience = new Patience(50);
  expect(
    await patience.during(
      turns(40).then(() => 'done'),
      () => 'the first',
    ),
  ).toBe('done');
  const never = patience.during(turns(40), () => 'the second');
  await expect(never).rejects.toThrow(new NeverEnds('does not end: 50 turns of the event loop passed, at the second'));
  await expect(patience.during(Promise.reject(new Error('broke')), () => '')).rejects.toThrow('broke');
});

test('[SIM-14] turns that pass while real files are written do not count', async () => {
  const patience = new Patience(50);
  await patience.during(
    patience.withFiles(() => turns(500)),
    () => 'files',
  );
});
