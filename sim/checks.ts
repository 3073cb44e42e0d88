// What must hold when everything is at rest (docs/spec/sim.md). Owns the verdict; must not mend anything.
import type { DraftState } from '@countersign/shared/document';
import { fsck, toHex } from '@countersign/shared/history';
import { canonicalJson } from '@countersign/shared/model';
import { SHEETS, type SheetId } from '@countersign/shared/model/sheets';
import { type Command, ROW_FIELD } from '@countersign/shared/protocol';
import type { AttentionItem } from '../desktop/renderer/sync/draftSession.ts';
import type { OpenDraft } from '../desktop/renderer/sync/openDraft.ts';
import { nodeEd25519, sha256 } from '../sync-server/history/nativeCrypto.ts';
import type { LogRow } from '../sync-server/storage/index.ts';
import { Auditor } from './audit.ts';
import type { Computer } from './computer.ts';
import { DISK_FULL } from './disk.ts';
import type { Figures } from './outcome.ts';
import type { Promises } from './promises.ts';
import { isAtRest, type World } from './world.ts';

type Verdict = { readonly problems: readonly string[]; readonly figures: Figures };

const MOST_ENTRIES = 100_000;

/** Looks at everything at rest. */
export async function check(world: World, promises: Promises): Promise<Verdict> {
  const disk = await world.server.disk.contents();
  const log = await readLog(world);
  const auditor = new Auditor(world.draftId, world.hostileDevices);
  for (const row of log) auditor.read(row);
  const audit = auditor.result();
  const problems: string[] = [...audit.problems, ...promises.contradictions];

  for (const [index, leafHash] of promises.stored)
    if (toHex(log[index]?.hash ?? new Uint8Array()) !== leafHash)
      problems.push(`acknowledged entry ${index} (${leafHash}) is not in the log`);

  const report = await fsck(
    {
      size: () => disk.logSize(),
      leaf: async (index) => {
        const row = log[index];
        return row && { bytes: row.leaf, payload: row.payload, hash: row.hash, doc: row.doc, kind: row.kind };
      },
      checkpoint: async () => (await disk.lastCheckpoint())?.note ?? null,
      vkey: async () => world.server.services.history.keys.vkeyText,
    },
    { ed25519: nodeEd25519, sha256 },
  );
  for (const { code, index, text } of report.findings) problems.push(`fsck: ${code} at ${index}: ${text}`);

  // Healing ends with a checkpoint; what a computer verified of the log must be a beginning of it.
  const size = await disk.logSize();
  const signed = (await disk.lastCheckpoint())?.size;
  if (signed !== size) problems.push(`the newest checkpoint on disk covers ${signed ?? 0} of ${size} entries`);
  for (const { name, work } of world.computers) {
    const { held } = work.verifier;
    if (held !== null && !world.server.services.history.holds(held.size, held.root))
      problems.push(`${name} verified a checkpoint of ${held.size} entries that is not of this log`);
  }

  const logged = new Map(audit.commands.map((command) => [command.id, command]));
  if (logged.size !== audit.commands.length) problems.push('a command is in the log twice');
  const truths = new Map<string, Truth>();
  for (const [id, { draft, entries }] of audit.versions) {
    const hash = draft.contentHash();
    const served = await world.server.services.views.contentOf(id);
    if (served.contentHash !== hash)
      problems.push(`the server shows ${served.contentHash} of ${id}, its log gives ${hash}`);
    truths.set(id, { entries, picture: pictureOf(draft) });
  }
  let attention = 0;
  for (const writer of world.writers) {
    problems.push(...(await checkWriter(writer, truths, logged, world.restores > 0)));
    for (const draft of writer.drafts) attention += draft.attention().length;
  }
  for (const { name, work } of world.computers)
    if (work.verifier.distrust !== null) problems.push(`${name} does not believe the log: ${work.verifier.distrust}`);
  const typed = world.machines.reduce((sum, { made }) => sum + made.size, 0);
  for (const { name, faults } of world.computers)
    for (const fault of faults) problems.push(`${name}: ${fault instanceof Error ? fault.stack : String(fault)}`);
  for (const { computer, items } of world.moved)
    for (const item of items)
      if (!isMadeAgain(computer, item))
        problems.push(`${computer.name}: late edit ${item.id} was moved into an amendment and is not in it`);
  for (const fault of world.faults)
    problems.push(`the server: ${fault instanceof Error ? fault.stack : String(fault)}`);
  for (const line of world.server.errors) if (!isDiskFull(line)) problems.push(`the server logged ${line}`);
  const figures = {
    steps: 0,
    typed,
    logged: audit.commands.length,
    attention,
    contests: [...audit.versions.values()].reduce((sum, { draft }) => sum + draft.contests().length, 0),
    crashes: world.server.crashes,
    deaths: world.deaths,
    created: audit.versions.size - 1,
    restores: world.restores,
    folds: log.filter(({ kind }) => kind === 'fold').length,
    states: audit.states.join(' '),
    root: report.root,
  };
  for (const { draft } of audit.versions.values()) draft.destroy();
  return { problems, figures };
}

