// What a parked entry says to a person, as text to copy, and where its changes can be entered again. Pure.

import { SHEETS, type SheetId } from '@countersign/shared/model/sheets';
import type { Contract, Parked, VersionSummary } from '@countersign/shared/protocol/api';
import { versionName } from '../../app/versionName.ts';
import { countOf } from '../../kit/index.ts';
import { kindWord, sidesOf } from '../history/entryWords.ts';
import { rowWords, sheetName } from '../review/rowContext.ts';

/** "Line 18.0, Rate", "3 cells", "Submitted". */
export function parkedSubject({ kind, changes }: Parked): string {
  const [first] = changes;
  if (first === undefined) return kindWord(kind);
  return changes.length === 1 ? `${rowWords(first.sheet, first.row)}, ${first.label}` : countOf(changes.length, 'cell');
}

/** The changes as rows for a spreadsheet, values as they were signed. */
export function parkedText({ changes }: Parked): string {
  const cell = (value: string | null) => (value ?? '').replaceAll(/[\t\r\n]+/g, ' ');
  const rows = changes.map((change) => {
    const { sheet, row, label, from, to } = change;
    const sides = sidesOf(change) !== null ? [cell(from), cell(to)] : ['', ''];
    return [sheetName(sheet), row, label, ...sides].join('\t');
  });
  return ['Sheet\tRow\tColumn\tFrom\tTo', ...rows].join('\n');
}

/** A draft that the changes may be entered into. */
export interface OpenDraftChoice {
  readonly versionId: string;
  readonly name: string;
}

/** Drafts of the document that the entry was meant for, the version itself first. */
export function draftsFor({ versionId }: Parked, contracts: readonly Contract[]): OpenDraftChoice[] {
  const contract = contracts.find(({ versions }) => versions.some((version) => version.versionId === versionId));
  const own = (version: VersionSummary) => (version.versionId === versionId ? 0 : 1);
  return (contract?.versions ?? [])
    .filter(({ state }) => state === 'DRAFT')
    .sort((a, b) => own(a) - own(b))
    .map((version) => ({ versionId: version.versionId, name: versionName(version) }));
}

/** The changes as they can be made again; sheets that this app does not know are left out. */
export function changesOf({ changes }: Parked) {
  return changes.flatMap(({ sheet, rowId, field, to }) =>
    Object.hasOwn(SHEETS, sheet) ? [{ sheet: sheet as SheetId, rowId, field, to }] : [],
  );
}
