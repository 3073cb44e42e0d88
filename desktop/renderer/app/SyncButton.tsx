// The draft's sync status, one press away from the details: what waits, since when, what is wrong and the way on.
import { PopoverNext } from '@blueprintjs/core';
import { Action, countOf, instantText, SyncBars, syncRemarks, syncSentence } from '../kit/index.ts';
import type { DraftSession } from '../sync/draftSession.ts';
import { useDraftState, useEngine } from './engineContext.tsx';
import { useOfflineGrant } from './OfflineEnded.tsx';

const MEANINGS = [
  ['Saving', 'In this window, on its way to the disk.'],
  ['On this computer', 'Written to the disk here. Nobody else has it yet.'],
  ['Stored', 'The server has it on its disk and has answered.'],
  ['Verified', 'This computer has checked that the signed history holds it.'],
] as const;

export function SyncButton({ draft }: { readonly draft: DraftSession }) {
  useDraftState(draft);
  const status = draft.status();
  const grant = useOfflineGrant();
  return (
    <PopoverNext
      placement="bottom-end"
      content={<SyncDetails draft={draft} />}
      renderTarget={({ isOpen: _open, ref, ...target }) => (
        <button
          {...target}
          ref={ref}
          type="button"
          className="sync-target"
          data-testid="sync-status"
          data-stage={status.stage}
        >
          <span className="visually-hidden">Sync status: </span>
          <SyncBars status={status} grant={grant} />
          <span className="visually-hidden" data-testid="sync-sentence">
            {`. ${syncRemarks(status, grant)}`}
          </span>
        </button>
      )}
    />
  );
}

function SyncDetails({ draft }: { readonly draft: DraftSession }) {
  const engine = useEngine();
  useDraftState(draft);
  const status = draft.status();
  const trouble = engine.trouble();
  const grant = useOfflineGrant();
  const exportWork = async () => {
    const text = await engine.exportWaiting();
    await engine.saveFile(`unsent-work-${draft.draftId}.json`, new TextEncoder().encode(text), 'application/json');
  };
  return (
    <div className="sync-details">
      <p className="strong">{syncSentence(status, grant)}</p>
      {trouble !== null && <p className="warn">{trouble}</p>}
      {status.at !== null && <p className="muted small">Reached {instantText(status.at)}.</p>}
      <dl className="sync-meanings">
        {MEANINGS.map(([word, meaning]) => (
          <div key={word}>
            <dt>{word}</dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      {status.waiting > 0 && (
        <Action
          small
          text={`Save ${countOf(status.waiting, 'unsent change')} as a file`}
          onClick={() => void exportWork()}
        />
      )}
    </div>
  );
}
