// Makes a service token: a name and a time. Owns the form; the token that comes back is shown by the screen, once.
import type { MadeServiceToken } from '@countersign/shared/protocol/api';
import { useState } from 'react';
import { useEngine } from '../../app/engineContext.tsx';
import { FormDialog, SelectField, TextField, useSubmission } from '../../kit/index.ts';

const TIMES = [
  { value: '30', text: '30 days' },
  { value: '90', text: '90 days' },
  { value: '365', text: 'A year' },
] as const;

export interface MakeTokenDialogProps {
  readonly onMade: (made: MadeServiceToken) => void;
  readonly onClose: () => void;
}

export function MakeTokenDialog({ onMade, onClose }: MakeTokenDialogProps) {
  const engine = useEngine();
  const [name, setName] = useState('');
  const [days, setDays] = useState<string>('90');
  const submission = useSubmission(name.trim() === '' ? 'A name first.' : null, async () => {
    onMade(
      await engine.api.accounts.makeServiceToken({ name: name.trim(), scopes: ['exports:read'], days: Number(days) }),
    );
  });
  return (
    <FormDialog
      title="Make a service token"
      action="Make token"
      submission={submission}
      onClose={onClose}
      hint="It reads the list of exports and their bundles. Every token is in the history."
    >
      <TextField label="What it is for" value={name} maxLength={120} autoComplete="off" onChange={setName} />
      <SelectField label="Works for" value={days} choices={TIMES} onChange={setDays} />
    </FormDialog>
  );
}
