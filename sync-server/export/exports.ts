/**
 * Exports of this workspace: the `export` entries of its log and their bundles. Owns when a bundle is made and that its
 * bytes never change after; what a bundle holds is shared/history's.
 */
import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  buildBundle,
  decodePayload,
  fromHex,
  indexOfKeyChange,
  type PayloadOf,
  parseLeaf,
  parsePart0,
  type StoredLeaf,
  verifyBundle,
  WORKSPACE_DOCUMENT,
} from '@countersign/shared/history';
import type { Export } from '@countersign/shared/protocol/api';
import { NotWitnessed } from '../history/index.ts';
import type { Services } from '../services.ts';
import { type LogRow, replaceFile, type Storage, type StoredCheckpoint } from '../storage/index.ts';

const PAGE = 500;
const EXPORT_ID = /^x-(0|[1-9]\d{0,14})$/;

/** The bundle could not be made or does not verify: nothing was handed out. */
export class BundleFault extends Error {
  override readonly name = 'BundleFault';
}

interface ExportEntry {
  readonly row: LogRow;
  readonly at: string;
  readonly payload: PayloadOf<'export'>;
}

export class Exports {
  readonly #services: Services;
  readonly #folder: string;
  /** Bundles being made, so that two requests make one. */
  readonly #making = new Map<number, Promise<Uint8Array>>();
  /** Exports since the start whose bundle is not made yet. */
  readonly #waiting = new Set<number>();

  constructor(services: Services) {
    this.#services = services;
    this.#folder = join(services.dataDir, 'exports');
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    services.lifecycle.onExported(async (_versionId, index) => {
      this.#waiting.add(index);
      await this.bundle(`x-${index}`);
    });
  }

