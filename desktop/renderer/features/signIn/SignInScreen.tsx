// Who is there: the demo accounts with what each may do. Says plainly when the server cannot be reached or a session ended.
import { useEffect, useState } from 'react';
import { useEngine, useQuery, useReachability, useSession } from '../../app/engineContext.tsx';
import { go } from '../../app/routes.ts';
import { Avatar, ErrorNotice, errorWords, Mark } from '../../kit/index.ts';
import { endedWords, roleWords } from './words.ts';
import '../../theme/workbook.css';

export function SignInScreen() {
  const engine = useEngine();
  const session = useSession();
  const reachable = useReachability();
  const workspace = useQuery('workspace', async () => ({ value: await engine.api.workspace(), at: null }));
  const accounts = useQuery('accounts', () => engine.api.demoAccounts());
  const waiting = useQuery('waiting:sign-in', () => engine.waitingEverywhere()).data ?? 0;
  const [busy, setBusy] = useState<string | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const ended = engine.ended();
  const { reload: reloadAccounts, error: accountsError } = accounts;
  const { reload: reloadWorkspace } = workspace;
  // A server that comes back fills the page without a press.
  useEffect(() => {
    if (accountsError === null) return;
    const timer = setInterval(() => {
      void reloadAccounts();
      void reloadWorkspace();
    }, 3_000);
    return () => clearInterval(timer);
  }, [accountsError, reloadAccounts, reloadWorkspace]);

  const signIn = async (userId: string) => {
    setBusy(userId);
    setFailure(null);
    try {
      if (session !== null) await engine.signOut();
      await engine.signIn(userId);
      if (window.location.hash.startsWith('#/sign-in')) go('/');
    } catch (error) {
      setFailure(errorWords(error));
    } finally {
      setBusy(null);
    }
  };

  const name = workspace.data?.value.name ?? 'Countersign';
  return (
    <main className="sign-in" id="main">
      <div className="sign-in-head">
        <Mark />
        <h1>{name}</h1>
        <p className="muted">Contract terms and rate cards, signed and explained.</p>
      </div>
      {ended !== null && <ErrorNotice tone="warn">{endedWords(ended, waiting)}</ErrorNotice>}
      {failure !== null && <ErrorNotice>{failure}</ErrorNotice>}
      {(accountsError !== null || reachable === 'offline') && accounts.data === null && (
        <ErrorNotice
          tone="warn"
          actions={[{ text: 'Try again', onClick: () => void Promise.all([reloadAccounts(), reloadWorkspace()]) }]}
        >
          The server cannot be reached, so nobody can sign in yet. What is on this computer stays here. Trying again
          every few seconds.
        </ErrorNotice>
      )}
      {accounts.data !== null && (
        <>
          <ul className="accounts" aria-label="Demo accounts">
            {accounts.data.map((account) => (
              <li key={account.userId}>
                <button
                  type="button"
                  className="account"
                  disabled={busy !== null}
                  onClick={() => void signIn(account.userId)}
                >
                  <span aria-hidden="true">
                    <Avatar userId={account.userId} name={account.name} />
                  </span>
                  <span>
                    <span className="visually-hidden">Sign in as </span>
                    <span className="strong">{account.name}</span>
                    <span className="muted small"> {roleWords(account.roles)}</span>
                    <br />
                    <span className="muted small">{account.says}</span>
                  </span>
                  <span className="muted small">
                    {busy === account.userId ? 'Signing in' : account.userId === session?.user.id ? 'Signed in' : ''}
                  </span>
                </button>
              </li>
            ))}
          </ul>
          <p className="muted small">Demo accounts exist only while the server listens on this computer.</p>
        </>
      )}
    </main>
  );
}
