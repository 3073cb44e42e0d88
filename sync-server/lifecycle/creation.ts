// Making contracts and versions. Owns the create entry, signed by the server's device: only the server creates a document.
import { randomBytes } from 'node:crypto';
import { buildSheetUpdate, type NewRow } from '@countersign/shared/document';
import { type DocumentKind, SHEETS_OF, type SheetId } from '@countersign/shared/model/sheets';
import { issueEpoch } from '../admission/index.ts';
import type { Append, History } from '../history/index.ts';
import { KeyedMutex } from '../keyedMutex.ts';
import type { ContractRow, Storage, Store, VersionRow } from '../storage/index.ts';

/** Rows of each sheet; a sheet left out is empty. */
export type InitialSheets = ReadonlyMap<SheetId, readonly NewRow[]>;

export interface NewVersion {
  /** Given by the demo; a random one otherwise. */
  readonly id?: string;
  readonly kind?: 'ORIGINAL' | 'AMENDMENT' | 'RENEWAL' | 'TERMINATION';
  readonly title: string;
  readonly baseVersionId?: string | null;
}

/** A create entry ready to be appended in this very turn, and the row that goes with it. */
export interface PreparedVersion {
  readonly row: VersionRow;
  readonly append: () => Append;
}

const newVersionId = (): string => `v-${randomBytes(6).toString('hex')}`;
export const newContractId = (): string => `c-${randomBytes(6).toString('hex')}`;

/** First day of the terms as the Terms sheet says; null when it does not. */
export function effectiveFromOf(
  rows: readonly { readonly [field: string]: string | null | undefined }[],
): string | null {
  return rows.find((row) => row.key === 'effectiveFrom')?.value ?? null;
}

export class Creation {
  /** Numbering of a contract's versions: one at a time. */
  readonly contracts = new KeyedMutex();
  readonly #storage: Storage;
  readonly #history: History;
  readonly #now: () => Date;

  constructor(storage: Storage, history: History, now: () => Date) {
    this.#storage = storage;
    this.#history = history;
    this.#now = now;
  }

  /** A contract or rate card that does not exist yet, with its first draft. Resolves when it is stored. */
  async createContract(contract: ContractRow, version: NewVersion, sheets: InitialSheets): Promise<VersionRow> {
    return this.contracts.run(contract.id, async () => {
      if ((await this.#storage.contract(contract.id)) !== null) throw new Error(`the contract ${contract.id} exists`);
      const prepared = await this.prepare(contract, version, sheets, (store) => store.putContract(contract));
      await this.#history.append([prepared.append()]).flushed;
      return prepared.row;
    });
  }

  /**
   * Everything of a new version but its place in the log. Runs inside `contracts.run` of its contract.
   * @param also what the same transaction writes before the version's row.
   */
  async prepare(
    contract: ContractRow,
    version: NewVersion,
    sheets: InitialSheets,
    also: (store: Store) => Promise<void> = async () => {},
  ): Promise<PreparedVersion> {
    const id = version.id ?? newVersionId();
    const { clientId } = await issueEpoch(this.#storage, id, this.#history.serverDeviceId);
    const sequence = (await this.#storage.versions(contract.id)).length + 1;
    const at = this.#now().toISOString();
    const baseVersionId = version.baseVersionId ?? null;
    const row: VersionRow = {
      id,
      contractId: contract.id,
      kind: version.kind ?? (baseVersionId === null ? 'ORIGINAL' : 'AMENDMENT'),
      sequence,
      title: version.title,
      state: 'DRAFT',
      baseVersionId,
      contentHash: null,
      effectiveFrom: effectiveFromOf((sheets.get('terms') ?? []).map(({ values }) => values)),
      createdAt: at,
      changedAt: at,
    };
    const { list, parts } = this.#sheetParts(contract.kind, clientId, sheets);
    const part0 = {
      versionId: id,
      contractId: contract.id,
      kind: contract.kind,
      title: version.title,
      number: contract.number,
      sequence,
      baseVersionId,
      sheets: list,
    };
    const apply = async (store: Store): Promise<void> => {
      await also(store);
      await store.putVersion(row);
    };
    await this.#history.loadServerChain();
    return { row, append: () => ({ ...this.#history.signServerEntry('create', id, part0, parts), apply }) };
  }

  #sheetParts(kind: DocumentKind, clientId: number, sheets: InitialSheets) {
    const list: { sheet: string; part: number }[] = [];
    const parts: Uint8Array[] = [];
    for (const sheet of SHEETS_OF[kind]) {
      const rows = sheets.get(sheet) ?? [];
      if (rows.length === 0) continue;
      parts.push(buildSheetUpdate(clientId, sheet, rows));
      list.push({ sheet, part: parts.length });
    }
    return { list, parts };
  }
}
