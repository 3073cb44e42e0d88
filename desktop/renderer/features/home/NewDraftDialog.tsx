// Opens a new contract or rate card with one blank draft. Amendments are opened on an executed version, not here.
import { useState } from 'react';
import { answersOf, useEngine, useReachability } from '../../app/engineContext.tsx';
import { documentPath, go } from '../../app/routes.ts';
import { FormDialog, SelectField, TextField, useSubmission } from '../../kit/index.ts';

type Kind = 'CONTRACT' | 'RATE_CARD';
const KINDS = [
  { value: 'CONTRACT', text: 'Contract' },
  { value: 'RATE_CARD', text: 'Rate card' },
] as const;

const FIELDS = [
  { name: 'number', label: 'Number', longest: 60 },
  { name: 'title', label: 'Title', longest: 200 },
  { name: 'counterparty', label: 'Counterparty', longest: 200 },
] as const;
type Draft = Record<(typeof FIELDS)[number]['name'], string>;

export function NewDraftDialog({ kind: asked, onClose }: { readonly kind: Kind; readonly onClose: () => void }) {
  const engine = useEngine();
  const offline = useReachability() === 'offline';
  const [kind, setKind] = useState<Kind>(asked);
  const [draft, setDraft] = useState<Draft>({ number: '', title: '', counterparty: '' });
  const empty = FIELDS.filter((field) => draft[field.name].trim() === '');
  const missing = offline
    ? 'A new draft needs the server, which cannot be reached.'
    : empty.length > 0
      ? `${empty.map((field) => field.label).join(' and ')} first.`
      : null;
  const submission = useSubmission(missing, async () => {
    const made = await engine.api.createContract({
      kind,
      number: draft.number.trim(),
      title: draft.title.trim(),
      counterparty: draft.counterparty.trim(),
    });
    await answersOf(engine).refresh((key) => ['contracts', 'figures', 'needs'].includes(key));
    onClose();
    const version = made.versions.at(-1);
    if (version !== undefined) go(documentPath(version.versionId));
  });
  return (
    <FormDialog
      title={kind === 'RATE_CARD' ? 'New rate card draft' : 'New contract draft'}
      action="Open draft"
      submission={submission}
      onClose={onClose}
    >
      <SelectField label="Kind" value={kind} choices={KINDS} onChange={setKind} />
      {FIELDS.map(({ name, label, longest }, i) => (
        <TextField
          key={name}
          label={label}
          value={draft[name]}
          maxLength={longest}
          autoFocus={i === 0}
          onChange={(value) => setDraft({ ...draft, [name]: value })}
        />
      ))}
    </FormDialog>
  );
}
