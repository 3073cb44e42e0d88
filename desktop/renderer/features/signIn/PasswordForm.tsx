// Name and password of a local account. Owns the two fields; what the server says is shown above them.
import { useId, useState } from 'react';
import { Action } from '../../kit/index.ts';

export interface PasswordFormProps {
  readonly busy: boolean;
  /** Whether this is the first way in; there is one primary action on a screen. */
  readonly primary: boolean;
  readonly onSubmit: (login: string, password: string) => void;
}

export function PasswordForm({ busy, primary, onSubmit }: PasswordFormProps) {
  const ids = useId();
  const [login, setLogin] = useState('');
  const [password, setPassword] = useState('');
  const denied = busy
    ? 'The server has not answered yet.'
    : login.trim() === '' || password === ''
      ? 'Name and password first.'
      : null;
  return (
    <form
      className="sign-in-form"
      aria-label="Sign in"
      onSubmit={(event) => {
        event.preventDefault();
        if (denied === null) onSubmit(login, password);
      }}
    >
      <label htmlFor={`${ids}-login`}>
        <span className="caption">E-mail or sign-in name</span>
        <input
          id={`${ids}-login`}
          className="bp6-input"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={200}
          value={login}
          onChange={(event) => setLogin(event.target.value)}
        />
      </label>
      <label htmlFor={`${ids}-password`}>
        <span className="caption">Password</span>
        <input
          id={`${ids}-password`}
          className="bp6-input"
          type="password"
          autoComplete="current-password"
          maxLength={200}
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
      </label>
      <Action text={busy ? 'Signing in' : 'Sign in'} tone={primary ? 'primary' : 'outlined'} submit denied={denied} />
    </form>
  );
}
