// Admission of one signed batch: all of its sheets or none. Owns what is asked of the whole; each update is `admit.ts`'s. Must not change the draft.
import { type Command, type Refusal, refuse } from '@countersign/shared/protocol';
import { admitUpdate } from './admit.ts';
import type { ContestLedger } from './contests.ts';
import type { SheetDocument } from './sheetDocument.ts';

/** One signed batch, as it asks to be admitted. */
export interface EditRequest {
  readonly deviceId: string;
  /** The Yjs client id issued for the entry's epoch. */
  readonly clientId: number;
  readonly kind: 'edit' | 'choose';
  readonly commands: readonly Command[];
  readonly updates: readonly { readonly sheet: string; readonly update: Uint8Array }[];
  /** Log index of the fold that the batch was made on; absent when it was made before the first. */
  readonly fold?: string | undefined;
}

/** What a batch is judged by. */
export interface AdmittingDraft {
  readonly docs: ReadonlyMap<string, SheetDocument>;
  readonly ledger: ContestLedger;
  readonly size: number;
  readonly lastFold: string | undefined;
}

/** [DOC-13] Why a batch is not accepted now; null when it is. Role, state, chain and epoch are the caller's questions. */
export function admitBatch(draft: AdmittingDraft, request: EditRequest): Refusal | null {
  const { clientId, kind, commands, updates, fold } = request;
  const { docs, ledger, size } = draft;
  if (commands.length === 0 || updates.length === 0) return refuse('malformed');
  if (fold !== draft.lastFold) return refuse('folded');
  const ids = new Set(commands.map((command) => command.id));
  if (ids.size !== commands.length) return refuse('malformed', 'Two commands of the change have one id.');
  const bySheet = Map.groupBy(commands, (command) => command.sheet);
  if (new Set(updates.map((part) => part.sheet)).size !== updates.length || bySheet.size !== updates.length)
    return refuse('mismatch', 'The change does not carry exactly one update for each sheet it names.');
  for (const { sheet, update } of updates) {
    const doc = docs.get(sheet);
    const own = bySheet.get(sheet);
    if (doc === undefined || own === undefined) return refuse('mismatch', `There is no sheet "${sheet}" in the draft.`);
    // [DOC-72]
    if (doc.isFormerClient(clientId)) return refuse('epoch', 'This epoch ended with a fold. Take the next one.');
    const refusal = admitUpdate(doc, update, clientId, own, { size, ledger });
    if (refusal !== null) return { ...refusal, commandIds: refusal.commandIds ?? own.map((command) => command.id) };
  }
  return kind === 'choose' ? choiceRefusal(ledger, request) : null;
}

/** A choice settles open contests only, in full sight of every value. */
function choiceRefusal(ledger: ContestLedger, { deviceId, commands }: EditRequest): Refusal | null {
  for (const { id, sheet, rowId, field, seen } of commands) {
    const contest = ledger.contest(sheet, rowId, field);
    const unseen = contest?.claims.some((claim) => claim.index >= Number(seen) && claim.deviceId !== deviceId);
    if (contest !== null && !unseen) continue;
    const text =
      contest === null
        ? 'The cell is not contested any more. Look at its value again.'
        : 'Another value was written meanwhile. Look at all of them and choose again.';
    return { ...refuse('contested', text, `${sheet}/${rowId}/${field}`), commandIds: [id] };
  }
  return null;
}
