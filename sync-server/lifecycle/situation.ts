// What a decision on a version looks at, read from its room. Owns the naming of cells for people; decides nothing itself.
import { can, type HeldEmergency, type Role, type VersionCommand } from '@countersign/shared/access';
import { rowName } from '@countersign/shared/document';
import {
  type ApprovalPolicy,
  type Author,
  approvalPolicy,
  type Blocker,
  decide,
  type Situation,
  versionName,
} from '@countersign/shared/lifecycle';
import { type CellProblem, plainLabel } from '@countersign/shared/model/cell';
import { termName } from '@countersign/shared/model/compile';
import { type RowContent, SHEETS_OF, sheetSpec, type WorkbookContent } from '@countersign/shared/model/sheets';
import { ROW_FIELD } from '@countersign/shared/protocol';
import type { Blocker as WireBlocker } from '@countersign/shared/protocol/api';
import type { VersionRow } from '../storage/index.ts';
import type { Room } from '../sync/room.ts';

/** Everything about a version at one log index that rules look at. */
export interface VersionView {
  readonly row: VersionRow;
  readonly content: WorkbookContent;
  readonly contentHash: string;
  readonly authors: readonly Author[];
  readonly contests: readonly WireBlocker[];
  readonly problems: readonly WireBlocker[];
  /** Comments that nobody has called done, as cell and first words; they block nothing. */
  readonly openComments: readonly string[];
  readonly policy: ApprovalPolicy;
  /** The executed version of the contract now; null when none is. */
  readonly inForce: VersionRow | null;
}

export interface Person {
  readonly userId: string;
  readonly name: string;
  readonly roles: readonly Role[];
  readonly emergency?: readonly HeldEmergency[];
}

/** Names of rows and cells of one content, as people say them. */
export class CellNames {
  readonly #rows = new Map<string, RowContent>();

  constructor(content: WorkbookContent) {
    for (const [sheet, rows] of Object.entries(content.sheets)) for (const row of rows) this.#add(sheet, row);
  }

  /** [SRV-43] The names of a version with those of rows that were removed from it. */
  static of({ draft, snapshot: { content } }: Pick<Room, 'draft' | 'snapshot'>): CellNames {
    const names = new CellNames(content);
    for (const sheet of SHEETS_OF[content.kind]) {
      const doc = draft.sheet(sheet);
      const column = doc.spec.nameColumn;
      for (const rowId of doc.deadRowIds()) {
        const name = doc.value(rowId, column);
        names.#add(sheet, { rowId, ...(name === null ? {} : { [column]: name }) });
      }
    }
    return names;
  }

  #add(sheet: string, row: RowContent): void {
    const place = `${sheet}/${row.rowId}`;
    if (!this.#rows.has(place)) this.#rows.set(place, row);
  }

  /** The row as the sheet names it: of a term its key. */
  key(sheet: string, rowId: string): string {
    const row = this.#rows.get(`${sheet}/${rowId}`);
    return row === undefined ? 'A removed row' : rowName(sheet, row);
  }

  row(sheet: string, rowId: string): string {
    return rowWords(sheet, this.key(sheet, rowId));
  }

  label(sheet: string, field: string): string {
    if (field === ROW_FIELD.dead) return 'Removal';
    if (field === ROW_FIELD.insert) return 'New row';
    if (field === ROW_FIELD.order) return 'Place';
    if (field === ROW_FIELD.comment) return 'Comment';
    const column = sheetSpec(sheet)?.columns.find(({ id }) => id === field);
    return column === undefined ? field : plainLabel(column.label);
  }

  cell(sheet: string, rowId: string, field: string): string {
    return cellWords(sheet, this.key(sheet, rowId), field, this.label(sheet, field));
  }
}

/** A row in words: a term by its name. @param key the row as its sheet names it. */
export const rowWords = (sheet: string, key: string): string => (sheet === 'terms' ? termName(key) : key);

/** A cell in words: `42.0, Rate`; the value of a term by the name of the term alone. */
export function cellWords(sheet: string, key: string, field: string, label: string): string {
  const row = rowWords(sheet, key);
  return sheet === 'terms' && field === 'value' ? row : `${row}, ${label}`;
}

