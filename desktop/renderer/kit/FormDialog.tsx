// A dialog that is a form: fields, why it failed, Cancel and one action. Owns the frame only.
import { Dialog, DialogBody, DialogFooter } from '@blueprintjs/core';
import type { ReactNode } from 'react';
import { Action } from './Action.tsx';
import { ErrorNotice } from './ErrorNotice.tsx';
import type { Submission } from './useSubmission.ts';

export interface FormDialogProps {
  readonly title: string;
  /** What the button that sends it says. */
  readonly action: string;
  readonly submission: Submission;
  readonly onClose: () => void;
  readonly children: ReactNode;
  /** A sentence under the fields. */
  readonly hint?: string;
}

export function FormDialog({ title, action, submission, onClose, children, hint }: FormDialogProps) {
  const { denied, failure, onSubmit } = submission;
  return (
    <Dialog isOpen title={title} onClose={onClose} transitionDuration={0}>
      <form onSubmit={onSubmit}>
        <DialogBody>
          {failure !== null && <ErrorNotice>{failure}</ErrorNotice>}
          <div className="dialog-fields">{children}</div>
          {hint !== undefined && <p className="muted small">{hint}</p>}
        </DialogBody>
        <DialogFooter
          actions={
            <>
              <Action text="Cancel" onClick={onClose} />
              <Action text={action} tone="primary" submit denied={denied} />
            </>
          }
        />
      </form>
    </Dialog>
  );
}
