// Sheets to the kernel's contract version (docs/PROTOCOL.md §7). Owns the assembly; what a row means is in rows.ts and prices.ts.
import type { z } from 'zod';
import { type CellProblem, shown } from '../cell/index.ts';
import { ContractVersion, Line } from '../contract.ts';
import type { RowContent, WorkbookContent } from '../sheets/content.ts';
import { KNOWN_TERMS } from '../sheets/knownTerms.ts';
import { sheetSpec } from '../sheets/sheets.ts';
import {
  Adjustment,
  AttributionPolicy,
  AttributionWindow,
  Clause,
  Commitment,
  EligibilityRule,
  PayoutRule,
  RateCardRow,
  Term,
} from '../terms/index.ts';
import { headOf } from './head.ts';
import { leftOutTerm, readHeldTerm } from './heldTerms.ts';
import type { VersionMeta } from './meta.ts';
import { contradiction, isOverlayKey, laidOver, type Overlay, rowOverlayKey, versionMember } from './overlay.ts';
import { BESIDE_FORBIDDEN, columnOf, EXEMPT, termOf } from './places.ts';
import type { TierTables } from './prices.ts';
import {
  type RowContext,
  type RowRead,
  readAdjustment,
  readCommitment,
  readEligibility,
  readLine,
  readPayout,
  readRate,
  readWindow,
} from './rows.ts';
import type { StatedTerms } from './termRules.ts';

export interface CompiledVersion {
  /** null when the head (currency, time zone, start) is missing or wrong: nothing can be billed then. */
  readonly version: ContractVersion | null;
  /** What is wrong, at its cell. Rows with a problem are left out of the bill and listed as held terms. */
  readonly problems: readonly CellProblem[];
}

type Json = Record<string, unknown>;

/**
 * [DOC-40] The contract version that the content says. Equal content and meta give equal versions.
 * A row that cannot be read is left out, reported, and kept as a held term with its reason.
 */
export function compileVersion(content: WorkbookContent, meta: VersionMeta): CompiledVersion {
  return new Compilation(content, meta).run();
}

class Compilation {
  readonly #content: WorkbookContent;
  readonly #meta: VersionMeta;
  readonly #problems: CellProblem[] = [];
  readonly #held: z.infer<typeof Term>[] = [];
  readonly #known = new Map<string, RowContent>();
  readonly #overlays = new Map<string, { row: RowContent; value: unknown }>();
  #context: RowContext = { currency: undefined, tables: new Map(), clauseIds: new Map() };

  constructor(content: WorkbookContent, meta: VersionMeta) {
    this.#content = content;
    this.#meta = meta;
  }

  run(): CompiledVersion {
    const free = this.#sortTerms();
    const clauseIds = new Map<string, string>();
    const clauses = this.#clauses(clauseIds);
    this.#context = { currency: this.#term('currency'), tables: this.#tables(), clauseIds };
    const lists = {
      lines: this.#rows('lines', readLine, Line),
      rateCardRows: this.#rows('rates', readRate, RateCardRow),
      commitments: this.#rows('commitments', readCommitment, Commitment),
      adjustments: this.#rows('adjustments', readAdjustment, Adjustment),
      payoutRules: this.#rows('payouts', (row, context) => this.#withOrderBasis(readPayout(row, context)), PayoutRule),
      eligibility: this.#rows('eligibility', readEligibility, EligibilityRule),
      clauses,
    };
    const head = headOf(this.#stated(), this.#meta, this.#content.kind);
    const terms = [...free.flatMap((row) => this.#heldTerm(row)), ...this.#held];
    const attribution = this.#attribution();
    const stated = { ...head, ...(attribution === undefined ? {} : { attribution }) };
    const rows = Object.fromEntries(Object.entries({ ...lists, terms }).filter(([, list]) => list.length > 0));
    const version = this.#checked({ ...stated, ...this.#members(stated) });
    // Rows were checked one by one, each at its own place; checking 100,000 of them again would double the time.
    return { version: version === null ? null : { ...rows, ...version }, problems: this.#problems };
  }

  #report(
    sheet: string,
    rowId: string | null,
    field: string | null,
    text: string,
    kind: CellProblem['kind'] = 'invalid',
  ): void {
    this.#problems.push({ sheet, rowId, field, text, kind });
  }

  #term(key: string): string | undefined {
    return this.#known.get(key)?.value;
  }

  #stated(): StatedTerms {
    return {
      value: (key) => this.#term(key),
      clause: (key) => {
        const named = this.#known.get(key)?.clause;
        return named === undefined ? undefined : (this.#context.clauseIds.get(named) ?? named);
      },
    };
  }

  /** Known terms and overlays go to their places; the rest is returned. */
  #sortTerms(): RowContent[] {
    const free: RowContent[] = [];
    for (const row of this.#content.sheets.terms ?? []) {
      const key = row.key ?? '';
      if (isOverlayKey(key)) this.#readOverlay(key, row);
      else if (KNOWN_TERMS.has(key)) {
        if (!this.#known.has(key)) this.#known.set(key, row);
        else this.#report('terms', row.rowId, 'key', `The term "${key}" is there twice. Remove one.`);
      } else free.push(row);
    }
    return free;
  }

  #readOverlay(key: string, row: RowContent): void {
    try {
      this.#overlays.set(key, { row, value: JSON.parse(row.value ?? '') });
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      this.#report(
        'terms',
        row.rowId,
        'value',
        `The value of ${shown(key)} is not JSON. Correct it, or remove the term.`,
      );
    }
  }

