import { expect, test } from 'vitest';
import { fromHex } from './bytes.ts';
import { isAcceptableKey } from './ed25519.ts';
import { FIXTURE_VERSION, type FixtureLog, fixtureDevice, fixtureStaff, staffedLog } from './fixture/index.ts';
import { KeyringError, keyringAt, type PlacedLeaf } from './keyring.ts';
import { parseLeaf } from './leaf.ts';
import { decodePayload } from './payload.ts';

const placedLeaves = (log: FixtureLog): PlacedLeaf[] =>
  log.leaves.map(({ index, bytes, payload }) => {
    const [part0] = payload === null ? [] : decodePayload(payload);
    return { index, leaf: parseLeaf(bytes), part0 };
  });

test('[HIST-30] a key is valid from after its enrolment up to its revocation, by log index', async () => {
  const staff = await fixtureStaff();
  const log = await staffedLog(staff);
  await log.append(staff.ops, 'read', { subject: FIXTURE_VERSION, action: 'open', count: 1 });
  await log.revoke(staff.ops, staff.ops);
  const keyring = keyringAt(log.leaves.length, placedLeaves(log));
  expect(keyring.keyAt('d-u-ops', 1)).toBeUndefined();
  expect(keyring.keyAt('d-u-ops', 2)).toMatchObject({ userId: 'u-ops', enrolledAt: 1, revokedAt: 7 });
  expect(keyring.keyAt('d-u-ops', 7)).toBeDefined();
  expect(keyring.keyAt('d-u-ops', 8)).toBeUndefined();
  expect(keyringAt(3, placedLeaves(log)).keyAt('d-u-approver', 99)).toBeUndefined();
});

test('[HIST-31] [HIST-32] one device may enrol another of the same user, without a role it has not; nobody enrols itself; ids are never reused', async () => {
  const staff = await fixtureStaff();
  const second = await fixtureDevice('u-ops', 'd-ops-2');
  const refused = async (run: (log: FixtureLog) => Promise<unknown>): Promise<void> => {
    const log = await staffedLog(staff);
    await run(log);
    expect(() => keyringAt(log.leaves.length, placedLeaves(log))).toThrow(KeyringError);
  };
  const log = await staffedLog(staff);
  await log.enrol(staff.ops, second);
  expect(keyringAt(99, placedLeaves(log)).keyAt('d-ops-2', 7)).toMatchObject({ userId: 'u-ops' });
  await refused((l) => l.enrol(staff.ops, second, 'admin'));
  await refused((l) => l.enrol(staff.system, staff.ops));
  await refused((l) => l.revoke(staff.ops, staff.finance));
  await refused((l) => l.revoke(staff.system, second));
  await refused((l) => l.enrol(second, second));
});

test('[HIST-6] keys that are non-canonical, off the curve, of small order or with torsion are not acceptable', async () => {
  const { ops } = await fixtureStaff();
  expect(isAcceptableKey(ops.signer.publicKey)).toBe(true);
  const small = [
    '0100000000000000000000000000000000000000000000000000000000000000',
    'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    '0000000000000000000000000000000000000000000000000000000000000000',
    '0000000000000000000000000000000000000000000000000000000000000080',
    '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
    'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    '0100000000000000000000000000000000000000000000000000000000000080',
    '0200000000000000000000000000000000000000000000000000000000000000',
  ];
  expect(small.filter((key) => isAcceptableKey(fromHex(key)))).toEqual([]);
  // The base point plus the point of order two has order 2L: a torsion component that cofactored verifiers ignore.
  const basePoint = '5866666666666666666666666666666666666666666666666666666666666666';
  const withTorsion = '9599999999999999999999999999999999999999999999999999999999999999';
  expect(isAcceptableKey(fromHex(basePoint))).toBe(true);
  expect(isAcceptableKey(fromHex(withTorsion))).toBe(false);
  expect(isAcceptableKey(new Uint8Array(31))).toBe(false);
});
