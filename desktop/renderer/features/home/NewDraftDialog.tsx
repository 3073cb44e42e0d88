// Opens a new contract or rate card with one blank draft. Amendments are opened on an executed version, not here.
import { Dialog, DialogBody, DialogFooter } from '@blueprintjs/core';
import { useId, useState } from 'react';
import { answersOf, useEngine, useReachability } from '../../app/engineContext.tsx';
import { documentPath, go } from '../../app/routes.ts';
import { Action, ErrorNotice, errorWords } from '../../kit/index.ts';

type Kind = 'CONTRACT' | 'RATE_CARD';

const FIELDS = [
  { name: 'number', label: 'Number', longest: 60 },
  { name: 'title', label: 'Title', longest: 200 },
  { name: 'counterparty', label: 'Counterparty', longest: 200 },
] as const;
type Draft = Record<(typeof FIELDS)[number]['name'], string>;

export function NewDraftDialog({ kind: asked, onClose }: { readonly kind: Kind; readonly onClose: () => void }) {
  const engine = useEngine();
  const offline = useReachability() === 'offline';
  const ids = useId();
  const [kind, setKind] = useState<Kind>(asked);
  const [draft, setDraft] = useState<Draft>({ number: '', title: '', counterparty: '' });
  const [failure, setFailure] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const missing = FIELDS.filter((field) => draft[field.name].trim() === '');
  const denied = busy
    ? 'The server has not answered yet.'
    : offline
      ? 'A new draft needs the server, which cannot be reached.'
      : missing.length > 0
        ? `${missing.map((field) => field.label).join(' and ')} first.`
        : null;
  const create = async () => {
    if (denied !== null) return;
    setBusy(true);
    setFailure(null);
    try {
      const made = await engine.api.createContract({
        kind,
        number: draft.number.trim(),
        title: draft.title.trim(),
        counterparty: draft.counterparty.trim(),
      });
      await answersOf(engine).refresh((key) => key === 'contracts' || key === 'needs');
      onClose();
      const version = made.versions.at(-1);
      if (version !== undefined) go(documentPath(version.versionId));
    } catch (error) {
      setFailure(errorWords(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      isOpen
      title={kind === 'RATE_CARD' ? 'New rate card draft' : 'New contract draft'}
      onClose={onClose}
      transitionDuration={0}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void create();
        }}
      >
        <DialogBody>
          {failure !== null && <ErrorNotice>{failure}</ErrorNotice>}
          <div className="dialog-fields">
            <label>
              <span className="caption">Kind</span>
              <br />
              <select
                className="plain-select"
                value={kind}
                onChange={(event) => setKind(event.target.value === 'RATE_CARD' ? 'RATE_CARD' : 'CONTRACT')}
              >
                <option value="CONTRACT">Contract</option>
                <option value="RATE_CARD">Rate card</option>
              </select>
            </label>
            {FIELDS.map(({ name, label, longest }, i) => (
              <label key={name} htmlFor={`${ids}-${name}`}>
                <span className="caption">{label}</span>
                <input
                  id={`${ids}-${name}`}
                  className="bp6-input"
                  value={draft[name]}
                  maxLength={longest}
                  autoFocus={i === 0}
                  onChange={(event) => setDraft({ ...draft, [name]: event.target.value })}
                />
              </label>
            ))}
          </div>
        </DialogBody>
        <DialogFooter
          actions={
            <>
              <Action text="Cancel" onClick={onClose} />
              <Action text="Open draft" tone="primary" submit denied={denied} />
            </>
          }
        />
      </form>
    </Dialog>
  );
}