  #rowOverlay(sheet: string, rowId: string): Overlay | undefined {
    const found = this.#overlays.get(rowOverlayKey(sheet, rowId))?.value;
    return typeof found === 'object' && found !== null && !Array.isArray(found) ? (found as Overlay) : undefined;
  }

  #tables(): TierTables {
    return Map.groupBy(this.#content.sheets.tiers ?? [], (row) => row.table ?? '');
  }

  #clauses(clauseIds: Map<string, string>): z.infer<typeof Clause>[] {
    const clauses: z.infer<typeof Clause>[] = [];
    for (const row of this.#content.sheets.clauses ?? []) {
      const key = row.key ?? row.rowId;
      const clause = this.#parsed(
        'clauses',
        row,
        this.#laid('clauses', row, { id: key, key, text: row.text ?? '' }),
        Clause,
      );
      if (clause === null) continue;
      clauses.push(clause);
      clauseIds.set(key, clause.id);
      if (row.billed === 'false')
        this.#held.push({
          ...leftOutTerm(key, clause.text.slice(0, 200), row.why ?? 'It is kept in words and not computed here.'),
          clauseId: clause.id,
        });
    }
    return clauses;
  }

  #rows<T>(sheet: string, read: (row: RowContent, context: RowContext) => RowRead, schema: z.ZodType<T>): T[] {
    const out: T[] = [];
    for (const row of this.#content.sheets[sheet] ?? []) {
      const done = read(row, this.#context);
      const overlay = this.#rowOverlay(sheet, row.rowId);
      if ('problem' in done) {
        // A row that holds no more than its name may be said whole beside the sheet.
        const name = sheetSpec(sheet)?.nameColumn;
        const bare = Object.keys(row).every((field) => field === 'rowId' || field === name);
        const whole = overlay === undefined || !bare ? null : schema.safeParse(overlay);
        if (whole?.success) out.push(whole.data);
        else this.#leaveOut(sheet, row, done.field, done.problem);
        continue;
      }
      const laid = this.#laid(sheet, row, done.value);
      const value = this.#parsed(sheet, row, laid === null ? null : { ...done.defaults, ...laid }, schema);
      if (value !== null) out.push(value);
    }
    return out;
  }

  /** What the cells say with what stands beside them; null, with the row left out, when the two contradict each other. */
  #laid(sheet: string, row: RowContent, stated: object): Record<string, unknown> | null {
    const overlay = this.#rowOverlay(sheet, row.rowId);
    const wrong = contradiction(stated, overlay, EXEMPT[sheet] ?? ['id']);
    if (wrong === null) return laidOver(stated, overlay);
    const where = this.#overlays.get(rowOverlayKey(sheet, row.rowId))?.row.rowId ?? null;
    const text = `The term says another ${wrong} than the row it belongs to. Remove the term, or correct it.`;
    this.#report('terms', where, 'value', text);
    this.#leaveOut(sheet, row, null, text);
    return null;
  }

  #parsed<T>(sheet: string, row: RowContent, value: object | null, schema: z.ZodType<T>): T | null {
    if (value === null) return null;
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    const field = columnOf(issue?.path[0]);
    const text =
      issue?.code === 'custom' ? issue.message : 'The row cannot be billed as it stands. Fill in what is missing.';
    this.#leaveOut(sheet, row, field in row || field !== 'id' ? field : null, text);
    return null;
  }

  #leaveOut(sheet: string, row: RowContent, field: string | null, text: string): void {
    // A field of null says that the row is right as it is, only not billable: that is no problem of the draft.
    if (field !== null) this.#report(sheet, row.rowId, field, text);
    const name = row.line ?? row.product ?? row.eventType ?? row.kind ?? row.field ?? row.rowId;
    const figure = row.rate ?? row.amount ?? row.percent;
    this.#held.push(leftOutTerm(`${sheet}.${row.rowId}`, figure === undefined ? name : `${name}: ${figure}`, text));
  }

  #withOrderBasis(read: RowRead): RowRead {
    const text = this.#term('orderBasis');
    if ('problem' in read || text === undefined || read.value.orderBasis !== undefined) return read;
    const [include = '', subtract = ''] = text.split(/\s+less\s+/);
    const words = (part: string): string[] =>
      part
        .split(',')
        .map((word) => word.trim())
        .filter((word) => word !== '');
    const less = words(subtract);
    return {
      value: {
        ...read.value,
        orderBasis: { include: words(include), ...(less.length === 0 ? {} : { subtract: less }) },
      },
    };
  }

  #attribution(): unknown {
    const rows = this.#content.sheets.attribution ?? [];
    const [first] = rows;
    const windows = this.#rows('attribution', readWindow, AttributionWindow);
    const halfLifeDays = this.#term('halfLifeDays');
    if (first === undefined || windows.length === 0) return undefined;
    for (const row of rows)
      if (row.model !== first.model)
        this.#report(
          'attribution',
          row.rowId,
          'model',
          `Every window has one model. Choose ${first.model ?? 'one'} here too.`,
        );
    const overrides = rows.map((row) => row.clickOverridesView).filter((value) => value !== undefined);
    const clause = first.clause === undefined ? undefined : (this.#context.clauseIds.get(first.clause) ?? first.clause);
    const policy = {
      model: first.model,
      windows,
      ...(overrides.length === 0 ? {} : { clickOverridesView: overrides.includes('true') }),
      ...(halfLifeDays === undefined ? {} : { halfLifeDays }),
      ...(clause === undefined ? {} : { clauseId: clause }),
    };
    return this.#parsed('attribution', first, policy, AttributionPolicy) ?? undefined;
  }

  #heldTerm(row: RowContent): z.infer<typeof Term>[] {
    const term = this.#parsed('terms', row, this.#laid('terms', row, readHeldTerm(row, this.#context)), Term);
    return term === null ? [] : [term];
  }

  /** Members of the version that have no sheet. They add to what is stated and never replace it. */
  #members(stated: Json): Json {
    const out: Json = {};
    const lists = new Map<string, [number, unknown][]>();
    for (const [key, { row, value }] of this.#overlays) {
      const at = versionMember(key);
      if (at === null) continue;
      if (BESIDE_FORBIDDEN.has(at.member)) {
        this.#report(
          'terms',
          row.rowId,
          'key',
          `"${at.member}" has its own place and cannot be set by a term. Remove the term.`,
        );
        continue;
      }
      if (at.element === null) out[at.member] = value;
      else lists.set(at.member, [...(lists.get(at.member) ?? []), [at.element, value]]);
    }
    for (const [member, elements] of lists)
      out[member] = elements.sort(([a], [b]) => a - b).map(([, element]) => element);
    for (let wrong = contradiction(stated, out); wrong !== null; wrong = contradiction(stated, out)) {
      const member = wrong;
      const row = [...this.#overlays].find(([key]) => versionMember(key)?.member === member)?.[1].row;
      this.#report(
        'terms',
        row?.rowId ?? null,
        'value',
        `The term says another ${member} than the sheets do. Remove one of them.`,
      );
      delete out[member];
    }
    return out;
  }

  /** The members that are not rows of sheets. */
  #checked(draft: Json): ContractVersion | null {
    const parsed = ContractVersion.safeParse(draft);
    if (parsed.success) return parsed.data;
    for (const issue of parsed.error.issues) {
      const member = String(issue.path[0] ?? '');
      const key = termOf(issue.path);
      const known = KNOWN_TERMS.get(key);
      const row =
        this.#known.get(key) ?? [...this.#overlays].find(([name]) => versionMember(name)?.member === member)?.[1].row;
      const absent = known !== undefined && row === undefined;
      const text = absent
        ? `${known.label} is missing. Add the term "${known.id}".`
        : issue.code === 'custom'
          ? issue.message
          : `The value of ${known?.label ?? member} does not fit. Correct it.`;
      this.#report(
        'terms',
        row?.rowId ?? null,
        row === undefined ? null : 'value',
        text,
        absent ? 'missing' : 'invalid',
      );
    }
    return null;
  }
}
