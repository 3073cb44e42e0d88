// A nested contract file as sheets, so that it can be edited like any other. Owns the inverse of compileVersion: whatever the
// columns cannot say stands as JSON in terms beside them, found by compiling each row and comparing.

import type { z } from 'zod';
import { canonicalJson } from '../canonical.ts';
import type { ContractVersion } from '../contract.ts';
import { sha256Hex } from '../sha256.ts';
import type { RowContent, WorkbookContent } from '../sheets/content.ts';
import { KNOWN_TERMS } from '../sheets/knownTerms.ts';
import { SHEET_SCHEMA, SHEETS_OF, sheetSpec } from '../sheets/sheets.ts';
import type { Term } from '../terms/index.ts';
import {
  adjustmentCells,
  commitmentCells,
  eligibilityCells,
  lineCells,
  payoutCells,
  type RowCells,
  rateCells,
  type Spoken,
  windowCells,
} from './cellsOf.ts';
import { compileVersion } from './compileVersion.ts';
import { HEAD_TERMS, PARTY_TERMS } from './head.ts';
import { heldText } from './heldTerms.ts';
import type { VersionMeta } from './meta.ts';
import { differences, isOverlayKey, rowOverlayKey, versionOverlayKey } from './overlay.ts';
import { lastDayBefore } from './rowDates.ts';
import { isSheetPolicy, isTermParties, LOCK_TERMS, normalised } from './sayable.ts';
import { termsOfRules } from './termRules.ts';

/** Place of a version among versions, as its own document states it. */
export function metaOfVersion(version: ContractVersion): VersionMeta {
  return {
    versionId: version.id,
    contractId: version.contractId,
    kind: version.kind ?? 'ORIGINAL',
    sequence: version.sequence ?? 1,
    ...(version.status === undefined ? {} : { status: version.status }),
    ...(version.recordedAt === undefined ? {} : { recordedAt: version.recordedAt }),
    ...(version.contentHash === undefined ? {} : { contentHash: version.contentHash }),
  };
}

/**
 * [DOC-45] Sheets that compile to this version, but for `id` and its place among versions, which `metaOfVersion` keeps.
 * The same version gives the same row ids. Lists that are empty, and open ends written as null, count as absent.
 */
export function sheetsFromVersion(version: ContractVersion): WorkbookContent {
  return new Spelling(version).run();
}

type Cells = Record<string, string>;

class Spelling {
  readonly #version: ContractVersion;
  readonly #sheets: Record<string, RowContent[]> = {};
  readonly #clauseKeys = new Map<string, string>();
  readonly #spoken: Spoken = {
    clause: (id) => (id === undefined ? undefined : this.#clauseKeys.get(id)),
    tiers: (name, tiers) => {
      for (const tier of tiers ?? []) this.#add('tiers', name, { table: name, ...tier });
      return tiers === undefined ? undefined : name;
    },
  };

  constructor(version: ContractVersion) {
    this.#version = version;
    for (const sheet of SHEETS_OF.CONTRACT) this.#sheets[sheet] = [];
  }

  run(): WorkbookContent {
    this.#clauses();
    this.#head();
    this.#rows();
    this.#freeTerms();
    this.#beside();
    return this.#content();
  }

  #content(): WorkbookContent {
    return { schema: SHEET_SCHEMA, kind: 'CONTRACT', contractId: this.#version.contractId, sheets: this.#sheets };
  }

  #add(sheet: string, name: string, cells: RowCells): void {
    const rows = this.#sheets[sheet] ?? [];
    // Deterministic, so that importing a file again meets its own rows.
    const rowId = `r-${sha256Hex(`${this.#version.contractId}/${sheet}/${name}/${rows.length}`).slice(0, 12)}`;
    const given = Object.entries(cells).filter(
      (cell): cell is [string, string] => cell[1] !== undefined && cell[1] !== '',
    );
    rows.push({ rowId, ...(Object.fromEntries(given) as Cells) });
    this.#sheets[sheet] = rows;
  }

