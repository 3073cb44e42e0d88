// A text that is one entry of a contract as JSON: typed, checked at every key, written when it fits, and waiting where it was typed until
// then. Owns the field and its words; what fits is the model's, where it is written the caller's.
import { Tick } from '@blueprintjs/icons';
import { checkJsonTerm } from '@countersign/shared/model/compile';
import { useId, useState } from 'react';
import { Action } from '../../kit/index.ts';
import { useUnsent } from './useUnsent.ts';
import './inspector.css';

/** Problems shown at once. */
const MOST_SHOWN = 6;

export interface JsonEditorProps {
  /** Where the text waits while it is not written. */
  readonly place: string;
  /** Key of the term: names the list whose entry this is. */
  readonly termKey: string;
  /** The text to begin with. */
  readonly start: string;
  /** What is written now, canonical; equal text is not written again. */
  readonly written: string | null;
  readonly action: string;
  /** Why nothing may be written now. */
  readonly denial: string | null;
  /** Resolves true when it is written. */
  readonly onWrite: (canonical: string) => Promise<boolean>;
  readonly onCancel?: () => void;
}

export function JsonEditor(props: JsonEditorProps) {
  const { place, termKey, start, written, action, denial, onWrite, onCancel } = props;
  const unsent = useUnsent(place);
  const text = unsent.held?.text ?? start;
  const [busy, setBusy] = useState(false);
  const field = useId();
  const status = useId();
  const read = checkJsonTerm(termKey, text);
  const same = read.ok && read.canonical === written;
  const denied = busy
    ? 'It is being written.'
    : (denial ??
      (!read.ok ? 'Correct what is named below the text first.' : same ? 'It is written as it stands here.' : null));
  const write = async () => {
    if (!read.ok) return;
    setBusy(true);
    try {
      if (await onWrite(read.canonical)) unsent.forget();
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <label htmlFor={field} className="caption">
        As JSON
      </label>
      <textarea
        id={field}
        className="bp6-input json-field mono"
        value={text}
        rows={Math.min(24, Math.max(6, text.split('\n').length + 1))}
        maxLength={20_000}
        spellCheck={false}
        aria-describedby={status}
        aria-invalid={!read.ok}
        readOnly={denial !== null}
        onChange={({ target: { value } }) =>
          value === start ? unsent.forget() : unsent.keep(value, unsent.held === null ? written : unsent.held.upon)
        }
        // The sheet has keys of its own for undo, copy and moving about.
        onKeyDown={(event) => event.stopPropagation()}
      />
      {unsent.held !== null && unsent.held.upon !== written && (
        <p className="small warn" role="status">
          Another value was written meanwhile. Yours is kept here; written, it replaces that one.
        </p>
      )}
      <div id={status} className="json-status small" role="status">
        {read.ok ? (
          <span className="good check-words">
            <Tick size={12} /> Fits
          </span>
        ) : (
          <ul className="json-problems">
            {read.problems.slice(0, MOST_SHOWN).map(({ path, text: words }) => (
              <li key={`${path}${words}`}>
                {path !== '' && <span className="mono">{path} </span>}
                {words}
              </li>
            ))}
            {read.problems.length > MOST_SHOWN && (
              <li className="muted">and {read.problems.length - MOST_SHOWN} more</li>
            )}
          </ul>
        )}
      </div>
      <div className="row gap-2">
        <Action small text={action} denied={denied} onClick={() => void write()} />
        {written !== null && unsent.held !== null && (
          <Action small tone="minimal" text="Take what is written" onClick={unsent.forget} />
        )}
        {onCancel !== undefined && (
          <Action
            small
            tone="minimal"
            text="Cancel"
            onClick={() => {
              unsent.forget();
              onCancel();
            }}
          />
        )}
      </div>
    </>
  );
}
