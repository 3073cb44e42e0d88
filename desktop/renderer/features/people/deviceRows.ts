// People with their devices, and for each device the key that the log enrolled. Pure: joins the server's list with the checked keyring.
import { type Keyring, toHex } from '@countersign/shared/history';
import type { People } from '@countersign/shared/protocol/api';

export interface DeviceRow {
  readonly deviceId: string;
  readonly name: string;
  readonly state: 'active' | 'revoked' | 'frozen';
  /** Hex of the Ed25519 key; null where the key entries are not shown to the reader. */
  readonly publicKey: string | null;
  /** Log index of the enrolment. */
  readonly enrolledAt: number | null;
}

export interface PersonRow {
  readonly userId: string;
  readonly name: string;
  readonly roles: People[number]['roles'];
  readonly devices: readonly DeviceRow[];
  /** How they sign in; told to admins, and to the person. */
  readonly account: People[number]['account'];
}

/** Rows by name. A device that the log revoked is revoked here, whatever the list says. */
export function deviceRows(people: People, keyring: Keyring | null): PersonRow[] {
  const keys = new Map((keyring?.devices() ?? []).map((key) => [key.deviceId, key]));
  return people
    .map((person) => ({
      userId: person.userId,
      name: person.name,
      roles: person.roles,
      account: person.account,
      devices: person.devices.map((device) => {
        const key = keys.get(device.deviceId);
        return {
          deviceId: device.deviceId,
          name: device.name,
          state: key?.revokedAt === undefined ? device.state : ('revoked' as const),
          publicKey: key === undefined ? null : toHex(key.publicKey),
          enrolledAt: key?.enrolledAt ?? null,
        };
      }),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}
