// Name and password of a local account. Owns the two fields; what the server says is shown above them.
import { useState } from 'react';
import { Action, LoginField, TextField } from '../../kit/index.ts';

export interface PasswordFormProps {
  readonly busy: boolean;
  /** Whether this is the first way in; there is one primary action on a screen. */
  readonly primary: boolean;
  readonly onSubmit: (login: string, password: string) => void;
}

export function PasswordForm({ busy, primary, onSubmit }: PasswordFormProps) {
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
      <LoginField autoComplete="username" value={login} onChange={setLogin} />
      <TextField
        label="Password"
        type="password"
        autoComplete="current-password"
        maxLength={200}
        value={password}
        onChange={setPassword}
      />
      <Action text={busy ? 'Signing in' : 'Sign in'} tone={primary ? 'primary' : 'outlined'} submit denied={denied} />
    </form>
  );
}
