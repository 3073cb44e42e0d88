// Changes one's own password. Owns the form; the other sign-ins of the person end with it.
import { useState } from 'react';
import { useEngine } from '../../app/engineContext.tsx';
import { FormDialog, TextField, useSubmission } from '../../kit/index.ts';

const FIELDS = [
  { name: 'current', label: 'Present password', complete: 'current-password' },
  { name: 'next', label: 'New password', complete: 'new-password' },
  { name: 'again', label: 'New password again', complete: 'new-password' },
] as const;
type Typed = Record<(typeof FIELDS)[number]['name'], string>;

export function ChangePasswordDialog({ onClose }: { readonly onClose: (done: boolean) => void }) {
  const engine = useEngine();
  const [typed, setTyped] = useState<Typed>({ current: '', next: '', again: '' });
  const missing =
    typed.current === ''
      ? 'The present password first.'
      : typed.next.length < 12
        ? 'A password has at least 12 characters.'
        : typed.next !== typed.again
          ? 'The two new passwords differ.'
          : null;
  const submission = useSubmission(missing, async () => {
    await engine.api.accounts.changePassword({ current: typed.current, next: typed.next });
    onClose(true);
  });
  return (
    <FormDialog
      title="Change your password"
      action="Change password"
      submission={submission}
      onClose={() => onClose(false)}
      hint="Your sign-ins on other computers end. This one goes on."
    >
      {FIELDS.map(({ name, label, complete }) => (
        <TextField
          key={name}
          label={label}
          type="password"
          autoComplete={complete}
          maxLength={200}
          value={typed[name]}
          onChange={(value) => setTyped({ ...typed, [name]: value })}
        />
      ))}
    </FormDialog>
  );
}
