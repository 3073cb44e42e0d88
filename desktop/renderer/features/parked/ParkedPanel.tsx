// One parked entry: who, when, which device, which cells; and the ways on: copy, enter again, erase. Owns these acts' words.
import type { Contract, Parked } from '@countersign/shared/protocol/api';
import { useState } from 'react';
import { answersOf, useEngine, useReachability, useSession } from '../../app/engineContext.tsx';
import { ReasonDialog } from '../../app/ReasonDialog.tsx';
import { documentPath, go } from '../../app/routes.ts';
import { useTroubles } from '../../app/troubles.tsx';
import { useAct } from '../../app/useAct.ts';
import { Action, countOf, countText, instantText } from '../../kit/index.ts';
import { announced, useAppDispatch } from '../../store/index.ts';
import { kindWord, sidesOf } from '../history/entryWords.ts';
import { sheetName } from '../review/rowContext.ts';
import { changesOf, draftsFor, parkedText } from './parkedWords.ts';

/** Changes shown before "and n more". */
const MOST_SHOWN = 64;

export interface ParkedPanelProps {
  readonly entry: Parked;
  readonly contracts: readonly Contract[];
  readonly onErased: () => void;
}

export function ParkedPanel({ entry, contracts, onErased }: ParkedPanelProps) {
  const engine = useEngine();
  const session = useSession();
  const troubles = useTroubles();
  const dispatch = useAppDispatch();
  const offline = useReachability() === 'offline';
  const { busy, act } = useAct();
  const [erasing, setErasing] = useState(false);
  const [copied, setCopied] = useState('');
  const drafts = draftsFor(entry, contracts);
  const roles = session?.user.roles ?? [];
  const shown = entry.changes.slice(0, MOST_SHOWN);

  const copy = () =>
    act(async () => {
      await navigator.clipboard.writeText(parkedText(entry));
      setCopied(`${countOf(entry.changes.length, 'change')} copied.`);
    });
  const enter = (versionId: string) =>
    act(async () => {
      const { entered, left, denied } = await engine.enterAgain(versionId, changesOf(entry));
      if (denied !== null) return troubles.report(`Nothing was entered. ${denied}`);
      if (left > 0) troubles.report(`${countOf(left, 'change')} stayed here: the row is not in the draft.`);
      if (entered === 0 && left === 0) return setCopied('The draft has these values already.');
      dispatch(announced(`${countOf(entered, 'change')} entered as yours.`));
      const first = entry.changes[0];
      if (entered > 0)
        go(
          documentPath(versionId, 'workbook', first && { sheet: first.sheet, rowId: first.rowId, field: first.field }),
        );
    });
  const erase = (reason: string) =>
    act(async () => {
      setErasing(false);
      await engine.api.erase(entry.index, reason);
      await answersOf(engine).refresh();
      dispatch(announced(`The content of entry ${entry.index} was erased.`));
      onErased();
    });
  const enterDenied = busy
    ? 'Working on it.'
    : entry.changes.length === 0
      ? 'This was a command, not an edit. Take the step on the version itself.'
      : roles.includes('editor')
        ? drafts.length === 0
          ? 'This document has no open draft. Open an amendment on its executed version first.'
          : null
        : 'Changes are entered by an editor.';
  const eraseDenied = busy ? 'Working on it.' : offline ? 'The server cannot be reached.' : null;
  return (
    <>
      <section className="section">
        <h2 className="panel-title">Entry {countText(Number(entry.index))}</h2>
        <p className="small muted">
          {entry.name}, {instantText(entry.at)}
        </p>
      </section>
      <section className="section" aria-label="What it is">
        <dl className="kv">
          <dt>Document</dt>
          <dd>
            <a href={`#${documentPath(entry.versionId)}`}>{entry.docName}</a>
          </dd>
          <dt>Kind</dt>
          <dd>{kindWord(entry.kind)}</dd>
          <dt>Device</dt>
          <dd className="mono">{entry.deviceId}</dd>
          <dt>Not applied because</dt>
          <dd>{entry.reason}</dd>
          <dt>In the log</dt>
          <dd>
            <a href={`#/history?entry=${entry.index}`}>Open in the history</a>
          </dd>
        </dl>
      </section>
      {entry.changes.length > 0 && (
        <section className="section" aria-label="What it would have changed">
          <h3 className="section-title">{countOf(entry.changes.length, 'change')}</h3>
          <ul className="change-list">
            {shown.map((change) => {
              const sides = sidesOf(change);
              return (
                <li key={`${change.sheet}/${change.rowId}/${change.field}`}>
                  <span className="muted">
                    {sheetName(change.sheet)}, {change.row}, {change.label}
                  </span>{' '}
                  {sides !== null && (
                    <>
                      <del className="old-value">{sides.from}</del> <ins className="new-value medium">{sides.to}</ins>
                    </>
                  )}
                </li>
              );
            })}
          </ul>
          {entry.changes.length > MOST_SHOWN && (
            <p className="muted micro">and {countText(entry.changes.length - MOST_SHOWN)} more</p>
          )}
        </section>
      )}
      <section className="section parked-acts" aria-label="Ways on">
        {drafts.length === 0 ? (
          <Action small text="Enter into a draft" denied={enterDenied} />
        ) : (
          drafts.map(({ versionId, name }) => (
            <Action
              key={versionId}
              small
              text={`Enter into ${name}`}
              denied={enterDenied}
              onClick={() => void enter(versionId)}
            />
          ))
        )}
        <Action
          small
          text="Copy as a table"
          denied={entry.changes.length === 0 ? 'There is no cell to copy.' : null}
          onClick={() => void copy()}
        />
        {roles.includes('admin') && (
          <Action small tone="minimal" text="Erase" denied={eraseDenied} onClick={() => setErasing(true)} />
        )}
        <p className="muted micro" role="status">
          {copied === '' ? 'What is entered is signed as yours, on top of what the draft says now.' : copied}
        </p>
      </section>
      {erasing && (
        <ReasonDialog
          title={`Erase what entry ${countText(Number(entry.index))} says`}
          action="Erase"
          onReason={(reason) => void erase(reason)}
          onCancel={() => setErasing(false)}
        />
      )}
    </>
  );
}