/** Reads a version. Runs in `room.read`. @param worth what the version is worth, when it can be told. */
export function viewOf(
  room: Room,
  inForce: VersionRow | null,
  now: Date,
  worth: { readonly amount: string; readonly currency: string } | null,
): VersionView {
  const { draft, row, record } = room;
  const { snapshot } = room;
  const { content, contentHash } = snapshot;
  const names = CellNames.of(room);
  const terms = content.sheets.terms ?? [];
  const term = (key: string): string | null => terms.find((candidate) => candidate.key === key)?.value ?? null;
  // The day of submission decides about "retroactive", so that a policy does not change while approvals are gathered.
  const today = (record.submitted?.at ?? now.toISOString()).slice(0, 10);
  return {
    row,
    content,
    contentHash,
    authors: authorsOf(room, names),
    contests: draft.contests().map(({ sheet, rowId, field, claims }) => ({
      kind: 'contested' as const,
      sheet,
      rowId,
      field,
      text: `${names.cell(sheet, rowId, field)} has ${claims.length} values. Choose which one counts.`,
    })),
    openComments: draft.comments
      .all()
      .filter(({ done }) => !done)
      .map(({ sheet, rowId, about, messages }) => {
        const where = about === null ? names.row(sheet, rowId) : names.cell(sheet, rowId, about);
        return `${where}: ${messages[0]?.text ?? ''}`;
      }),
    problems: row.state === 'DRAFT' ? snapshot.problems.map((problem) => wireProblem(problem, names)) : [],
    policy: approvalPolicy({
      effectiveFrom: term('effectiveFrom'),
      retroactive: term('retroactive') === 'true',
      today,
      amount: worth,
    }),
    inForce,
  };
}

function wireProblem({ sheet, rowId, field, kind, text }: CellProblem, names: CellNames): WireBlocker {
  const where = rowId === null ? null : field === null ? names.row(sheet, rowId) : names.cell(sheet, rowId, field);
  return {
    kind,
    sheet,
    ...(rowId === null ? {} : { rowId }),
    ...(field === null ? {} : { field }),
    text: where === null ? text : `${where}: ${text}`,
  };
}

function authorsOf({ draft }: Room, names: CellNames): Author[] {
  const first = new Map<string, string>();
  for (const { userId, sheet, rowId, field } of draft.changes()) {
    if (!first.has(userId)) first.set(userId, names.cell(sheet, rowId, field));
  }
  return draft.authors().map((userId) => ({ userId, wrote: first.get(userId) }));
}

const plainBlocker = (names: CellNames, blocker: WireBlocker): Blocker => {
  const { sheet, rowId, field, text } = blocker;
  if (sheet === undefined || rowId === undefined)
    return { where: sheetSpec(sheet ?? '')?.label ?? 'The version', text };
  const where = field === undefined ? names.row(sheet, rowId) : names.cell(sheet, rowId, field);
  return { where, text: text.startsWith(`${where}: `) ? text.slice(where.length + 2) : text };
};

/** Everything of a decision on a version but who decides, and upon which content. */
export type VersionSituation = Omit<Situation, 'actor' | 'expectedHash'>;

export function standingOf({ record }: Room, view: VersionView): VersionSituation {
  const names = new CellNames(view.content);
  return {
    state: view.row.state as Situation['state'],
    kind: view.content.kind,
    contentHash: view.contentHash,
    authors: view.authors,
    submitter: record.submitted?.userId ?? null,
    approvals: record.approvals,
    policy: view.policy,
    contests: view.contests.map((blocker) => plainBlocker(names, blocker)),
    problems: view.problems.map((blocker) => plainBlocker(names, blocker)),
  };
}

/** The question put to the pure rules. @param expectedHash the content the command was given for. */
export function situationOf(room: Room, view: VersionView, actor: Person, expectedHash: string): Situation {
  return { ...standingOf(room, view), actor, expectedHash };
}

/** [SRV-21] A version is executed on the base it was written against, or somebody else's executed change would be lost. */
export function baseProblem({ row, inForce }: Pick<VersionView, 'row' | 'inForce'>): string | null {
  if (inForce === null ? row.baseVersionId === null : inForce.id === row.baseVersionId) return null;
  return inForce === null
    ? 'The version this one amends is no longer in force. Open the version that is.'
    : `${versionName(inForce)} was executed meanwhile. Open an amendment on it and bring the changes over.`;
}

/** What a person may do now, and if not, why: the server's own decision, asked ahead. @param base what `baseProblem` says of the version */
export function permissionsOf(
  standing: VersionSituation,
  base: string | null,
  actor: Person,
  commands: readonly VersionCommand[],
) {
  const situation = { ...standing, actor, expectedHash: standing.contentHash };
  const answers = commands.map((command) => {
    const decision = decide(command, situation);
    if (!decision.ok) return [command, { ok: false as const, reason: decision.reason }] as const;
    const problem = command === 'execute' ? base : null;
    return [command, problem === null ? { ok: true as const } : { ok: false as const, reason: problem }] as const;
  });
  const edit = can(actor, 'edit', { state: situation.state, kind: situation.kind });
  return Object.fromEntries([...answers, ['edit', edit] as const]);
}
