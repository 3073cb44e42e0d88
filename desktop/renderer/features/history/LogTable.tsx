// The entries of the log, newest first, with checkpoints standing where they cover. Owns the table and its keys.
import {
  BanCircle,
  Confirm,
  Document,
  Edit,
  Endorsed,
  Export,
  EyeOpen,
  GitMerge,
  Import,
  Key,
  Person,
  SendMessage,
  Shield,
  Tick,
  Undo,
  WarningSign,
} from '@blueprintjs/icons';
import type { LogEntry } from '@countersign/shared/protocol/api';
import type { KeyboardEvent, ReactElement } from 'react';
import { Avatar, countText, entryTimeText, recordedText } from '../../kit/index.ts';
import { cellText, rowWords } from '../review/rowContext.ts';
import { type LogRow, placeOfKey, saysOf, shortHash } from './entryWords.ts';
import type { Proven } from './useProvenEntries.ts';

const ICONS: Readonly<Record<string, ReactElement>> = {
  create: <Document size={12} />,
  amend: <Document size={12} />,
  edit: <Edit size={12} />,
  choose: <GitMerge size={12} />,
  import: <Import size={12} />,
  submit: <SendMessage size={12} />,
  approve: <Confirm size={12} />,
  execute: <Endorsed size={12} />,
  export: <Export size={12} />,
  key: <Key size={12} />,
  read: <EyeOpen size={12} />,
  facts: <Import size={12} />,
  role: <Person size={12} />,
  breakGlass: <WarningSign size={12} />,
  park: <BanCircle size={12} />,
  requestChanges: <Undo size={12} />,
  withdraw: <Undo size={12} />,
  reopen: <Undo size={12} />,
};

/** The user id under which the server signs its own entries. */
const SERVER_USER = 'u-server';

/** One change as a redline, or the entry's own sentence when it changes no single cell. */
function ChangeWords({ entry }: { readonly entry: LogEntry }) {
  const [change] = entry.changes;
  const isCell = entry.changes.length === 1 && change !== undefined && !change.field.startsWith('$');
  if (!isCell || entry.kind === 'create') {
    const { verb, rest } = saysOf(entry);
    return (
      <>
        <span className="medium">{verb}</span> <span className="muted">{rest}</span>
        {entry.why !== undefined && <span> “{entry.why}”</span>}
      </>
    );
  }
  return (
    <>
      <span className="muted">
        {rowWords(change.sheet, change.row)} {change.label}
      </span>{' '}
      {entry.kind === 'choose' && <span className="medium">Kept </span>}
      {change.from !== null && change.from !== change.to && (
        <del className="old-value">{cellText(change.sheet, change.field, change.from, change.row)}</del>
      )}{' '}
      <span className="medium">{cellText(change.sheet, change.field, change.to, change.row)}</span>
    </>
  );
}

/** The number gives way before the version does. */
function DocumentName({ name }: { readonly name: string }) {
  const at = name.lastIndexOf(', ');
  if (at < 0) return name;
  return (
    <span className="row">
      <span className="ellipsis">{name.slice(0, at + 1)}</span>
      <span className="version-part">{name.slice(at + 2)}</span>
    </span>
  );
}

function ProofMark({ proven }: { readonly proven: boolean | undefined }) {
  if (proven === undefined) return null;
  return proven ? (
    <span className="good">
      <Tick size={14} title="Checked on this computer" />
    </span>
  ) : (
    <span className="bad">
      <BanCircle size={14} title="The proof fails" />
    </span>
  );
}

export interface LogTableProps {
  readonly rows: readonly LogRow[];
  readonly selected: string | null;
  readonly proven: Proven;
  readonly showDocument: boolean;
  readonly onSelect: (index: string) => void;
}

