// The browser's place to ask before the device signs a lifecycle command (DESIGN §11 rule 11). Electron asks outside the renderer.
import { Dialog, DialogBody, DialogFooter } from '@blueprintjs/core';
import { useEffect, useState } from 'react';
import type { BrowserHost, ConfirmSummary, CountersignHost } from '../../host/index.ts';
import { Action, withDates } from '../kit/index.ts';

interface Question {
  readonly summary: ConfirmSummary;
  readonly answer: (agreed: boolean) => void;
}

function isBrowserHost(host: CountersignHost): host is BrowserHost {
  return host.platform === 'browser' && 'setConfirmer' in host;
}

/** A content hash is read in groups of eight, as the review shows it. */
function withHash(line: string) {
  const match = /^(.*?)\b([0-9a-f]{64})\b(.*)$/.exec(line);
  if (match === null) return line;
  const [, before, hash = '', after] = match;
  return (
    <>
      {before}
      <span className="mono">{hash.match(/.{8}/g)?.join(' ')}</span>
      {after}
    </>
  );
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
            <li key={line}>{withHash(withDates(line))}</li>
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