  /** Exports stored since the start that have no bundle yet: a cosignature is missing, or the bundle could not be made. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** [EXP-3] Newest first; the same version, hash and target exported again is one export, the first. */
  async list(): Promise<Export[]> {
    const firsts = await this.#firsts();
    const listed: Export[] = [];
    for (const entry of [...firsts.values()].toSorted((a, b) => b.row.index - a.row.index)) {
      const { row, at, payload } = entry;
      const version = await this.#services.storage.version(payload.versionId);
      if (version === null) continue;
      const { byteLength } = await this.#bundleOf(entry);
      listed.push({
        exportId: `x-${row.index}`,
        versionId: version.id,
        contractId: version.contractId,
        title: version.title,
        contentHash: payload.contentHash,
        by: { userId: row.user, name: this.#services.people.nameOf(row.user) },
        at,
        index: String(row.index),
        bytes: byteLength,
      });
    }
    return listed;
  }

  /** The signed bundle; null when there is no such export. @throws BundleFault */
  async bundle(exportId: string): Promise<Uint8Array | null> {
    const index = Number(EXPORT_ID.exec(exportId)?.[1] ?? Number.NaN);
    if (!Number.isSafeInteger(index)) return null;
    const row = await this.#services.storage.logRow(index);
    const entry = row === null ? null : exportEntry(row);
    if (entry === null) return null;
    const first = (await this.#firsts()).get(keyOf(entry)) ?? entry;
    const bytes = await this.#bundleOf(first);
    this.#waiting.delete(index);
    return bytes;
  }

  async #firsts(): Promise<Map<string, ExportEntry>> {
    const firsts = new Map<string, ExportEntry>();
    for (let before: number | undefined; ; ) {
      const page = await this.#services.storage.logPage({
        kind: 'export',
        limit: PAGE,
        ...(before === undefined ? {} : { before }),
      });
      for (const row of page) {
        const entry = exportEntry(row);
        // The log is read newest first, so the last one kept is the first that was written.
        if (entry !== null) firsts.set(keyOf(entry), entry);
      }
      const last = page.at(-1);
      if (last === undefined || page.length < PAGE) return firsts;
      before = last.index;
    }
  }

  /** [EXP-2] The bytes as they were first made. */
  async #bundleOf(entry: ExportEntry): Promise<Uint8Array> {
    const { index } = entry.row;
    const { parts } = this.#services.storage;
    const made = parts === undefined ? this.#ofFile(index) : await parts.part('bundle', `x-${index}`);
    if (made !== null) return made;
    const known = this.#making.get(index);
    if (known !== undefined) return known;
    const work = this.#make(entry).finally(() => this.#making.delete(index));
    this.#making.set(index, work);
    return work;
  }

  async #make({ row, payload }: ExportEntry): Promise<Uint8Array> {
    const { history, storage, views, workspace } = this.#services;
    const { index } = row;
    const checkpoint = await this.#covering(row.index);
    const keyChanges = await history.keyChanges();
    const leaves = await leavesUpTo(
      storage,
      [payload.versionId, WORKSPACE_DOCUMENT],
      Math.max(row.index, ...keyChanges.map(indexOfKeyChange)),
    );
    const { content } = await views.contentOf(payload.versionId);
    const bytes = await buildBundle({
      workspace: workspace.id,
      vkey: history.keys.vkeyText,
      keyChanges,
      versionId: payload.versionId,
      content,
      policy: await this.#policyOf(leaves),
      checkpoint: checkpoint.note,
      leaves,
      prove: (index, size) => history.inclusionProof(index, size).map(fromHex),
    });
    const report = await verifyBundle(bytes, { vkey: history.keys.vkeyText, workspaceId: workspace.id });
    // [EXP-1] What does not verify here would not verify at the billing system either.
    if (!report.ok) throw new BundleFault(`${report.failure.where}: ${report.failure.text}`);
    // Where several nodes serve the workspace, the first bytes are everybody's.
    if (storage.parts !== undefined) return storage.parts.add('bundle', `x-${index}`, bytes);
    replaceFile(this.#fileOf(index), new TextDecoder().decode(bytes));
    return bytes;
  }

  /** A checkpoint that covers the export, cosigned where the workspace asks for it. @throws BundleFault */
  async #covering(index: number): Promise<StoredCheckpoint> {
    try {
      return await this.#services.witnessing.covering(index);
    } catch (error) {
      if (!(error instanceof NotWitnessed)) throw error;
      throw new BundleFault(error.message);
    }
  }

  /** The policy that the approvals bind: it may have changed since. */
  async #policyOf(leaves: readonly StoredLeaf[]): Promise<unknown> {
    const approval = leaves.findLast(({ bytes }) => parseLeaf(bytes).entry.kind === 'approve');
    const [part0] = approval?.payload == null ? [] : decodePayload(approval.payload);
    const policy = part0 === undefined ? null : await this.#services.policyOf(parsePart0('approve', part0).policyHash);
    if (policy === null)
      throw new BundleFault('The approval policy that this version was approved under is not known.');
    return policy;
  }

  #ofFile(index: number): Uint8Array | null {
    const file = this.#fileOf(index);
    return existsSync(file) && statSync(file).size > 0 ? readFileSync(file) : null;
  }

  #fileOf(index: number): string {
    return join(this.#folder, `x-${index}.bundle.json`);
  }
}

function exportEntry(row: LogRow): ExportEntry | null {
  if (row.kind !== 'export' || row.payload === null) return null;
  const [part0] = decodePayload(row.payload);
  return { row, at: parseLeaf(row.leaf).env.serverTime, payload: parsePart0('export', part0) };
}

function keyOf({ payload: { versionId, contentHash, target } }: ExportEntry): string {
  return JSON.stringify([versionId, contentHash, target]);
}

/** Every entry of the documents up to the export, in log order. */
async function leavesUpTo(storage: Storage, docs: readonly string[], end: number): Promise<StoredLeaf[]> {
  const leaves: StoredLeaf[] = [];
  for (const doc of docs) {
    for (let from = 0; ; ) {
      const page = await storage.logOfDoc(doc, from, PAGE);
      for (const { index, leaf, payload } of page) if (index <= end) leaves.push({ index, bytes: leaf, payload });
      const last = page.at(-1);
      if (last === undefined || page.length < PAGE || last.index >= end) break;
      from = last.index + 1;
    }
  }
  return leaves.toSorted((a, b) => a.index - b.index);
}
