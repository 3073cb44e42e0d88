import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type BreakGlassAct,
  type BreakGlassEntry,
  BreakGlassRecord,
  COMMANDS,
  can,
  EMERGENCY_ROLES,
  type EmergencyRole,
  emergencyGrants,
  GRANTED_TO,
  MOST_EMERGENCY_MINUTES,
  REQUEST_MINUTES,
  stateAt,
} from './index.ts';

const START = Date.parse('2026-11-21T09:00:00.000Z');
const time = (minutes: number): string => new Date(START + minutes * 60_000).toISOString();
const hash = (index: number): string => String(index).padStart(64, 'a');
const entry = (index: number, minutes: number, by: string, act: BreakGlassAct): BreakGlassEntry => ({
  index,
  leafHash: hash(index),
  at: time(minutes),
  by,
  act,
});
const ask = (userId: string, role: EmergencyRole = 'approver', minutes = 30): BreakGlassAct => ({
  action: 'ask',
  userId,
  role,
  minutes,
});
const agree = (asked: number): BreakGlassAct => ({ action: 'agree', asked: String(asked), askedHash: hash(asked) });
const end = (asked: number): BreakGlassAct => ({ action: 'end', asked: String(asked) });

const ROLES: Readonly<Record<string, readonly string[]>> = {
  'u-ops': ['editor'],
  'u-ops2': ['editor'],
  'u-exporter': ['exporter'],
  'u-approver': ['approver'],
  'u-admin': ['admin'],
  'u-auditor': ['auditor'],
  'u-viewer': ['viewer'],
};
const standing = (userId: string): readonly string[] => ROLES[userId] ?? [];

