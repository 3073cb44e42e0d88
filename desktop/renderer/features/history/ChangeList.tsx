// Everything one entry changed, cell by cell: the first few, and all of it at a press. An auditor must be able to read the last one.
import type { ReadableChange } from '@countersign/shared/protocol/api';
import { useState } from 'react';
import { countOf } from '../../kit/index.ts';
import { rowWords } from '../review/rowContext.ts';
import { rowVerb, sidesOf } from './entryWords.ts';

const FIRST_CHANGES = 12;

export interface ChangeListProps {
  readonly changes: readonly ReadableChange[];
  /** How many more the entry changed than the server listed. */
  readonly unlisted: number;
}

export function ChangeList({ changes, unlisted }: ChangeListProps) {
  const [all, setAll] = useState(false);
  return (
    <>
      <ul className="change-list">
        {changes.slice(0, all ? changes.length : FIRST_CHANGES).map((change) => (
          <Change key={`${change.sheet}/${change.rowId}/${change.field}`} change={change} />
        ))}
      </ul>
      {changes.length > FIRST_CHANGES && (
        <button type="button" className="link small" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? 'Show fewer' : `Show ${unlisted > 0 ? 'the first' : 'all'} ${countOf(changes.length, 'change')}`}
        </button>
      )}
      {unlisted > 0 && (
        <p className="small muted">
          {countOf(changes.length + unlisted, 'change')} in all. Export CSV has every one, a line a cell.
        </p>
      )}
    </>
  );
}

function Change({ change }: { readonly change: ReadableChange }) {
  const sides = sidesOf(change);
  const row = rowWords(change.sheet, change.row);
  if (sides === null)
    return (
      <li>
        <span className="medium">{rowVerb(change)}</span> <span className="muted">{row}</span>
      </li>
    );
  return (
    <li>
      <span className="muted">
        {row} {change.label}
      </span>{' '}
      {change.from !== null && <del className="old-value">{sides.from}</del>} <span className="medium">{sides.to}</span>
    </li>
  );
}
