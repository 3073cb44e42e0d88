// The content of a draft at one log size, worked out once however often it is asked for. Owns caching; the content is shared/document's.
import type { DraftState } from '@countersign/shared/document';
import { canonicalJson } from '@countersign/shared/model';
import { type CellProblem, checkWorkbook } from '@countersign/shared/model/cell';
import type { WorkbookContent } from '@countersign/shared/model/sheets';
import { sha256Hex } from '../history/nativeCrypto.ts';

/** Content, canonical text, hash and problems; each made when it is first asked for. */
export class Snapshot {
  readonly size: number;
  readonly content: WorkbookContent;
  #canonical: string | null = null;
  #hash: string | null = null;
  #problems: readonly CellProblem[] | null = null;

  constructor(draft: DraftState) {
    this.size = draft.size;
    this.content = draft.content();
  }

  /** Canonical JSON of the content: what is hashed, and what `GET /versions/:id/content` carries. */
  get canonical(): string {
    this.#canonical ??= canonicalJson(this.content);
    return this.#canonical;
  }

  /** Equal to `contentHash` of shared/model, by the native hash. */
  get contentHash(): string {
    this.#hash ??= sha256Hex(this.canonical);
    return this.#hash;
  }

  get problems(): readonly CellProblem[] {
    this.#problems ??= checkWorkbook(this.content);
    return this.#problems;
  }
}