describe('the fold', () => {
  test('[GLASS-2] two people: one asks, another agrees, and only then the role is held', () => {
    const record = new BreakGlassRecord();
    expect(record.apply(entry(5, 0, 'u-ops', ask('u-ops')), standing)).toBeNull();
    expect(record.heldAt({ index: 6, at: time(1) })).toEqual([]);
    expect(record.apply(entry(6, 2, 'u-exporter', agree(5)), standing)).toBeNull();
    expect(record.heldAt({ index: 7, at: time(3) })).toMatchObject([
      { userId: 'u-ops', role: 'approver', agreed: { by: 'u-exporter' }, until: time(32) },
    ]);
    // Not at the entry that agrees itself, nor at one before.
    expect(record.heldAt({ index: 6, at: time(2) })).toEqual([]);
  });

  test('[GLASS-2] neither who asked, nor who gains, nor somebody without weight agrees; each is told why', () => {
    const record = new BreakGlassRecord();
    record.apply(entry(1, 0, 'u-exporter', ask('u-approver', 'exporter')), standing);
    expect(record.apply(entry(2, 1, 'u-exporter', agree(1)), standing)).toMatch(/^Whoever asked/);
    expect(record.apply(entry(3, 1, 'u-approver', agree(1)), standing)).toMatch(/^Whoever gains/);
    expect(record.apply(entry(4, 1, 'u-ops', agree(1)), standing)).toMatch(/^Only approvers/);
    expect(record.apply(entry(5, 1, 'u-auditor', agree(1)), standing)).toMatch(/^Only approvers/);
    expect(
      record.apply(entry(6, 1, 'u-admin', { ...agree(1), askedHash: hash(9) } as BreakGlassAct), standing),
    ).toMatch(/^There is no such request/);
    expect(record.apply(entry(7, 1, 'u-admin', agree(1)), standing)).toBeNull();
    expect(record.apply(entry(8, 1, 'u-admin', agree(1)), standing)).toMatch(/^Somebody agreed/);
  });

  test('[GLASS-2] auditors, viewers and strangers neither ask nor gain, and nobody gains what they hold', () => {
    const record = new BreakGlassRecord();
    const asks = (by: string, act: BreakGlassAct) => record.fault(entry(1, 0, by, act), standing);
    for (const who of ['u-auditor', 'u-viewer', 'u-nobody']) {
      expect(asks(who, ask('u-ops'))).toMatch(/do not ask/);
      expect(asks('u-ops', ask(who))).toMatch(/do not gain/);
    }
    expect(asks('u-ops', ask('u-approver'))).toBe('This person is approver already. Nothing is needed.');
    expect(asks('u-ops', ask('u-ops', 'approver', 61))).toMatch(/1 to 60 minutes/);
    expect(asks('u-ops', ask('u-ops', 'approver', 0))).toMatch(/1 to 60 minutes/);
    expect(asks('u-ops', ask('u-ops2'))).toBeNull();
  });

  test('[GLASS-3] the term ends by the time that the log gave; one for the same person and role follows only then', () => {
    const record = new BreakGlassRecord();
    record.apply(entry(1, 0, 'u-ops', ask('u-ops', 'approver', 60)), standing);
    record.apply(entry(2, 5, 'u-admin', agree(1)), standing);
    expect(record.heldAt({ index: 9, at: time(64.99) })).toHaveLength(1);
    expect(record.heldAt({ index: 9, at: time(65) })).toEqual([]);
    expect(record.fault(entry(9, 64, 'u-ops', ask('u-ops')), standing)).toMatch(/held already/);
    expect(record.fault(entry(9, 65, 'u-ops', ask('u-ops')), standing)).toBeNull();
    expect(record.fault(entry(9, 64, 'u-ops', ask('u-ops', 'exporter')), standing)).toBeNull();
  });

  test('[GLASS-4] a request lapses after an hour, and may be withdrawn before', () => {
    const record = new BreakGlassRecord();
    record.apply(entry(1, 0, 'u-ops', ask('u-ops')), standing);
    expect(record.fault(entry(2, REQUEST_MINUTES, 'u-admin', agree(1)), standing)).toMatch(/lapsed/);
    record.apply(entry(2, 10, 'u-ops', end(1)), standing);
    expect(record.fault(entry(3, 11, 'u-admin', agree(1)), standing)).toMatch(/ended it/);
    expect(record.all().map((each) => stateAt(each, time(12)))).toEqual(['withdrawn']);
  });

  test('[GLASS-5] an admin and whoever took part end it; nobody else, and nobody twice', () => {
    const record = new BreakGlassRecord();
    record.apply(entry(1, 0, 'u-ops', ask('u-ops2')), standing);
    record.apply(entry(2, 1, 'u-exporter', agree(1)), standing);
    for (const who of ['u-auditor', 'u-approver', 'u-viewer'])
      expect(record.fault(entry(3, 2, who, end(1)), standing), who).toMatch(/^Only an admin/);
    for (const who of ['u-admin', 'u-ops', 'u-ops2', 'u-exporter', 'u-server'])
      expect(record.fault(entry(3, 2, who, end(1)), standing), who).toBeNull();
    record.apply(entry(4, 2, 'u-admin', end(1)), standing);
    expect(record.heldAt({ index: 5, at: time(2) })).toEqual([]);
    expect(record.heldAt({ index: 3, at: time(2) })).toHaveLength(1);
    expect(record.fault(entry(5, 2, 'u-admin', end(1)), standing)).toBe('It is over already.');
  });
});

/** Any sequence of acts, by anybody, at any clock, forwards and backwards. */
const USERS = [...Object.keys(ROLES), 'u-nobody', 'u-server'];
const anyAct: fc.Arbitrary<BreakGlassAct> = fc.oneof(
  fc.record({
    action: fc.constant('ask' as const),
    userId: fc.constantFrom(...USERS),
    role: fc.constantFrom(...EMERGENCY_ROLES),
    minutes: fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: -5, max: 200 })),
  }),
  fc.nat(3).map((back) => agree(-back)),
  fc.nat(3).map((back) => agree(-back)),
  fc.nat(9).map((back) => end(-back)),
);
const anyLog = fc.array(
  fc.record({ by: fc.constantFrom(...USERS), minutes: fc.integer({ min: -30, max: 50 }), act: anyAct }),
  { maxLength: 26, size: 'max' },
);
const entriesOf = (steps: readonly { by: string; minutes: number; act: BreakGlassAct }[]): BreakGlassEntry[] =>
  steps.map(({ by, minutes, act }, index) => {
    // Acts name an entry a little before them.
    const asked = act.action === 'ask' ? 0 : index + Number(act.asked);
    return entry(index, minutes, by, act.action === 'agree' ? agree(asked) : act.action === 'end' ? end(asked) : act);
  });