/** The schedule refused a write on purpose; whoever asked was told. */
const isDiskFull = (line: string): boolean =>
  [DISK_FULL, 'could not write to its disk', 'SimDisk.', '"code":"storage"'].some((text) => line.includes(text));

/** Refusals that follow from what people did meanwhile. Any other one means that client and server do not agree on a rule. */
const OF_PEOPLE: ReadonlySet<string> = new Set(['role', 'frozen', 'contested', 'revoked']);

/** Whether somebody made the command of an item again, under another id. */
function isMadeAgain({ made }: Computer, { id, rowId, field, to }: AttentionItem): boolean {
  return [...made.values()].some(
    (command) => command.id !== id && command.rowId === rowId && command.field === field && command.to === to,
  );
}

/** False for a row that was inserted here and refused while a second window, which had not heard of that, went on writing in it. */
function isRowThere({ made }: Computer, rowId: string, logged: ReadonlyMap<string, Command>): boolean {
  const inserted = [...made.values()].find((one) => one.rowId === rowId && one.field === ROW_FIELD.insert);
  return inserted === undefined || logged.has(inserted.id);
}

/** What the log says of one version. */
interface Truth {
  readonly entries: readonly LogRow[];
  readonly picture: string;
}

async function checkWriter(
  writer: Computer,
  truths: ReadonlyMap<string, Truth>,
  logged: ReadonlyMap<string, Command>,
  isRestored: boolean,
): Promise<string[]> {
  const { name } = writer;
  if (!isAtRest(writer)) {
    const states = writer.drafts.map((draft) => draft.status());
    return [`${name} does not come to rest: ${JSON.stringify(states)}`];
  }
  const problems: string[] = [];
  const attention = new Set<string>();
  for (const draft of writer.drafts) {
    const { draftId } = draft;
    const truth = truths.get(draftId);
    if (truth === undefined) {
      problems.push(`${name} shows ${draftId}, which the log does not have`);
      continue;
    }
    const other = await firstDifference(writer, draftId, truth.entries);
    if (other !== null) problems.push(`${name} diverged: it keeps another entry ${other} of ${draftId} than the log`);
    const shown = shownBy(draft);
    if (shown !== truth.picture)
      problems.push(`${name} shows another picture of ${draftId}: ${difference(shown, truth.picture)}`);
    for (const { id, code, text, rowId } of draft.attention()) {
      attention.add(id);
      if (OF_PEOPLE.has(code) || (code === 'unknownRow' && (isRestored || !isRowThere(writer, rowId, logged))))
        continue;
      problems.push(`${name}: honest command ${id} was refused as ${code}: ${text}`);
    }
  }
  for (const [id, made] of writer.made) {
    const inLog = logged.get(id);
    // Offered again after a restore, a command says no more than what both logs hold as seen.
    const asMade = inLog !== undefined && isRestored ? { ...made, seen: inLog.seen } : made;
    if (inLog !== undefined && canonicalJson(inLog) !== canonicalJson(asMade))
      problems.push(`${name}: command ${canonicalJson(made)} is in the log as ${canonicalJson(inLog)}`);
    const places = Number(logged.has(id)) + Number(attention.has(id));
    if (places === 1 || (places === 0 && writer.givenUp.has(id))) continue;
    problems.push(`${name}: command ${id} is ${places === 0 ? 'nowhere' : 'in the log and in Needs attention'}`);
  }
  return problems;
}

