import { Keyring } from '@countersign/shared/history';
import type { People } from '@countersign/shared/protocol/api';
import { describe, expect, it } from 'vitest';
import { deviceRows } from './deviceRows.ts';

const people: People = [
  { userId: 'u-ops', name: 'Ops', roles: ['editor'], devices: [{ deviceId: 'd-1', name: 'Laptop', state: 'active' }] },
  { userId: 'u-admin', name: 'Admin', roles: ['admin'], devices: [] },
];

class OneKey extends Keyring {
  override devices() {
    const publicKey = new Uint8Array(32).fill(1);
    return [{ deviceId: 'd-1', userId: 'u-ops', publicKey, role: undefined, enrolledAt: 4, revokedAt: 9 }];
  }
}

describe('people and keys', () => {
  it('[SCR-28] a device that the log revoked is revoked, whatever the list says', () => {
    expect(deviceRows(people, new OneKey())[1]?.devices[0]).toEqual({
      deviceId: 'd-1',
      name: 'Laptop',
      state: 'revoked',
      publicKey: '01'.repeat(32),
      enrolledAt: 4,
    });
  });

  it('[SCR-28] without key entries the list is shown as the server names it', () => {
    const rows = deviceRows(people, null);
    expect(rows.map((person) => person.name)).toEqual(['Admin', 'Ops']);
    expect(rows[1]?.devices[0]).toMatchObject({ state: 'active', publicKey: null, enrolledAt: null });
  });
});
