// Everything one entry changed, cell by cell: the first few, and all of it at a press. An auditor must be able to read the last one.
import type { ReadableChange } from '@countersign/shared/protocol/api';
import { useState } from 'react';
import { countOf } from '../../kit/index.ts';
import { rowWords } from '../review/rowContext.ts';
import { sidesOf } from './entryWords.ts';

const FIRST_CHANGES = 12;

export function ChangeList({ changes }: { readonly changes: readonly ReadableChange[] }) {
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
          {all ? 'Show fewer' : `Show all ${countOf(changes.length, 'change')}`}
        </button>
      )}
    </>
  );
}

function Change({ change }: { readonly change: ReadableChange }) {
  const sides = sidesOf(change);
  return (
    <li>
      <span className="muted">
        {rowWords(change.sheet, change.row)} {change.label}
      </span>{' '}
      {sides !== null && change.from !== null && <del className="old-value">{sides.from}</del>}{' '}
      {sides !== null && <span className="medium">{sides.to}</span>}
    </li>
  );
}
