// Makes a service token: a name and a time. Owns the form; the token that comes back is shown by the screen, once.
import { Dialog, DialogBody, DialogFooter } from '@blueprintjs/core';
import type { MadeServiceToken } from '@countersign/shared/protocol/api';
import { useId, useState } from 'react';
import { useEngine } from '../../app/engineContext.tsx';
import { Action, ErrorNotice, errorWords } from '../../kit/index.ts';

const TIMES = [
  { days: 30, text: '30 days' },
  { days: 90, text: '90 days' },
  { days: 365, text: 'A year' },
] as const;

export interface MakeTokenDialogProps {
  readonly onMade: (made: MadeServiceToken) => void;
  readonly onClose: () => void;
}

export function MakeTokenDialog({ onMade, onClose }: MakeTokenDialogProps) {
  const engine = useEngine();
  const id = useId();
  const [name, setName] = useState('');
  const [days, setDays] = useState<number>(90);
  const [failure, setFailure] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const denied = busy ? 'The server has not answered yet.' : name.trim() === '' ? 'A name first.' : null;
  const make = async () => {
    if (denied !== null) return;
    setBusy(true);
    setFailure(null);
    try {
      onMade(await engine.api.accounts.makeServiceToken({ name: name.trim(), scopes: ['exports:read'], days }));
    } catch (error) {
      setFailure(errorWords(error));
      setBusy(false);
    }
  };
  return (
    <Dialog isOpen title="Make a service token" onClose={onClose} transitionDuration={0}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void make();
        }}
      >
        <DialogBody>
          {failure !== null && <ErrorNotice>{failure}</ErrorNotice>}
          <div className="dialog-fields">
            <label htmlFor={`${id}-name`}>
              <span className="caption">What it is for</span>
              <input
                id={`${id}-name`}
                className="bp6-input"
                value={name}
                maxLength={120}
                autoComplete="off"
                onChange={(event) => setName(event.target.value)}
              />
            </label>
            <label htmlFor={`${id}-days`}>
              <span className="caption">Works for</span>
              <br />
              <select
                id={`${id}-days`}
                className="plain-select"
                value={days}
                onChange={(event) => setDays(Number(event.target.value))}
              >
                {TIMES.map((time) => (
                  <option key={time.days} value={time.days}>
                    {time.text}
                  </option>
                ))}
              </select>
            </label>
          </div>
          <p className="muted small">It reads the list of exports and their bundles. Every token is in the history.</p>
        </DialogBody>
        <DialogFooter
          actions={
            <>
              <Action text="Cancel" onClick={onClose} />
              <Action text="Make token" tone="primary" submit denied={denied} />
            </>
          }
        />
      </form>
    </Dialog>
  );
}
