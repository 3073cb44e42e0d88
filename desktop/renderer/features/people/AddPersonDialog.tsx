// Adds a person with a sign-in name and roles. Owns the form; the code that comes back is shown by the screen, once.
import { type IssuedCode, ROLES } from '@countersign/shared/protocol/api';
import { useState } from 'react';
import { useEngine } from '../../app/engineContext.tsx';
import { FormDialog, LoginField, TextField, useSubmission } from '../../kit/index.ts';
import { ROLE_WORDS, type Role } from './roleWords.ts';

export interface AddPersonDialogProps {
  readonly onAdded: (code: IssuedCode, name: string) => void;
  readonly onClose: () => void;
}

export function AddPersonDialog({ onAdded, onClose }: AddPersonDialogProps) {
  const engine = useEngine();
  const [name, setName] = useState('');
  const [login, setLogin] = useState('');
  const [roles, setRoles] = useState<readonly Role[]>([]);
  const missing = name.trim() === '' || login.trim() === '' ? 'Name and sign-in name first.' : null;
  const submission = useSubmission(missing, async () => {
    onAdded(await engine.api.accounts.add({ name, login, roles: [...roles] }), name.trim());
  });
  return (
    <FormDialog title="Add a person" action="Add" submission={submission} onClose={onClose}>
      <TextField label="Name" value={name} maxLength={120} autoComplete="off" onChange={setName} />
      <LoginField value={login} autoComplete="off" onChange={setLogin} />
      <fieldset className="role-choices">
        <legend className="caption">Roles</legend>
        {ROLES.map((role) => (
          <label key={role} className="role-choice">
            <input
              type="checkbox"
              checked={roles.includes(role)}
              onChange={(event) =>
                setRoles(event.target.checked ? [...roles, role] : roles.filter((held) => held !== role))
              }
            />
            <span className="medium">{role}</span>
            <span className="muted">{ROLE_WORDS[role]}</span>
          </label>
        ))}
      </fieldset>
    </FormDialog>
  );
}