  #term(key: string, value: string | undefined): void {
    if (value !== undefined && value !== '') this.#add('terms', key, { key, value });
  }

  #clauses(): void {
    const keys = new Set<string>();
    for (const clause of this.#version.clauses ?? []) {
      // Two clauses may share a key on paper; in the sheet a key names one.
      const key = keys.has(clause.key) || clause.key === '' ? clause.id : clause.key;
      keys.add(key);
      if (!this.#clauseKeys.has(clause.id)) this.#clauseKeys.set(clause.id, key);
      this.#add('clauses', clause.id, { key, text: clause.text });
    }
  }

  #head(): void {
    const version = this.#version;
    for (const key of HEAD_TERMS) this.#term(key, key === 'kind' ? version.contractKind : version[key]);
    if (typeof version.effectiveTo === 'string') this.#term('effectiveTo', lastDayBefore(version.effectiveTo));
    if (version.retroactive !== undefined) this.#term('retroactive', String(version.retroactive));
    if (isTermParties(version.parties))
      for (const role of PARTY_TERMS) this.#term(role, version.parties?.find((party) => party.id === role)?.legalName);
    const [lock] = version.locks ?? [];
    if (lock !== undefined && version.locks?.length === 1 && Object.keys(lock).every((key) => LOCK_TERMS.has(key)))
      for (const key of LOCK_TERMS)
        if (lock[key as 'days'] !== undefined) this.#term(`lock.${key}`, String(lock[key as 'days']));
    for (const { key, value, clauseId } of termsOfRules(version))
      this.#add('terms', key, { key, value, clause: this.#spoken.clause(clauseId) });
    if (isSheetPolicy(version.attribution) && version.attribution?.halfLifeDays !== undefined)
      this.#term('halfLifeDays', version.attribution.halfLifeDays);
  }

  #rows(): void {
    const { lines = [], rateCardRows = [], payoutRules = [], attribution, eligibility = [] } = this.#version;
    const { commitments = [], adjustments = [], currency } = this.#version;
    for (const line of lines) this.#add('lines', line.id, lineCells(line, this.#spoken));
    for (const row of rateCardRows) this.#add('rates', row.id, rateCells(row, currency));
    for (const rule of payoutRules) this.#add('payouts', rule.id, payoutCells(rule, this.#spoken));
    for (const cells of windowCells(attribution, this.#spoken)) this.#add('attribution', cells.touchType ?? '', cells);
    for (const rule of eligibility) this.#add('eligibility', rule.id, eligibilityCells(rule, this.#spoken));
    for (const rule of commitments) this.#add('commitments', rule.id, commitmentCells(rule, this.#spoken));
    for (const rule of adjustments) this.#add('adjustments', rule.id, adjustmentCells(rule, this.#spoken));
  }

  #freeTerms(): void {
    (this.#version.terms ?? []).forEach((term: z.infer<typeof Term>, i) => {
      // A key that means something else here would be read as that: it stands beside, and the row only holds the place.
      const taken = KNOWN_TERMS.has(term.key) || isOverlayKey(term.key);
      this.#add('terms', term.key, {
        key: taken ? `term ${i + 1}` : term.key,
        value: heldText(term),
        note: term.reason,
        clause: this.#spoken.clause(term.clauseId),
      });
    });
  }

  /** Compiles what is there and writes down what is still different. */
  #beside(): void {
    const version = normalised(this.#version);
    const lists = { ...LISTED_SHEETS };
    for (const [member, sheet] of Object.entries(lists)) {
      const wanted = (version[member] as readonly object[] | undefined) ?? [];
      const rows = sheet === 'terms' ? this.#freeRows() : (this.#sheets[sheet] ?? []);
      wanted.forEach((object, i) => {
        const row = rows[i];
        if (row !== undefined) this.#sayBeside(member, sheet, row, object);
      });
    }
    const made = normalised(this.#compile(this.#sheets) ?? {});
    for (const [member, value] of Object.entries(differences(made, version) ?? {})) {
      if (META_MEMBERS.has(member)) continue;
      if (Array.isArray(value))
        value.forEach((element, i) => {
          this.#add('terms', `${member}.${i}`, { key: versionOverlayKey(member, i), value: canonicalJson(element) });
        });
      else this.#add('terms', member, { key: versionOverlayKey(member), value: canonicalJson(value) });
    }
  }

  /** Writes down what a row cannot say. Cells that say otherwise than the object are cleared: nothing beside may contradict them. */
  #sayBeside(member: string, sheet: string, row: RowContent, object: object): void {
    const name = sheetSpec(sheet)?.nameColumn ?? '';
    const named = row[name] === undefined ? {} : { [name]: row[name] };
    for (const candidate of [row, { rowId: row.rowId, ...named }, { rowId: row.rowId }] as RowContent[]) {
      const made = this.#compiledRow(member, sheet, candidate, null);
      const overlay = made === null ? object : differences(made, object);
      const term = overlay === null ? null : { key: rowOverlayKey(sheet, row.rowId), value: canonicalJson(overlay) };
      const back = term === null ? made : this.#compiledRow(member, sheet, candidate, term);
      if (back === null || differences(back, object) !== null) continue;
      this.#sheets[sheet] = (this.#sheets[sheet] ?? []).map((old) => (old.rowId === row.rowId ? candidate : old));
      if (term !== null) this.#add('terms', row.rowId, term);
      return;
    }
  }

  #freeRows(): RowContent[] {
    return (this.#sheets.terms ?? []).filter((row) => !KNOWN_TERMS.has(row.key ?? '') && !isOverlayKey(row.key ?? ''));
  }

  /** What one row compiles to by itself, with what stands beside it; null when it does not. */
  #compiledRow(member: string, sheet: string, row: RowContent, beside: Cells | null): object | null {
    const alone: Record<string, RowContent[]> = {
      terms: (this.#sheets.terms ?? []).filter(
        ({ key = '' }) => BARE_HEAD.has(key) || key.startsWith(rowOverlayKey('clauses', '')),
      ),
      tiers: this.#sheets.tiers ?? [],
      clauses: this.#sheets.clauses ?? [],
    };
    alone[sheet] = sheet === 'terms' ? [...(alone.terms ?? []), row] : [row];
    if (beside !== null) alone.terms = [...(alone.terms ?? []), { rowId: 'r-beside', ...beside }];
    const made = this.#compile(alone);
    const list =
      member === 'attribution' ? made?.attribution?.windows : (made as Record<string, unknown> | null)?.[member];
    return Array.isArray(list) && list.length === 1 ? (normalised(list[0] as object) as object) : null;
  }

  #compile(sheets: Record<string, readonly RowContent[]>): ContractVersion | null {
    return compileVersion({ ...this.#content(), sheets }, metaOfVersion(this.#version)).version;
  }
}

/** Lists of the version that have a sheet, by member. */
const LISTED_SHEETS: Readonly<Record<string, string>> = {
  clauses: 'clauses',
  lines: 'lines',
  rateCardRows: 'rates',
  commitments: 'commitments',
  adjustments: 'adjustments',
  payoutRules: 'payouts',
  eligibility: 'eligibility',
  terms: 'terms',
};
/** Enough of a head that one row can be compiled. */
const BARE_HEAD = new Set(['currency', 'timeZone', 'effectiveFrom']);
/** Members that the meta carries. */
const META_MEMBERS = new Set(['id', 'contractId', 'kind', 'sequence', 'status', 'recordedAt', 'contentHash']);
