// The way in: demo accounts, a name and a password, or the company's provider, whatever the workspace has. Says plainly when the
// server cannot be reached or a session ended.
import type { SignedIn, SignInWays, Workspace } from '@countersign/shared/protocol/api';
import { useEffect, useState } from 'react';
import type { Api } from '../../api/index.ts';
import { useEngine, useQuery, useReachability } from '../../app/engineContext.tsx';
import { ErrorNotice, errorWords } from '../../kit/index.ts';
import { CompanySignIn } from './CompanySignIn.tsx';
import { DemoAccounts } from './DemoAccounts.tsx';
import { EnterCode } from './EnterCode.tsx';
import { PasswordForm } from './PasswordForm.tsx';
import { SignInFrame } from './SignInFrame.tsx';
import { useSignIn } from './useSignIn.ts';
import { endedWords } from './words.ts';

/** A server from before there were other ways knows demo accounts only. */
function waysOf(workspace: Workspace): SignInWays {
  return workspace.signIn ?? { demo: workspace.demo, passwords: false, company: null, needsSetUp: false };
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
      {ways?.company && <CompanySignIn name={ways.company.name} primary={!ways.needsSetUp} onFailure={setFailure} />}
      {ways?.passwords === true && !ways.needsSetUp && (
        <PasswordForm
          busy={busy !== null}
          primary={ways.company === null}
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