describe('no sequence of entries', () => {
  test('[GLASS-2] gives a role without two people beside each other, each in their own right', () => {
    let agreed = 0;
    fc.assert(
      fc.property(anyLog, (steps) => {
        const record = new BreakGlassRecord();
        for (const each of entriesOf(steps)) record.apply(each, standing);
        for (const each of record.all()) {
          if (each.agreed === null) continue;
          agreed += 1;
          expect([each.userId, each.asked.by]).not.toContain(each.agreed.by);
          expect(standing(each.agreed.by).some((role) => ['approver', 'exporter', 'admin'].includes(role))).toBe(true);
          expect(standing(each.userId)).not.toContain(each.role);
          expect(['u-auditor', 'u-viewer', 'u-nobody', 'u-server']).not.toContain(each.userId);
        }
      }),
      { numRuns: 2000, seed: 13 },
    );
    expect(agreed).toBeGreaterThan(50);
  });

  test('[GLASS-3] gives one for longer than an hour, whatever the clocks say, nor after its end', () => {
    fc.assert(
      fc.property(anyLog, fc.integer({ min: -600, max: 900 }), (steps, minutes) => {
        const record = new BreakGlassRecord();
        let latest = '';
        for (const each of entriesOf(steps)) {
          latest = each.at > latest ? each.at : latest;
          record.apply(each, standing);
        }
        const asked = time(minutes) > latest ? time(minutes) : latest;
        for (const { agreed, until, ended } of record.heldAt({ index: steps.length, at: asked })) {
          expect(ended).toBeNull();
          expect(Date.parse(until ?? '') - Date.parse(agreed?.at ?? '')).toBeLessThanOrEqual(
            MOST_EMERGENCY_MINUTES * 60_000,
          );
          expect(Date.parse(asked) - Date.parse(agreed?.at ?? '')).toBeLessThan(MOST_EMERGENCY_MINUTES * 60_000);
        }
      }),
      { numRuns: 2000, seed: 14 },
    );
  });

  test('[GLASS-3] set back, a clock makes no term begin or end later than the entries before it say', () => {
    fc.assert(
      fc.property(anyLog, (steps) => {
        const forwards = new BreakGlassRecord();
        let latest = '';
        for (const each of entriesOf(steps)) {
          latest = each.at > latest ? each.at : latest;
          forwards.apply({ ...each, at: latest }, standing);
        }
        const backdated = new BreakGlassRecord();
        for (const each of entriesOf(steps)) backdated.apply(each, standing);
        expect(backdated.all()).toEqual(forwards.all());
      }),
      { numRuns: 500, seed: 15 },
    );
  });
});

describe('what an emergency role grants', () => {
  test.each(COMMANDS)('[GLASS-6] %s', (command) => {
    const viewer = { userId: 'u-ops', roles: ['viewer'] as const };
    for (const role of EMERGENCY_ROLES) {
      const held = { role, asked: '1', agreedBy: 'u-admin', until: time(30) };
      const given = can({ ...viewer, emergency: [held] }, command);
      const open = ['read', 'readLog', 'readTokens', 'revokeAccess'];
      const never = ['askBreakGlass', 'agreeBreakGlass'];
      const wanted = role === 'admin' ? open.includes(command) : GRANTED_TO[command].includes(role);
      expect(emergencyGrants(role, command)).toBe(wanted && !never.includes(command));
      if (given.ok) expect(emergencyGrants(role, command) || GRANTED_TO[command].includes('viewer')).toBe(true);
      // Nobody without a role of their own gains anything.
      expect(can({ userId: 'u', roles: [], emergency: [held] }, command).ok).toBe(false);
    }
  });
});
