// Asks before an act that cannot be taken back. Owns the question only.
import { Dialog, DialogBody, DialogFooter } from '@blueprintjs/core';
import { Action } from '../../kit/index.ts';

export interface Question {
  readonly title: string;
  readonly text: string;
  readonly action: string;
  readonly onYes: () => void;
}

export function AskDialog({ question, onClose }: { readonly question: Question; readonly onClose: () => void }) {
  const { title, text, action, onYes } = question;
  return (
    <Dialog isOpen title={title} onClose={onClose} transitionDuration={0}>
      <DialogBody>
        <p>{text}</p>
      </DialogBody>
      <DialogFooter
        actions={
          <>
            <Action text="Cancel" onClick={onClose} />
            <Action
              text={action}
              tone="danger"
              onClick={() => {
                onClose();
                onYes();
              }}
            />
          </>
        }
      />
    </Dialog>
  );
}
