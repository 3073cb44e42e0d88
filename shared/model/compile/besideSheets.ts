// JSON that stands beside the sheets of one draft. Owns which term says what, and refusing what another place says already; the
// notation of the keys is overlay.ts.
import { type CellProblem, shown } from '../cell/index.ts';
import type { RowContent } from '../sheets/content.ts';
import { contradiction, type Overlay, rowOverlayKey, versionMember } from './overlay.ts';
import { BESIDE_FORBIDDEN } from './places.ts';

export class BesideSheets {
  readonly #terms = new Map<string, { row: RowContent; value: unknown }>();
  readonly #problems: CellProblem[];

  /** What is wrong with a term is added to `problems`, at its cell. */
  constructor(problems: CellProblem[]) {
    this.#problems = problems;
  }

  /** Takes in a term whose key is an overlay key. */
  read(key: string, row: RowContent): void {
    try {
      this.#terms.set(key, { row, value: JSON.parse(row.value ?? '') });
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      this.#report(row.rowId, 'value', `The value of ${shown(key)} is not JSON. Correct it, or remove the term.`);
    }
  }

  /** What is said beside one row of a sheet. */
  ofRow(sheet: string, rowId: string): Overlay | undefined {
    const found = this.#terms.get(rowOverlayKey(sheet, rowId))?.value;
    return typeof found === 'object' && found !== null && !Array.isArray(found) ? (found as Overlay) : undefined;
  }

  /** Reports that the term of a row contradicts the row. */
  reportOfRow(sheet: string, rowId: string, text: string): void {
    this.#report(this.#terms.get(rowOverlayKey(sheet, rowId))?.row.rowId ?? null, 'value', text);
  }

  /** Members of the version that have no sheet. They add to what is stated and never replace it. */
  members(stated: object): Record<string, unknown> {
    const out: Record<string, unknown> = {};
    const lists = new Map<string, [number, unknown][]>();
    for (const [key, { row, value }] of this.#terms) {
      const at = versionMember(key);
      if (at === null) continue;
      if (BESIDE_FORBIDDEN.has(at.member)) {
        const text = `"${at.member}" has its own place and cannot be set by a term. Remove the term.`;
        this.#report(row.rowId, 'key', text);
        continue;
      }
      if (at.element === null) out[at.member] = value;
      else lists.set(at.member, [...(lists.get(at.member) ?? []), [at.element, value]]);
    }
    for (const [member, elements] of lists)
      out[member] = elements.sort(([a], [b]) => a - b).map(([, element]) => element);
    for (let wrong = contradiction(stated, out); wrong !== null; wrong = contradiction(stated, out)) {
      const text = `The term says another ${wrong} than the sheets do. Remove one of them.`;
      this.#report(this.termOfMember(wrong)?.rowId ?? null, 'value', text);
      delete out[wrong];
    }
    return out;
  }

  /** The first term that says a member of the version, or a part of it. */
  termOfMember(member: string): RowContent | undefined {
    return [...this.#terms].find(([key]) => versionMember(key)?.member === member)?.[1].row;
  }

  #report(rowId: string | null, field: string, text: string): void {
    this.#problems.push({ sheet: 'terms', rowId, field, text, kind: 'invalid' });
  }
}
