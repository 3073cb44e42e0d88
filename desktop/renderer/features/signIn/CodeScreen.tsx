// What a one-use code leads to: the first admin gives a name, everybody chooses a password. Says what the code is for before it is used.
import type { CodeMeans } from '@countersign/shared/protocol/api';
import { useEffect, useState } from 'react';
import { useEngine, useQuery } from '../../app/engineContext.tsx';
import { go } from '../../app/routes.ts';
import { Action, ErrorNotice, errorWords, LoginField, TextField, useSubmission } from '../../kit/index.ts';
import { SignInFrame } from './SignInFrame.tsx';
import { useSignIn } from './useSignIn.ts';
import { codeWords } from './words.ts';

type Looked = { readonly means: CodeMeans } | { readonly refused: string } | null;

export function CodeScreen({ code }: { readonly code: string }) {
  const engine = useEngine();
  const workspace = useQuery('workspace', async () => ({ value: await engine.api.workspace(), at: null }));
  const [looked, setLooked] = useState<Looked>(null);
  useEffect(() => {
    let current = true;
    setLooked(null);
    engine.api.accounts.lookAtCode(code).then(
      (means) => current && setLooked({ means }),
      (error: unknown) => current && setLooked({ refused: errorWords(error) }),
    );
    return () => {
      current = false;
    };
  }, [engine, code]);
  return (
    <SignInFrame name={workspace.data?.value.name ?? 'Countersign'}>
      {looked !== null && 'refused' in looked && (
        <ErrorNotice actions={[{ text: 'Sign in', onClick: () => go('/sign-in') }]}>{looked.refused}</ErrorNotice>
      )}
      {looked !== null && 'means' in looked && <ChoosePassword code={code} means={looked.means} />}
    </SignInFrame>
  );
}

function ChoosePassword({ code, means }: { readonly code: string; readonly means: CodeMeans }) {
  const signIn = useSignIn();
  const first = means.purpose === 'setUp';
  const [name, setName] = useState('');
  const [login, setLogin] = useState('');
  const [password, setPassword] = useState('');
  const [again, setAgain] = useState('');
  const words = codeWords(means);
  const missing =
    first && (name.trim() === '' || login.trim() === '')
      ? 'Name and sign-in name first.'
      : password.length < 12
        ? 'A password has at least 12 characters.'
        : password !== again
          ? 'The two passwords differ.'
          : null;
  const { denied, busy, failure, onSubmit } = useSubmission(missing, () =>
    signIn((api) => api.accounts.spendCode({ code, password, ...(first ? { name, login } : {}) })),
  );
  const newPassword = { type: 'password', autoComplete: 'new-password', maxLength: 200 } as const;
  return (
    <>
      {failure !== null && <ErrorNotice>{failure}</ErrorNotice>}
      <form className="sign-in-form" aria-label={words.title} onSubmit={onSubmit}>
        <h2>{words.title}</h2>
        <p className="muted">{words.text}</p>
        {first ? (
          <>
            <TextField label="Your name" autoComplete="name" maxLength={120} value={name} onChange={setName} />
            <LoginField autoComplete="username" value={login} onChange={setLogin} />
          </>
        ) : (
          <input
            type="text"
            className="visually-hidden"
            autoComplete="username"
            value={means.login}
            readOnly
            tabIndex={-1}
            aria-hidden="true"
          />
        )}
        <TextField {...newPassword} label="Password" value={password} onChange={setPassword} />
        <TextField {...newPassword} label="Password again" value={again} onChange={setAgain} />
        <p className="muted small">At least 12 characters. A few words are good.</p>
        <Action text={busy ? 'Signing in' : words.action} tone="primary" submit denied={denied} />
      </form>
    </>
  );
}
