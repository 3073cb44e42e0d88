// Tokens of programs such as the billing system: what each may do, until when, and making or revoking one. Owns the section.
import type { ServiceToken } from '@countersign/shared/protocol/api';
import { useEngine, useQuery } from '../../app/engineContext.tsx';
import { Action, ErrorNotice, instantText } from '../../kit/index.ts';

export interface ServiceTokensProps {
  readonly mayMake: boolean;
  readonly mayRevoke: boolean;
  readonly nameOf: (userId: string) => string;
  readonly onMake: () => void;
  readonly onRevoke: (token: ServiceToken) => void;
}

export function ServiceTokens({ mayMake, mayRevoke, nameOf, onMake, onRevoke }: ServiceTokensProps) {
  const engine = useEngine();
  const tokens = useQuery('service-tokens', () => engine.api.accounts.serviceTokens());
  return (
    <section className="service-tokens" aria-label="Service tokens">
      <div className="table-tools">
        <h2 className="panel-title">Service tokens</h2>
        <span className="muted">A program reads approved exports with one; it can change nothing</span>
        <span className="grow" />
        {mayMake && <Action small text="Make a token" onClick={onMake} />}
      </div>
      {tokens.error !== null && (
        <ErrorNotice actions={[{ text: 'Try again', onClick: () => void tokens.reload() }]}>
          The tokens could not be read. {tokens.error}
        </ErrorNotice>
      )}
      {tokens.data !== null && tokens.data.length === 0 && (
        <p className="section muted">No tokens. The billing system needs one to fetch exports by itself.</p>
      )}
      {tokens.data !== null && tokens.data.length > 0 && (
        <table className="hairline list-rows people" aria-label="Tokens">
          <thead>
            <tr>
              <th scope="col">Token</th>
              <th scope="col">May</th>
              <th scope="col">Made</th>
              <th scope="col">Works until</th>
              <th scope="col">State</th>
            </tr>
          </thead>
          <tbody>
            {tokens.data.map((token) => (
              <tr key={token.tokenId} className={token.state === 'active' ? '' : 'muted'}>
                <td>
                  <span className="medium">{token.name}</span> <span className="mono muted">{token.tokenId}</span>
                </td>
                <td>{token.scopes.map((scope) => SCOPE_WORDS[scope]).join(', ')}</td>
                <td>
                  {instantText(token.createdAt)} <span className="muted">by {nameOf(token.createdBy)}</span>
                </td>
                <td>{instantText(token.expiresAt)}</td>
                <td>
                  {token.state}{' '}
                  {mayRevoke && token.state === 'active' && (
                    <button
                      type="button"
                      className="link"
                      aria-label={`Revoke token ${token.name}`}
                      onClick={() => onRevoke(token)}
                    >
                      Revoke
                    </button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

const SCOPE_WORDS: Readonly<Record<ServiceToken['scopes'][number], string>> = { 'exports:read': 'read exports' };
