// Shows a secret that the server tells once: a link for a person, a token for a program. Owns copying it; keeps nothing.
import { Dialog, DialogBody, DialogFooter } from '@blueprintjs/core';
import { useState } from 'react';
import { Action } from '../../kit/index.ts';

export interface OnceDialogProps {
  readonly title: string;
  /** What to do with it. */
  readonly text: string;
  /** What is shown, by its name: "Link", "Code", "Token". */
  readonly secrets: readonly { readonly name: string; readonly value: string }[];
  /** Until when it may be used. */
  readonly until: string;
  readonly onClose: () => void;
}

export function OnceDialog({ title, text, secrets, until, onClose }: OnceDialogProps) {
  const [copied, setCopied] = useState<string | null>(null);
  const copy = async (name: string, value: string) => {
    try {
      await navigator.clipboard.writeText(value);
      setCopied(`${name} copied.`);
    } catch (error) {
      // A browser may not let the page write the clipboard; the text is there to be marked by hand.
      if (!(error instanceof Error)) throw error;
      setCopied(`${name} could not be copied. Mark it and copy it by hand.`);
    }
  };
  return (
    <Dialog isOpen title={title} onClose={onClose} transitionDuration={0} canOutsideClickClose={false}>
      <DialogBody>
        <p className="once-text">{text}</p>
        <div className="dialog-fields">
          {secrets.map(({ name, value }) => (
            <div key={name} className="once">
              <span className="caption">{name}</span>
              <code className="mono once-value" data-testid={`once-${name.toLowerCase()}`}>
                {value}
              </code>
              <Action small text={`Copy ${name.toLowerCase()}`} onClick={() => void copy(name, value)} />
            </div>
          ))}
        </div>
        <p className="muted small once-until">It is shown here once and works until {until}.</p>
        <p className="small" role="status">
          {copied}
        </p>
      </DialogBody>
      <DialogFooter actions={<Action text="Done" tone="primary" onClick={onClose} />} />
    </Dialog>
  );
}