async function readLog(world: World): Promise<LogRow[]> {
  const disk = await world.server.disk.contents();
  const rows = await disk.logPage({ limit: MOST_ENTRIES });
  return rows.reverse();
}

/** Index of the first accepted entry on a computer's disk that is not, byte for byte, the log's; null when all are. */
async function firstDifference({ db }: Computer, draftId: string, log: readonly LogRow[]): Promise<number | null> {
  const kept = await db.entries.where('[draftId+index]').between([draftId, 0], [draftId, Infinity]).toArray();
  for (let i = 0; i < Math.max(kept.length, log.length); i += 1) {
    const [own, row] = [kept[i], log[i]];
    const isSame =
      own?.index === row?.index && isEqual(own?.leaf, row?.leaf) && isEqual(own?.payload, row?.payload ?? undefined);
    if (!isSame) return row?.index ?? own?.index ?? i;
  }
  return null;
}

const isEqual = (a: Uint8Array | undefined, b: Uint8Array | undefined): boolean =>
  a !== undefined && b !== undefined && Buffer.compare(a, b) === 0;

interface Contested {
  readonly sheet: string;
  readonly rowId: string;
  readonly field: string;
}
type Cells = (sheet: SheetId, rowId: string, field: string) => string | null;

/** Everything a person can see, as text: rows in order, every cell, every contest with its values. */
function drawn(
  sheets: readonly SheetId[],
  rows: (sheet: SheetId) => readonly string[],
  cell: Cells,
  contests: readonly string[],
): string {
  const lines = sheets.flatMap((sheet) =>
    rows(sheet).map((rowId) => {
      const cells = SHEETS[sheet].columns.map(({ id }) => cell(sheet, rowId, id) ?? '∅');
      return `${sheet} ${rowId} ${cells.join('|')}`;
    }),
  );
  return [...lines, ...[...contests].sort()].join('\n');
}

const contestText = (
  at: Contested,
  values: readonly { index: unknown; userId: string; value: string | null }[],
): string =>
  `contest ${at.sheet}/${at.rowId}/${at.field}: ${values.map(({ index, userId, value }) => `${index} ${userId} ${value}`).join(', ')}`;

function pictureOf(draft: DraftState): string {
  const contests = draft.contests().map((contest) => contestText(contest, contest.claims));
  return drawn(
    [...draft.docs.keys()],
    (sheet) => draft.sheet(sheet).rowIds(),
    (sheet, rowId, field) => draft.sheet(sheet).value(rowId, field),
    contests,
  );
}

function shownBy(draft: OpenDraft): string {
  const contests = draft.contests().map((contest) => contestText(contest, contest.values));
  return drawn(
    draft.sheets(),
    (sheet) => draft.rowIds(sheet),
    (sheet, rowId, field) => draft.value(sheet, rowId, field),
    contests,
  );
}

function difference(a: string, b: string): string {
  const left = a.split('\n');
  const right = b.split('\n');
  const at = left.findIndex((line, i) => line !== right[i]);
  const i = at < 0 ? left.length : at;
  return `${left[i] ?? '(nothing)'} ≠ ${right[i] ?? '(nothing)'}`;
}
