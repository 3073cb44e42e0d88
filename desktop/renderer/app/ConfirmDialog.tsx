// The browser's place to ask before the device signs a lifecycle command (DESIGN §11 rule 11). Electron asks outside the renderer.
import { Dialog, DialogBody, DialogFooter } from '@blueprintjs/core';
import { useEffect, useState } from 'react';
import type { BrowserHost, ConfirmSummary, CountersignHost } from '../../host/index.ts';
import { Action } from '../kit/index.ts';

interface Question {
  readonly summary: ConfirmSummary;
  readonly answer: (agreed: boolean) => void;
}

function isBrowserHost(host: CountersignHost): host is BrowserHost {
  return host.platform === 'browser' && 'setConfirmer' in host;
}

/** Installs itself as the browser host's confirmer; renders nothing in Electron. */
export function ConfirmDialog({ host }: { readonly host: CountersignHost }) {
  const [question, setQuestion] = useState<Question | null>(null);
  useEffect(() => {
    if (!isBrowserHost(host)) return;
    host.setConfirmer((summary) => new Promise((answer) => setQuestion({ summary, answer })));
  }, [host]);
  if (question === null) return null;
  const close = (agreed: boolean) => {
    setQuestion(null);
    question.answer(agreed);
  };
  const { title, lines, action } = question.summary;
  return (
    <Dialog isOpen title={title} onClose={() => close(false)} transitionDuration={0} className="confirm-dialog">
      <DialogBody>
        <ul className="confirm-lines">
          {lines.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
        <p className="muted small">This device signs it in your name.</p>
      </DialogBody>
      <DialogFooter
        actions={
          <>
            <Action text="Cancel" onClick={() => close(false)} />
            <Action text={action} tone="primary" onClick={() => close(true)} testId="confirm-action" />
          </>
        }
      />
    </Dialog>
  );
}
