// Where a one-use code is typed when its link was not followed: the first admin's, or one that an admin gave.
import { useId, useState } from 'react';
import { go } from '../../app/routes.ts';
import { Action } from '../../kit/index.ts';

export function EnterCode({ setUp = false }: { readonly setUp?: boolean }) {
  const id = useId();
  const [code, setCode] = useState('');
  const [open, setOpen] = useState(setUp);
  if (!open) {
    return (
      <button type="button" className="link small" onClick={() => setOpen(true)}>
        I have a code from an admin
      </button>
    );
  }
  return (
    <form
      className="sign-in-form"
      aria-label={setUp ? 'Set up this workspace' : 'Use a code'}
      onSubmit={(event) => {
        event.preventDefault();
        if (code.trim() !== '') go(`/${setUp ? 'set-up' : 'join'}?code=${encodeURIComponent(code.trim())}`);
      }}
    >
      {setUp && (
        <p>
          <span className="strong">This workspace has no admin yet.</span> The server printed a code when it started.
          Whoever has it becomes the first admin.
        </p>
      )}
      <label htmlFor={id}>
        <span className="caption">{setUp ? 'Set-up code' : 'Code'}</span>
        <input
          id={id}
          className="bp6-input mono"
          autoComplete="off"
          spellCheck={false}
          maxLength={60}
          value={code}
          onChange={(event) => setCode(event.target.value)}
        />
      </label>
      <Action
        text="Go on"
        tone={setUp ? 'primary' : 'outlined'}
        submit
        denied={code.trim() === '' ? 'The code first.' : null}
      />
    </form>
  );
}
