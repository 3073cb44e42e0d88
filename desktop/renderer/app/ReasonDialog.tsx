// Asks for the words that go into a signed command. They are kept in the history, so an empty reason is not offered.
import { Dialog, DialogBody, DialogFooter } from '@blueprintjs/core';
import { useId, useState } from 'react';
import { Action } from '../kit/index.ts';

export interface ReasonDialogProps {
  readonly title: string;
  readonly action: string;
  readonly onReason: (reason: string) => void;
  readonly onCancel: () => void;
}

export function ReasonDialog({ title, action, onReason, onCancel }: ReasonDialogProps) {
  const [reason, setReason] = useState('');
  const field = useId();
  const given = reason.trim();
  return (
    <Dialog isOpen title={title} onClose={onCancel} transitionDuration={0}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (given !== '') onReason(given);
        }}
      >
        <DialogBody>
          <label htmlFor={field} className="caption">
            Reason
          </label>
          <textarea
            id={field}
            className="bp6-input reason-field"
            value={reason}
            rows={3}
            maxLength={2000}
            autoFocus
            onChange={(event) => setReason(event.target.value)}
          />
          <p className="muted small">Everyone on this contract reads it; it stays in the history.</p>
        </DialogBody>
        <DialogFooter
          actions={
            <>
              <Action text="Cancel" onClick={onCancel} />
              <Action text={action} tone="primary" submit denied={given === '' ? 'Say why first.' : null} />
            </>
          }
        />
      </form>
    </Dialog>
  );
}