function moveBetweenEntries(event: KeyboardEvent<HTMLElement>): void {
  if (!(event.target instanceof HTMLElement)) return;
  const entries = [...event.currentTarget.querySelectorAll<HTMLElement>('button.entry-button')];
  const to = placeOfKey(event.key, entries.indexOf(event.target), entries.length);
  const next = to === null ? undefined : entries[to];
  if (next === undefined) return;
  event.preventDefault();
  next.focus();
  next.click();
}

/** [UI-15] The whole list is one tab stop: the selected entry, or the first where another is shown beside it. */
function tabStop(rows: readonly LogRow[], selected: string | null): string | null {
  const entries = rows.flatMap((row) => (row.is === 'entry' ? [row.entry.index] : []));
  return entries.find((index) => index === selected) ?? entries[0] ?? null;
}

export function LogTable({ rows, selected, proven, showDocument, onSelect }: LogTableProps) {
  const stop = tabStop(rows, selected);
  return (
    <table className="hairline log" aria-label="History" onKeyDown={moveBetweenEntries}>
      <thead>
        <tr>
          <th scope="col" className="num entry-column">
            Entry
          </th>
          <th scope="col" className="num time-column">
            Time
          </th>
          <th scope="col" className="who-column">
            Who
          </th>
          {showDocument && (
            <th scope="col" className="document-column from-wide">
              Document
            </th>
          )}
          <th scope="col">Change</th>
          <th scope="col" className="leaf-column">
            Leaf
          </th>
          <th scope="col" className="mark-column">
            <span className="visually-hidden">Checked</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) =>
          row.is === 'checkpoint' ? (
            <tr key={`checkpoint-${row.size}`} className="checkpoint-row">
              <td className="num">{countText(row.size - 1)}</td>
              <td className="num">{row.at === null ? '' : entryTimeText(row.at)}</td>
              <td>
                <span className="row gap-2">
                  <Shield size={12} />
                  Checkpoint
                </span>
              </td>
              {showDocument && <td className="from-wide" />}
              <td />
              <td className="mono leaf-cell">{shortHash(row.root)}</td>
              <td>
                <ProofMark proven />
              </td>
            </tr>
          ) : (
            <tr key={row.entry.index} className={`entry-row${row.entry.index === selected ? ' selected' : ''}`}>
              <td className="num muted">
                <button
                  type="button"
                  className="entry-button"
                  tabIndex={row.entry.index === stop ? 0 : -1}
                  aria-pressed={row.entry.index === selected}
                  aria-label={`Entry ${countText(Number(row.entry.index))}, ${row.entry.name}, ${row.entry.text}`}
                  onClick={() => onSelect(row.entry.index)}
                >
                  {countText(Number(row.entry.index))}
                </button>
              </td>
              <td className="num muted" title={recordedText(row.entry.at)}>
                {entryTimeText(row.entry.at)}
              </td>
              <td>
                <span className="row gap-2">
                  <Avatar
                    userId={row.entry.userId}
                    name={row.entry.name}
                    system={row.entry.userId === SERVER_USER}
                    small
                  />
                  <span className="ellipsis">{row.entry.userId === SERVER_USER ? 'Server' : row.entry.name}</span>
                </span>
              </td>
              {showDocument && (
                <td className="muted ellipsis from-wide" title={row.entry.docName}>
                  <DocumentName name={row.entry.docName} />
                </td>
              )}
              <td
                className="ellipsis"
                title={row.entry.why === undefined ? row.entry.text : `${row.entry.text} “${row.entry.why}”`}
              >
                <span className="row gap-2">
                  <span className="muted entry-icon">{ICONS[row.entry.kind] ?? <Document size={12} />}</span>
                  <span className="ellipsis">
                    <ChangeWords entry={row.entry} />
                    {showDocument && <span className="muted only-narrow"> · {row.entry.docName}</span>}
                  </span>
                </span>
              </td>
              <td className="mono muted leaf-cell">{shortHash(row.entry.leafHash)}</td>
              <td>
                <ProofMark proven={proven.get(row.entry.index)} />
              </td>
            </tr>
          ),
        )}
      </tbody>
    </table>
  );
}
