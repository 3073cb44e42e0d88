// What a one-use code leads to: the first admin gives a name, everybody chooses a password. Says what the code is for before it is used.
import type { CodeMeans } from '@countersign/shared/protocol/api';
import { useEffect, useId, useState } from 'react';
import { useEngine, useQuery } from '../../app/engineContext.tsx';
import { go } from '../../app/routes.ts';
import { Action, ErrorNotice, errorWords } from '../../kit/index.ts';
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
  const ids = useId();
  const signIn = useSignIn();
  const first = means.purpose === 'setUp';
  const [name, setName] = useState('');
  const [login, setLogin] = useState('');
  const [password, setPassword] = useState('');
  const [again, setAgain] = useState('');
  const [failure, setFailure] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const words = codeWords(means);
  const denied = busy
    ? 'The server has not answered yet.'
    : first && (name.trim() === '' || login.trim() === '')
      ? 'Name and sign-in name first.'
      : password.length < 12
        ? 'A password has at least 12 characters.'
        : password !== again
          ? 'The two passwords differ.'
          : null;
  const submit = async () => {
    if (denied !== null) return;
    setBusy(true);
    setFailure(null);
    try {
      await signIn((api) => api.accounts.spendCode({ code, password, ...(first ? { name, login } : {}) }));
    } catch (error) {
      setFailure(errorWords(error));
      setBusy(false);
    }
  };
  return (
    <>
      {failure !== null && <ErrorNotice>{failure}</ErrorNotice>}
      <form
        className="sign-in-form"
        aria-label={words.title}
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <h2>{words.title}</h2>
        <p className="muted">{words.text}</p>
        {first ? (
          <>
            <label htmlFor={`${ids}-name`}>
              <span className="caption">Your name</span>
              <input
                id={`${ids}-name`}
                className="bp6-input"
                autoComplete="name"
                maxLength={120}
                value={name}
                onChange={(event) => setName(event.target.value)}
              />
            </label>
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
        <label htmlFor={`${ids}-password`}>
          <span className="caption">Password</span>
          <input
            id={`${ids}-password`}
            className="bp6-input"
            type="password"
            autoComplete="new-password"
            maxLength={200}
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        </label>
        <label htmlFor={`${ids}-again`}>
          <span className="caption">Password again</span>
          <input
            id={`${ids}-again`}
            className="bp6-input"
            type="password"
            autoComplete="new-password"
            maxLength={200}
            value={again}
            onChange={(event) => setAgain(event.target.value)}
          />
        </label>
        <p className="muted small">At least 12 characters. A few words are good.</p>
        <Action text={busy ? 'Signing in' : words.action} tone="primary" submit denied={denied} />
      </form>
    </>
  );
}
