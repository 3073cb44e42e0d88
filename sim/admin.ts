// What admins and files do to a schedule: keys are revoked, tables are imported. Owns asking the server for it; whether it may be is the
// server's to say.

import type { Role } from '@countersign/shared/access';
import { newCommandId, newRowId } from '@countersign/shared/document';
import type { SheetId } from '@countersign/shared/model/sheets';
import type { Command } from '@countersign/shared/protocol';
import { deviceIdOf, StorageUnavailable } from '../sync-server/history/index.ts';
import { Problem } from '../sync-server/http/problem.ts';
import { RoomUnavailable } from '../sync-server/sync/room.ts';
import type { Machine } from './machine.ts';
import type { World } from './world.ts';

/** An admin revokes the key of a computer: it was left in a train. Its person makes a new key later, when everything is mended. */
export function revokeDevice(world: World, machine: Machine | undefined): void {
  if (machine === undefined || !world.server.isUp) return;
  const { people } = world.server.services;
  const device = people.device(deviceIdOf(machine.key.publicKey));
  if (device === null || device.revokedAt !== null) return;
  machine.isRevoked = true;
  people.revokeDevice(device, 'u-admin').catch(() => {
    // The disk refused, or the server died: whether it was revoked is seen when everything is mended.
  });
}

const SHEET: SheetId = 'lines';

/** A table is imported on behalf of somebody: some prices change, some lines are new. */
export function importSomething(world: World): void {
  const { random, server } = world;
  if (!server.isUp) return;
  const { services } = server;
  const userId = random.pick(['u-finance', 'u-ops', 'u-reviewer']) ?? 'u-finance';
  const draftId = random.pick([world.draftId, ...world.amendments]) ?? world.draftId;
  const roles = (services.people.user(userId)?.roles ?? []) as readonly Role[];
  const room = services.rooms.peek(draftId);
  if (room === null) return;
  const price = (): string => String(random.int(100, 999));
  const sheet = room.draft.sheet(SHEET);
  const rows = sheet.rowIds().slice(0, random.int(1, 4));
  const commands = rows.map(
    (rowId): Command => ({
      id: newCommandId(),
      sheet: SHEET,
      rowId,
      field: 'rate',
      from: sheet.value(rowId, 'rate'),
      to: price(),
      seen: String(room.draft.size),
    }),
  );
  const flight = { product: 'Radio', from: '2099-01-01', to: '2099-01-31', quantity: '5', rateType: 'SPOT' };
  const added = Array.from({ length: random.int(0, 3) }, () => ({
    rowId: newRowId(),
    values: { line: String(random.int(100_000, 999_999)), ...flight, rate: price() },
  }));
  const job = {
    draftId,
    by: { userId, roles },
    fileHash: Buffer.from(random.bytes(32)).toString('hex'),
    fileName: 'rates.csv',
    rows: commands.length + added.length,
    added: new Map([[SHEET, added]]),
    commands: commands.filter(({ from, to }) => from !== to),
    ...(random.chance(0.5) ? { expectHash: room.snapshot.contentHash } : {}),
  };
  services.commitImport(job).catch((error: unknown) => {
    const isAnswer = [Problem, StorageUnavailable, RoomUnavailable].some((type) => error instanceof type);
    if (!isAnswer && server.isUp) world.faults.push(error);
  });
}
