/** Imports into the versions of this server. Owns reading a draft for a check and handing a checked plan over to be committed. */
import { can } from '@countersign/shared/access';
import { newRowId } from '@countersign/shared/document';
import type { Actor } from '../http/actor.ts';
import { Problem } from '../http/problem.ts';
import { commitImport, type ImportServices } from '../lifecycle/imports.ts';
import { RoomUnavailable } from '../sync/room.ts';
import { ImportError } from './importError.ts';
import type { DraftAt } from './importJob.ts';
import type { ImportCommit, ImportTarget } from './importJobs.ts';

/** The port of one request: the person is who asks now, with the roles they have now. */
export function importTarget(services: ImportServices, actor: Actor): ImportTarget {
  return {
    read: (draftId) => readDraft(services, actor, draftId),
    commit: (commit) => writeDraft(services, actor, commit),
  };
}

async function readDraft({ rooms }: ImportServices, actor: Actor, draftId: string): Promise<DraftAt> {
  try {
    return await rooms.use(draftId, (room) =>
      room.read(() => {
        const state = room.row.state as 'DRAFT';
        const permission = can(actor, 'import', { state, kind: room.draft.head.kind });
        if (!permission.ok) {
          throw new ImportError(state === 'DRAFT' ? 'role' : 'frozen', permission.reason, 'Nothing was changed.');
        }
        return { content: room.draft.content(), contentHash: room.draft.contentHash(), size: String(room.draft.size) };
      }),
    );
  } catch (error) {
    if (!(error instanceof RoomUnavailable)) throw error;
    throw new ImportError(
      'notFound',
      'There is no such draft.',
      'Open a draft and import into it.',
      {},
      { cause: error },
    );
  }
}

async function writeDraft(services: ImportServices, actor: Actor, commit: ImportCommit): Promise<string> {
  try {
    const { index } = await commitImport(services, {
      draftId: commit.draftId,
      by: actor,
      fileHash: commit.fileHash,
      fileName: commit.fileName,
      rows: commit.rows,
      added: new Map(
        commit.added.length === 0
          ? []
          : [[commit.sheet, commit.added.map(({ values }) => ({ rowId: newRowId(), values }))]],
      ),
      commands: commit.commands,
      expectHash: commit.expectHash,
    });
    return String(index);
  } catch (error) {
    if (error instanceof Problem && (error.code === 'format' || error.code === 'staleVersion')) throw stale(error);
    if (error instanceof Problem && error.code === 'role') {
      throw new ImportError(
        error.status === 403 ? 'role' : 'frozen',
        error.message,
        'Nothing was changed.',
        {},
        { cause: error },
      );
    }
    throw error;
  }
}

function stale(cause?: unknown): ImportError {
  return new ImportError(
    'stale',
    'The draft changed since the file was checked. Nothing was changed.',
    'Check the file again and confirm anew.',
    {},
    { cause },
  );
}
