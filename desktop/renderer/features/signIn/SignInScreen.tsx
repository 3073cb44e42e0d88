// The way in: demo accounts, a name and a password, or the company's provider, whatever the workspace has. Says plainly when the
// server cannot be reached or a session ended.
import type { SignedIn, SignInWays, Workspace } from '@countersign/shared/protocol/api';
import { useEffect, useState } from 'react';
import type { Api } from '../../api/index.ts';
import { useEngine, useQuery, useReachability, useSession } from '../../app/engineContext.tsx';
import { go } from '../../app/routes.ts';
import { ErrorNotice, errorWords, Mark } from '../../kit/index.ts';
import { CompanySignIn } from './CompanySignIn.tsx';
import { DemoAccounts } from './DemoAccounts.tsx';
import { EnterCode } from './EnterCode.tsx';
import { PasswordForm } from './PasswordForm.tsx';
import { endedWords } from './words.ts';
import '../../theme/workbook.css';
import './signIn.css';

const SIGN_IN_PLACES = ['#/sign-in', '#/set-up', '#/join', '#/signed-in'];

/** Signs in by any way, and leaves the places that are only for signing in. A refusal is the caller's to show. */
export function useSignIn(): (ask: (api: Api) => Promise<SignedIn>) => Promise<void> {
  const engine = useEngine();
  const session = useSession();
  return async (ask) => {
    if (session !== null) await engine.signOut();
    await engine.signInWith(ask);
    if (SIGN_IN_PLACES.some((place) => window.location.hash.startsWith(place))) go('/');
  };
}

/** A server from before there were other ways knows demo accounts only. */
function waysOf(workspace: Workspace): SignInWays {
  return workspace.signIn ?? { demo: workspace.demo, passwords: false, company: null, needsSetUp: false };
}

/** The mark and the workspace's name over whatever is asked. */
export function SignInFrame({ name, children }: { readonly name: string; readonly children: React.ReactNode }) {
  return (
    <main className="sign-in" id="main">
      <div className="sign-in-head">
        <Mark />
        <h1>{name}</h1>
        <p className="muted">Contract terms and rate cards, signed and explained.</p>
      </div>
      {children}
    </main>
  );
}

export function SignInScreen() {
  const engine = useEngine();
  const reachable = useReachability();
  const workspace = useQuery('workspace', async () => ({ value: await engine.api.workspace(), at: null }));
  const waiting = useQuery('waiting:sign-in', () => engine.waitingEverywhere()).data ?? 0;
  const signIn = useSignIn();
  const [busy, setBusy] = useState<string | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const ended = engine.ended();
  const { reload, error } = workspace;
  // A server that comes back fills the page without a press.
  useEffect(() => {
    if (error === null) return;
    const timer = setInterval(() => void reload(), 3_000);
    return () => clearInterval(timer);
  }, [error, reload]);

  const attempt = async (name: string, ask: (api: Api) => Promise<SignedIn>) => {
    setBusy(name);
    setFailure(null);
    try {
      await signIn(ask);
    } catch (refused) {
      setFailure(errorWords(refused));
    } finally {
      setBusy(null);
    }
  };

  const ways = workspace.data === null ? null : waysOf(workspace.data.value);
  return (
    <SignInFrame name={workspace.data?.value.name ?? 'Countersign'}>
      {ended !== null && <ErrorNotice tone="warn">{endedWords(ended, waiting)}</ErrorNotice>}
      {failure !== null && <ErrorNotice>{failure}</ErrorNotice>}
      {(error !== null || reachable === 'offline') && ways === null && (
        <ErrorNotice tone="warn" actions={[{ text: 'Try again', onClick: () => void reload() }]}>
          The server cannot be reached, so nobody can sign in yet. What is on this computer stays here. Trying again
          every few seconds.
        </ErrorNotice>
      )}
      {ways?.needsSetUp === true && <EnterCode setUp />}
      {ways?.company && <CompanySignIn name={ways.company.name} onFailure={setFailure} />}
      {ways?.passwords === true && !ways.needsSetUp && (
        <PasswordForm
          busy={busy !== null}
          onSubmit={(login, password) => void attempt(login, (api) => api.accounts.signIn({ login, password }))}
        />
      )}
      {ways?.demo === true && (
        <DemoAccounts busy={busy} onChoose={(userId) => void attempt(userId, (api) => api.signIn(userId))} />
      )}
      {ways?.passwords === true && !ways.needsSetUp && <EnterCode />}
    </SignInFrame>
  );
}
