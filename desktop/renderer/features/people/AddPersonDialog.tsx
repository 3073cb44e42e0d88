// Adds a person with a sign-in name and roles. Owns the form; the code that comes back is shown by the screen, once.
import { Dialog, DialogBody, DialogFooter } from '@blueprintjs/core';
import { type IssuedCode, ROLES } from '@countersign/shared/protocol/api';
import { useId, useState } from 'react';
import { useEngine } from '../../app/engineContext.tsx';
import { Action, ErrorNotice, errorWords } from '../../kit/index.ts';
import { ROLE_WORDS, type Role } from './roleWords.ts';

export interface AddPersonDialogProps {
  readonly onAdded: (code: IssuedCode, name: string) => void;
  readonly onClose: () => void;
}

export function AddPersonDialog({ onAdded, onClose }: AddPersonDialogProps) {
  const engine = useEngine();
  const ids = useId();
  const [name, setName] = useState('');
  const [login, setLogin] = useState('');
  const [roles, setRoles] = useState<readonly Role[]>([]);
  const [failure, setFailure] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const denied = busy
    ? 'The server has not answered yet.'
    : name.trim() === '' || login.trim() === ''
      ? 'Name and sign-in name first.'
      : null;
  const add = async () => {
    if (denied !== null) return;
    setBusy(true);
    setFailure(null);
    try {
      onAdded(await engine.api.accounts.add({ name, login, roles: [...roles] }), name.trim());
    } catch (error) {
      setFailure(errorWords(error));
      setBusy(false);
    }
  };
  return (
    <Dialog isOpen title="Add a person" onClose={onClose} transitionDuration={0}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void add();
        }}
      >
        <DialogBody>
          {failure !== null && <ErrorNotice>{failure}</ErrorNotice>}
          <div className="dialog-fields">
            <label htmlFor={`${ids}-name`}>
              <span className="caption">Name</span>
              <input
                id={`${ids}-name`}
                className="bp6-input"
                value={name}
                maxLength={120}
                autoComplete="off"
                onChange={(event) => setName(event.target.value)}
              />
            </label>
            <label htmlFor={`${ids}-login`}>
              <span className="caption">E-mail or sign-in name</span>
              <input
                id={`${ids}-login`}
                className="bp6-input"
                value={login}
                maxLength={200}
                autoComplete="off"
                autoCapitalize="none"
                spellCheck={false}
                onChange={(event) => setLogin(event.target.value)}
              />
            </label>
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
          </div>
        </DialogBody>
        <DialogFooter
          actions={
            <>
              <Action text="Cancel" onClick={onClose} />
              <Action text="Add" tone="primary" submit denied={denied} />
            </>
          }
        />
      </form>
    </Dialog>
  );
}
