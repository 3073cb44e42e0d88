// What revoked devices sent after their revocation: kept by the server, not applied. Owns the list; one entry is `ParkedPanel.tsx`.
import type { Parked } from '@countersign/shared/protocol/api';
import { useState } from 'react';
import { askOrKept } from '../../app/appEngine.ts';
import { useEngine, useQuery, useReachability } from '../../app/engineContext.tsx';
import { NotHere } from '../../app/NotHere.tsx';
import { ScreenFrame } from '../../app/ScreenFrame.tsx';
import { Avatar, countOf, countText, EmptyState, ErrorNotice, instantText } from '../../kit/index.ts';
import { SlowNotice } from '../../kit/SlowNotice.tsx';
import { useSlowWords } from '../../kit/useSlowWords.ts';
import { sidesOf } from '../history/entryWords.ts';
import { ParkedPanel } from './ParkedPanel.tsx';
import { parkedSubject } from './parkedWords.ts';
import '../screens.css';
import './parked.css';

export function ParkedScreen() {
  const engine = useEngine();
  const parked = useQuery('parked', () => engine.api.parked());
  const contracts = useQuery('contracts', () => askOrKept(engine.api.contracts, engine.cached.contracts)).data?.value;
  const [chosen, setChosen] = useState<string | null>(null);
  const slow = useSlowWords(parked.loading && parked.data === null, 'Reading what is parked');
  const entries = [...(parked.data ?? [])].reverse();
  const offline = useReachability() === 'offline';
  const isAway = offline && parked.data === null && parked.error !== null;
  const selected = entries.find(({ index }) => index === chosen) ?? entries[0] ?? null;
  return (
    <ScreenFrame
      title="Parked changes"
      note="Sent by devices after their key was revoked: kept, not applied"
      tools={
        <span className="small muted" role="status">
          {parked.data === null ? '' : countOf(entries.length, 'entry', 'entries')}
        </span>
      }
      asideName="Parked entry"
      asideWidth={360}
      aside={
        selected === null ? (
          <EmptyState title={isAway ? 'No entry to show' : 'No entry selected'}>
            {isAway
              ? 'Once entries are here, each shows what it would have changed.'
              : 'Select an entry to see what it would have changed.'}
          </EmptyState>
        ) : (
          <ParkedPanel
            key={selected.index}
            entry={selected}
            contracts={contracts ?? []}
            onErased={() => void parked.reload()}
          />
        )
      }
      status={
        <>
          <span>Newest first</span>
          <span className="grow" />
          <span className="optional">Nothing here is part of any version</span>
        </>
      }
    >
      {parked.error !== null && !isAway && (
        <ErrorNotice
          tone={offline ? 'plain' : 'bad'}
          actions={[{ text: 'Try again', onClick: () => void parked.reload() }]}
        >
          What is parked could not be read. {parked.error} It stays on the server.
        </ErrorNotice>
      )}
      <SlowNotice words={slow} />
      <div className="scroll">
        {isAway && <NotHere what="parked" onRetry={() => void parked.reload()} />}
        {parked.data !== null && entries.length === 0 && (
          <EmptyState title="Nothing is parked">
            When a device sends changes after its key was revoked, they are kept here for you to look at and are never
            applied by themselves.
          </EmptyState>
        )}
        {entries.length > 0 && (
          <table className="hairline list-rows parked" aria-label="Parked changes">
            <thead>
              <tr>
                <th scope="col">When</th>
                <th scope="col">Who</th>
                <th scope="col" className="from-wide">
                  Document
                </th>
                <th scope="col">What</th>
                <th scope="col">From</th>
                <th scope="col">To</th>
                <th scope="col" className="num from-wide">
                  Entry
                </th>
              </tr>
            </thead>
            <tbody>
              {entries.map((entry) => (
                <ParkedRow
                  key={entry.index}
                  entry={entry}
                  selected={entry === selected}
                  onSelect={() => setChosen(entry.index)}
                />
              ))}
            </tbody>
          </table>
        )}
      </div>
    </ScreenFrame>
  );
}

interface ParkedRowProps {
  readonly entry: Parked;
  readonly selected: boolean;
  readonly onSelect: () => void;
}

function ParkedRow({ entry, selected, onSelect }: ParkedRowProps) {
  const [only] = entry.changes.length === 1 ? entry.changes : [];
  const sides = only === undefined ? null : sidesOf(only);
  return (
    // The button in the row is what keyboards reach; the row takes the click of a pointer anywhere.
    <tr className={selected ? 'is-selected' : ''} onClick={onSelect}>
      <td className="muted nowrap">{instantText(entry.at)}</td>
      <td>
        <span className="row gap-2">
          <Avatar userId={entry.userId} name={entry.name} small />
          <span className="ellipsis">{entry.name}</span>
        </span>
      </td>
      <td className="from-wide">{entry.docName}</td>
      <td>
        <button type="button" className="link" aria-current={selected ? 'true' : undefined} onClick={onSelect}>
          {parkedSubject(entry)}
        </button>
      </td>
      <td>{sides !== null && <del className="old-value">{sides.from}</del>}</td>
      <td>{sides !== null && <ins className="new-value medium">{sides.to}</ins>}</td>
      <td className="num from-wide">{countText(Number(entry.index))}</td>
    </tr>
  );
}
