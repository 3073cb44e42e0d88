// The demo accounts with what each may do. They have no secret: a press signs in.
import { useEngine, useQuery, useSession } from '../../app/engineContext.tsx';
import { Avatar, ErrorNotice } from '../../kit/index.ts';
import { roleWords } from './words.ts';

export interface DemoAccountsProps {
  /** User id that is being signed in now. */
  readonly busy: string | null;
  readonly onChoose: (userId: string) => void;
}

export function DemoAccounts({ busy, onChoose }: DemoAccountsProps) {
  const engine = useEngine();
  const session = useSession();
  const accounts = useQuery('accounts', () => engine.api.demoAccounts());
  if (accounts.data === null) {
    if (accounts.error === null) return null;
    return (
      <ErrorNotice tone="warn" actions={[{ text: 'Try again', onClick: () => void accounts.reload() }]}>
        The demo accounts could not be read. {accounts.error}
      </ErrorNotice>
    );
  }
  return (
    <>
      <ul className="accounts" aria-label="Demo accounts">
        {accounts.data.map((account) => (
          <li key={account.userId}>
            <button type="button" className="account" disabled={busy !== null} onClick={() => onChoose(account.userId)}>
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
  );
}
