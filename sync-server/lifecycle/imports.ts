// Committing a checked import: one leaf signed by the server on behalf of the person who confirmed it. Owns building its updates; reading
// files and comparing rows is imports/.
import { can } from '@countersign/shared/access';
import {
  buildSheetUpdate,
  checkCommands,
  encodeCommands,
  type NewRow,
  ordersBetween,
  type SheetDocument,
} from '@countersign/shared/document';
import { checkCell } from '@countersign/shared/model/cell';
import type { SheetId } from '@countersign/shared/model/sheets';
import type { Command } from '@countersign/shared/protocol';
import { issueEpoch } from '../admission/index.ts';
import type { People } from '../auth/index.ts';
import type { Append, History } from '../history/index.ts';
import type { Actor } from '../http/actor.ts';
import { Problem } from '../http/problem.ts';
import type { Storage } from '../storage/index.ts';
import type { Room } from '../sync/room.ts';
import type { Rooms } from '../sync/rooms.ts';

export interface ImportToCommit {
  readonly draftId: string;
  /** Who confirmed it: the author. */
  readonly by: Pick<Actor, 'userId' | 'roles'>;
  readonly fileHash: string;
  readonly fileName: string;
  /** Rows of the file. */
  readonly rows: number;
  /** New rows by sheet, in order; they go below the last row. */
  readonly added: ReadonlyMap<SheetId, readonly Omit<NewRow, 'order'>[]>;
  /** Changed cells. `seen` is the log size that the comparison was made at. */
  readonly commands: readonly Command[];
  /** Content hash that the file was compared with; another one now refuses the import. */
  readonly expectHash?: string;
}

export interface ImportServices {
  readonly storage: Storage;
  readonly history: History;
  readonly people: Pick<People, 'user'>;
  readonly rooms: Rooms;
}

/** Appends the import; resolves when it is stored. @throws Problem when the draft changed so that it does not fit any more. */
export async function commitImport(
  services: ImportServices,
  job: ImportToCommit,
): Promise<{ index: number; leafHash: string }> {
  return services.rooms.use(job.draftId, async (room) => {
    const appended = await room.run(async () => {
      const state = room.row.state as 'DRAFT';
      const permission = can(job.by, 'import', { state, kind: room.draft.head.kind });
      if (!permission.ok) throw new Problem(state === 'DRAFT' ? 403 : 409, 'role', 'Import refused', permission.reason);
      if (job.expectHash !== undefined && job.expectHash !== room.snapshot.contentHash) {
        throw new Problem(409, 'staleVersion', 'Draft changed', 'The draft changed since the file was checked.', {
          action: 'Check the file again and confirm anew.',
        });
      }
      requireFitting(room, job);
      const item = await buildImport(services, room, job);
      // [AUTH-9] Asked in the turn that appends: a role may have been taken since the import was allowed.
      const held: readonly string[] = services.people.user(job.by.userId)?.roles ?? [];
      if (!job.by.roles.every((role) => held.includes(role))) {
        throw new Problem(403, 'role', 'Import refused', 'Your roles changed while this was on its way.', {
          action: 'Open the draft again to see what you may do.',
        });
      }
      return room.append([item()]);
    });
    await appended.flushed;
    const [placed] = appended.placed;
    if (placed === undefined) throw new Error('the import was appended and not placed');
    return { index: placed.row.index, leafHash: placed.leafHash };
  });
}

function requireFitting(room: Room, { added, commands }: ImportToCommit): void {
  const refuse = (text: string, at: string): never => {
    throw new Problem(409, 'format', 'Import refused', text, { at, action: 'Check the file again and confirm anew.' });
  };
  for (const [sheet, own] of Map.groupBy(commands, (command) => command.sheet)) {
    const refusal = checkCommands(room.draft.sheet(sheet), own, { size: room.draft.size });
    if (refusal !== null) refuse(refusal.text, refusal.at ?? sheet);
  }
  for (const [sheet, rows] of added) {
    const doc = room.draft.sheet(sheet);
    for (const { rowId, values } of rows) {
      if (doc.has(rowId)) refuse('A row with this id exists.', `${sheet}/${rowId}`);
      for (const column of doc.spec.columns) {
        const problem = checkCell(column, values[column.id] ?? null);
        if (problem !== null) refuse(problem, `${sheet}/${rowId}/${column.id}`);
      }
    }
  }
}

/** Everything but the place in the log; the returned function signs and must be appended in the same turn. */
async function buildImport(
  { storage, history }: ImportServices,
  room: Room,
  job: ImportToCommit,
): Promise<() => Append> {
  const parts: Uint8Array[] = [];
  const sheets: { sheet: string; part: number }[] = [];
  const put = (sheet: string, update: Uint8Array): void => {
    parts.push(update);
    sheets.push({ sheet, part: parts.length });
  };
  const clientFor = async (): Promise<number> =>
    (await issueEpoch(storage, job.draftId, history.serverDeviceId)).clientId;
  for (const [sheet, rows] of job.added) {
    if (rows.length > 0) put(sheet, buildSheetUpdate(await clientFor(), sheet, below(room.draft.sheet(sheet), rows)));
  }
  const bySheet = Map.groupBy(job.commands, (command) => command.sheet);
  const cellClients = new Map<string, number>();
  for (const sheet of bySheet.keys()) cellClients.set(sheet, await clientFor());
  await history.loadServerChain();
  return () => {
    for (const [sheet, commands] of bySheet) {
      // Writing into the held document is safe here: the entry is appended in this turn, and a failed flush reads it anew.
      put(sheet, encodeCommands(room.draft.sheet(sheet), cellClients.get(sheet) ?? 0, commands));
    }
    const { draftId, fileHash, fileName, rows, commands, by } = job;
    const part0 = { draftId, fileHash, fileName, rows, sheets, commands, by: by.userId };
    return history.signServerEntry('import', draftId, part0, parts);
  };
}

function below(doc: SheetDocument, rows: readonly Omit<NewRow, 'order'>[]): NewRow[] {
  const last = doc.allRowIds().at(-1);
  const orders = ordersBetween(last === undefined ? null : doc.order(last), null, rows.length);
  return rows.map((row, i) => ({ ...row, order: orders[i] as string }));
}
