// What the command palette offers and how words find it. Pure: places, documents, sheets and the steps open to the person.
import { SHEETS, SHEETS_OF } from '@countersign/shared/model/sheets';
import type { Contract } from '@countersign/shared/protocol/api';
import { DOCUMENT_VIEWS, documentPath } from '../../app/routes.ts';
import { shownState, versionName } from '../../app/versionName.ts';
import { todayIso } from '../../kit/dates.ts';
import { stateWord } from '../../kit/StateMark.tsx';

export interface PaletteItem {
  readonly key: string;
  /** Heading it stands under. */
  readonly group: 'Go to' | 'This document' | 'Contracts' | 'Rate cards' | 'Do';
  readonly text: string;
  /** Quiet words beside it, searched as well. */
  readonly note: string;
  readonly state?: string;
  /** An address to go to, or the name of an action. */
  readonly does: { readonly go: string } | { readonly act: string };
}

const VIEW_WORDS = { workbook: 'Workbook', preview: 'Preview', review: 'Review', history: 'History' } as const;

const PLACES: readonly PaletteItem[] = (
  [
    ['Home', '/', 'what needs you'],
    ['Contracts', '/contracts', ''],
    ['Rate cards', '/rate-cards', ''],
    ['Billing previews', '/billing', 'what versions in force bill'],
    ['History', '/history', 'the signed log'],
    ['Parked changes', '/parked', 'what revoked devices sent'],
    ['Exports', '/exports', 'bundles for billing'],
    ['Import a file', '/imports', 'CSV or XLSX'],
    ['People and keys', '/people', 'roles and devices'],
  ] as const
).map(([text, path, note]) => ({ key: `place${path}`, group: 'Go to', text, note, does: { go: path } }));

/** Views and sheets of the open document. */
function documentItems(contract: Contract, versionId: string): PaletteItem[] {
  const version = contract.versions.find((each) => each.versionId === versionId);
  if (version === undefined) return [];
  const name = `${contract.number}, ${versionName(version)}`;
  const views = DOCUMENT_VIEWS.map(
    (view): PaletteItem => ({
      key: `view/${view}`,
      group: 'This document',
      text: VIEW_WORDS[view],
      note: name,
      does: { go: documentPath(versionId, view) },
    }),
  );
  const sheets = SHEETS_OF[contract.kind].map(
    (sheet): PaletteItem => ({
      key: `sheet/${sheet}`,
      group: 'This document',
      text: `${SHEETS[sheet].label} sheet`,
      note: name,
      does: { go: documentPath(versionId, 'workbook', { sheet }) },
    }),
  );
  return [...views, ...sheets];
}

/** Every version of every contract and rate card, newest sequence first. */
function contractItems(contracts: readonly Contract[]): PaletteItem[] {
  const today = todayIso();
  return contracts.flatMap((contract) =>
    [...contract.versions]
      .sort((a, b) => b.sequence - a.sequence)
      .map(
        (version): PaletteItem => ({
          key: `version/${version.versionId}`,
          group: contract.kind === 'CONTRACT' ? 'Contracts' : 'Rate cards',
          text: `${contract.number} · ${contract.title}`,
          note: `${versionName(version)}, ${stateWord(shownState(version, today)).toLowerCase()}, ${contract.counterparty}`,
          state: shownState(version, today),
          does: { go: documentPath(version.versionId) },
        }),
      ),
  );
}

export interface PaletteAction {
  readonly act: string;
  readonly text: string;
  readonly note: string;
}

/** All items: the open document first, then places, actions, documents. */
export function paletteItems(
  contracts: readonly Contract[],
  openVersionId: string | null,
  actions: readonly PaletteAction[],
): PaletteItem[] {
  const open =
    openVersionId === null ? undefined : contracts.find((c) => c.versions.some((v) => v.versionId === openVersionId));
  return [
    ...(open === undefined || openVersionId === null ? [] : documentItems(open, openVersionId)),
    ...PLACES,
    ...actions.map(
      ({ act, text, note }): PaletteItem => ({ key: `act/${act}`, group: 'Do', text, note, does: { act } }),
    ),
    ...contractItems(contracts),
  ];
}

/** How well words fit: every word must occur; a start of the text beats a start of a word, that beats the middle. */
function score(item: PaletteItem, words: readonly string[]): number | null {
  const text = item.text.toLowerCase();
  const all = `${text} ${item.note.toLowerCase()}`;
  let total = 0;
  for (const word of words) {
    const at = all.indexOf(word);
    if (at === -1) return null;
    if (text.startsWith(word)) total += 3;
    else if (at > 0 && /[^\p{L}\p{N}]/u.test(all[at - 1] ?? '')) total += 2;
    else total += 1;
    if (at < text.length) total += 1;
  }
  return total;
}

/** Shown at most, so that a key press never waits for a long list. */
const MOST_SHOWN = 50;

/** Items that hold every typed word, best first; all in order when nothing is typed. Groups stay together. */
export function findItems(items: readonly PaletteItem[], typed: string): PaletteItem[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return items.slice(0, MOST_SHOWN);
  const found = items.flatMap((item, at) => {
    const points = score(item, words);
    return points === null ? [] : [{ item, at, points }];
  });
  return found
    .sort((a, b) => b.points - a.points || a.at - b.at)
    .slice(0, MOST_SHOWN)
    .map(({ item }) => item);
}
