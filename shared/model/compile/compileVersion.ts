// Sheets to the kernel's contract version (docs/PROTOCOL.md §7). Owns the assembly; what a row means is in rows.ts, payoutRows.ts and
// prices.ts, what becomes of one that cannot be billed in rowReading.ts.
import type { z } from 'zod';
import type { CellProblem } from '../cell/index.ts';
import { ContractVersion, Line } from '../contract.ts';
import type { RowContent, WorkbookContent } from '../sheets/content.ts';
import { KNOWN_TERMS } from '../sheets/knownTerms.ts';
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
import { BesideSheets } from './besideSheets.ts';
import { headOf } from './head.ts';
import { leftOutTerm, readHeldTerm } from './heldTerms.ts';
import type { VersionMeta } from './meta.ts';
import { isOverlayKey } from './overlay.ts';
import { readEligibility, readPayout, readWindow, withOrderBasis } from './payoutRows.ts';
import { termOf } from './places.ts';
import { clauseId, type RowContext, type RowRead } from './rowCells.ts';
import { RowReading } from './rowReading.ts';
import { readAdjustment, readCommitment, readLine, readRate } from './rows.ts';
import type { StatedTerms } from './termRules.ts';

export interface CompiledVersion {
  /** null when the head (currency, time zone, start) is missing or wrong: nothing can be billed then. */
  readonly version: ContractVersion | null;
  /** What is wrong, at its cell. Rows with a problem are left out of the bill and listed as held terms. */
  readonly problems: readonly CellProblem[];
}

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
  readonly #known = new Map<string, RowContent>();
  readonly #beside = new BesideSheets(this.#problems);
  readonly #reading = new RowReading(this.#beside, this.#problems);
  #context: RowContext = { currency: undefined, tables: new Map(), clauseIds: new Map() };

  constructor(content: WorkbookContent, meta: VersionMeta) {
    this.#content = content;
    this.#meta = meta;
  }

  run(): CompiledVersion {
    const free = this.#sortTerms();
    const clauseIds = new Map<string, string>();
    const clauses = this.#clauses(clauseIds);
    const tables = Map.groupBy(this.#content.sheets.tiers ?? [], (row) => row.table ?? '');
    this.#context = { currency: this.#term('currency'), tables, clauseIds };
    const readPayoutHere = (row: RowContent, context: RowContext): RowRead =>
      withOrderBasis(readPayout(row, context), this.#term('orderBasis'));
    const lists = {
      lines: this.#rows('lines', readLine, Line),
      rateCardRows: this.#rows('rates', readRate, RateCardRow),
      commitments: this.#rows('commitments', readCommitment, Commitment),
      adjustments: this.#rows('adjustments', readAdjustment, Adjustment),
      payoutRules: this.#rows('payouts', readPayoutHere, PayoutRule),
      eligibility: this.#rows('eligibility', readEligibility, EligibilityRule),
      clauses,
    };
    const head = headOf(this.#stated(), this.#meta, this.#content.kind);
    const terms = [...free.flatMap((row) => this.#heldTerm(row)), ...this.#reading.held];
    const attribution = this.#attribution();
    const stated = { ...head, ...(attribution === undefined ? {} : { attribution }) };
    const rows = Object.fromEntries(Object.entries({ ...lists, terms }).filter(([, list]) => list.length > 0));
    const version = this.#checked({ ...stated, ...this.#beside.members(stated) });
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
      if (isOverlayKey(key)) this.#beside.read(key, row);
      else if (KNOWN_TERMS.has(key)) {
        if (!this.#known.has(key)) this.#known.set(key, row);
        else this.#report('terms', row.rowId, 'key', `The term "${key}" is there twice. Remove one.`);
      } else free.push(row);
    }
    return free;
  }

  #clauses(clauseIds: Map<string, string>): z.infer<typeof Clause>[] {
    const clauses: z.infer<typeof Clause>[] = [];
    for (const row of this.#content.sheets.clauses ?? []) {
      const key = row.key ?? row.rowId;
      const laid = this.#reading.laid('clauses', row, { id: key, key, text: row.text ?? '' });
      const clause = this.#reading.parsed('clauses', row, laid, Clause);
      if (clause === null) continue;
      clauses.push(clause);
      clauseIds.set(key, clause.id);
      if (row.billed === 'false')
        this.#reading.held.push({
          ...leftOutTerm(key, clause.text.slice(0, 200), row.why ?? 'It is kept in words and not computed here.'),
          clauseId: clause.id,
        });
    }
    return clauses;
  }

  #rows<T>(sheet: string, read: (row: RowContent, context: RowContext) => RowRead, schema: z.ZodType<T>): T[] {
    return this.#reading.all(sheet, this.#content.sheets[sheet] ?? [], (row) => read(row, this.#context), schema);
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
    const clause = clauseId(first, this.#context);
    const policy = {
      model: first.model,
      windows,
      ...(overrides.length === 0 ? {} : { clickOverridesView: overrides.includes('true') }),
      ...(halfLifeDays === undefined ? {} : { halfLifeDays }),
      ...(clause === undefined ? {} : { clauseId: clause }),
    };
    return this.#reading.parsed('attribution', first, policy, AttributionPolicy) ?? undefined;
  }

  #heldTerm(row: RowContent): z.infer<typeof Term>[] {
    const laid = this.#reading.laid('terms', row, readHeldTerm(row, this.#context));
    const term = this.#reading.parsed('terms', row, laid, Term);
    return term === null ? [] : [term];
  }

  /** The members that are not rows of sheets. */
  #checked(draft: object): ContractVersion | null {
    const parsed = ContractVersion.safeParse(draft);
    if (parsed.success) return parsed.data;
    for (const issue of parsed.error.issues) {
      const member = String(issue.path[0] ?? '');
      const key = termOf(issue.path);
      const known = KNOWN_TERMS.get(key);
      const row = this.#known.get(key) ?? this.#beside.termOfMember(member);
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
