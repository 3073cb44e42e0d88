import './platform.ts';
import { describe, expect, test } from 'vitest';
import { PersonWork } from '../desktop/renderer/sync/personWork.ts';
import { runShift } from './fuzz/shift.ts';
import { MUTANTS, plant } from './mutants/index.ts';
import type { Outcome } from './outcome.ts';
import { runSchedule } from './schedule.ts';

/** Seeds of large schedules that once failed, by what they found. A changed simulator gives a seed another schedule; the bug's own test is beside its source. */
const FOUND: readonly (readonly [seed: number, what: string])[] = [
  [5, 'a server clock that is set back (SRV-26)'],
  [122, 'a batch that is sent before its socket has said open (SYNC-31)'],
  [354, 'a first message later than five seconds (SRV-10)'],
  [536, 'a socket that never opens (SYNC-24)'],
  [20261152, 'a following window that skips an entry after it has verified a checkpoint (SYNC-38)'],
  [20261273, 'an edit behind the leaf that took its author’s role (AUTH-9)'],
  [20261166, 'an answer that was sent before another window accepted more (SYNC-30)'],
  [20261531, 'an entry parked for a revocation that the disk then refused (ADM-14)'],
  [20262701, 'the same, of a computer that was told to make another key'],
  [20261357, 'a decision behind the last checkpoint, which waits for its second (SRV-3)'],
  [20261467, 'a decider who has not looked at the log since it was restored (HIST-72)'],
  [20262656, 'a computer that loses its power while the app closes, for which the schedule waited for ever (SIM-10)'],
  [20263407, 'an app that is closed while the server does not say whose key signed an entry (SYNC-58)'],
];

/** Seeds of other sizes that once failed. */
const FOUND_OF_ANY_SIZE: typeof FOUND = [
  [20261573, 'an app that is closed while its person signs in again after a restore (SIM-13)'],
  [20263991, 'an approver who vouches for a restored log by approving, and whose draft stayed offline (HIST-72)'],
  [20262039, 'a sign-in after a restore that the network loses (SIM-13)'],
  [
    20263161,
    'a key that a restored server has forgotten and is not told of again, because the first answer was lost (SYNC-52)',
  ],
  [20264317, 'a second window that shows as waiting what a restored log holds (SYNC-37)'],
  [20268031, 'a computer that loses its power while the app starts, for which the schedule waited for ever (SIM-10)'],
];

/** Planted bugs that show within a few schedules: a simulator that sees none of them is blind. */
const QUICKLY_FOUND = [
  'seenIsNow',
  'queueOnlyInMemory',
  'clientIdGivenTwice',
  'frozenVersionTakesEdits',
  'entriesOutOfOrder',
  'checkpointNotStored',
  'attentionNotKept',
] as const;

/** Tests that run schedules until one shows something: on a machine that is busy with other work each may take seconds. */
const MANY = { timeout: 300_000 };

describe('schedules', () => {
  test('[SIM-11] [SIM-12] late edits go into amendments, and a device that lies changes nothing', MANY, async () => {
    let amendments = 0;
    for (let seed = 540; seed < 600 && amendments === 0; seed += 1) {
      const { problems, figures } = await runSchedule(seed, 'large');
      expect(problems).toEqual([]);
      amendments += figures.created;
    }
    expect(amendments).toBeGreaterThan(0);
  });

  for (const [seed, what] of FOUND) {
    test(`[SIM-2] [SIM-3] [SIM-4] [SIM-5] [SIM-6] [SIM-7] seed ${seed}: ${what}`, async () => {
      expect((await runSchedule(seed, 'large')).problems).toEqual([]);
    });
  }

  for (const [seed, what] of FOUND_OF_ANY_SIZE) {
    test(`[SIM-13] seed ${seed}: ${what}`, async () => {
      expect((await runSchedule(seed)).problems).toEqual([]);
    });
  }

  test(
    '[SIM-15] a costly request that its server never answered holds up nobody in the next schedule',
    MANY,
    async () => {
      const alone = await runSchedule(540, 'large');
      await runSchedule(20263407, 'large');
      expect(await runSchedule(540, 'large')).toEqual(alone);
    },
  );

  test('[SIM-1] the same seed gives the same schedule', async () => {
    expect(await runSchedule(3)).toEqual(await runSchedule(3));
  });

  test('[SIM-13] computers follow a server whose database was lost and restored from a backup', MANY, async () => {
    let restores = 0;
    for (const seed of [203, 205, 592, 811, 974, 984]) {
      const { problems, figures } = await runSchedule(seed, 'large');
      expect(problems).toEqual([]);
      restores += figures.restores;
    }
    expect(restores).toBeGreaterThan(0);
  });

  test('[SIM-14] a schedule in which an app never closes fails, and says at which step', MANY, async () => {
    const { close } = PersonWork.prototype;
    PersonWork.prototype.close = () => new Promise(() => undefined);
    try {
      const stuck: Outcome[] = [];
      for (let seed = 1; seed <= 40 && stuck.length === 0; seed += 1) {
        const outcome = await runSchedule(seed, 'large');
        if (outcome.isStuck) stuck.push(outcome);
      }
      expect(stuck[0]?.problems[0]).toMatch(
        /^the schedule does not end: 100000 turns .*, at step \d+ of \d+ \(quit\)$/,
      );
    } finally {
      PersonWork.prototype.close = close;
    }
  });

  test('[SIM-8] every planted bug finds the method it changes, and comes out again', () => {
    for (const mutant of MUTANTS) mutant.plant()();
  });

  for (const name of QUICKLY_FOUND) {
    test(`[SIM-8] the planted bug ${name} is found`, MANY, async () => {
      const takeOut = plant(name);
      try {
        let found = 0;
        for (let seed = 1; seed <= 20 && found === 0; seed += 1) found = (await runSchedule(seed)).problems.length;
        expect(found).toBeGreaterThan(0);
      } finally {
        takeOut();
      }
    });
  }
});

test('[SIM-9] 2,000 broken frames, requests and files stop nothing and leave nothing pending', MANY, async () => {
  const { problems, refused, closed } = await runShift({ frames: 2000, seconds: null, seed: 'test' });
  expect(problems).toEqual([]);
  expect(refused).toBeGreaterThan(0);
  expect(closed).toBeGreaterThan(0);
});
