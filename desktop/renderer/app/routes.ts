// Where the app is, as a hash route. Owns the table of places and how an address is written; must not render anything.
import { useSyncExternalStore } from 'react';

export const DOCUMENT_VIEWS = ['workbook', 'preview', 'review', 'history'] as const;
export type DocumentView = (typeof DOCUMENT_VIEWS)[number];

export type Route =
  | { readonly at: 'home'; readonly list: 'all' | 'contracts' | 'rateCards' | 'billing' }
  | { readonly at: 'signIn' }
  /** A one-use code of this workspace: to set it up, to join it, to choose another password. */
  | { readonly at: 'code'; readonly code: string }
  /** Back from the company's provider. */
  | { readonly at: 'signedIn'; readonly code: string }
  | {
      readonly at: 'document';
      readonly versionId: string;
      readonly view: DocumentView;
      readonly cell: CellPlace | null;
    }
  | { readonly at: 'history' }
  | { readonly at: 'parked' }
  | { readonly at: 'exports' }
  | { readonly at: 'imports'; readonly versionId: string | null }
  | { readonly at: 'people' }
  | { readonly at: 'unknown'; readonly path: string };

/** A cell to open a workbook at: `#/v/…/workbook?sheet=lines&row=r-…&field=rate`. */
export interface CellPlace {
  readonly sheet: string;
  readonly rowId?: string;
  readonly field?: string;
}

/** Reads a hash (`#/v/v-12/workbook`). An address nobody knows stays visible as `unknown`. */
export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#/, '').split('?');
  const parts = path.split('/').filter(Boolean).map(decodeURIComponent);
  const asked = new URLSearchParams(query);
  const [first, second, third] = parts;
  switch (first) {
    case undefined:
      return { at: 'home', list: 'all' };
    case 'contracts':
      return { at: 'home', list: 'contracts' };
    case 'rate-cards':
      return { at: 'home', list: 'rateCards' };
    case 'billing':
      return { at: 'home', list: 'billing' };
    case 'sign-in':
      return { at: 'signIn' };
    case 'set-up':
    case 'join':
      return { at: 'code', code: asked.get('code') ?? '' };
    case 'signed-in':
      return { at: 'signedIn', code: asked.get('code') ?? '' };
    case 'history':
      return { at: 'history' };
    case 'parked':
      return { at: 'parked' };
    case 'exports':
      return { at: 'exports' };
    case 'imports':
      return { at: 'imports', versionId: second ?? asked.get('version') };
    case 'people':
      return { at: 'people' };
    case 'v': {
      const view = DOCUMENT_VIEWS.find((known) => known === (third ?? 'workbook'));
      if (second === undefined || view === undefined) return { at: 'unknown', path };
      return { at: 'document', versionId: second, view, cell: cellOf(asked) };
    }
    default:
      return { at: 'unknown', path };
  }
}

function cellOf(asked: URLSearchParams): CellPlace | null {
  const sheet = asked.get('sheet');
  if (sheet === null) return null;
  const rowId = asked.get('row');
  const field = asked.get('field');
  return { sheet, ...(rowId === null ? {} : { rowId }), ...(field === null ? {} : { field }) };
}

/** The address of a view of a version, optionally at a cell. */
export function documentPath(versionId: string, view: DocumentView = 'workbook', cell?: CellPlace): string {
  const base = `/v/${encodeURIComponent(versionId)}/${view}`;
  if (cell === undefined) return base;
  const asked = new URLSearchParams({ sheet: cell.sheet });
  if (cell.rowId !== undefined) asked.set('row', cell.rowId);
  if (cell.field !== undefined) asked.set('field', cell.field);
  return `${base}?${asked}`;
}

/** Goes to an address such as `/v/v-12/review`. */
export function go(path: string): void {
  window.location.hash = path;
}

function subscribe(listener: () => void): () => void {
  window.addEventListener('hashchange', listener);
  return () => window.removeEventListener('hashchange', listener);
}

/** The current place; the component renders again when it changes. */
export function useRoute(): Route {
  const hash = useSyncExternalStore(subscribe, () => window.location.hash);
  return parseRoute(hash);
}
