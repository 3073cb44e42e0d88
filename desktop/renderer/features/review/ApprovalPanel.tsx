// Who submitted, who approved, whose turn it is, who cannot approve and why, the checks, and the hash that an approval binds.
import { BanCircle, Lock, Tick, WarningSign } from '@blueprintjs/icons';
import type { Review, VersionDetail } from '@countersign/shared/protocol/api';
import { Avatar, countText, instantText, whenText, withDates } from '../../kit/index.ts';
import { approvalTitle, deniedSteps, hashLines, isYourTurn, othersWhoCannot, policyWords } from './approvalWords.ts';

/** A longer detail stands under its check, a shorter one at the end of its line. */
const SHORT_DETAIL = 16;

export interface ApprovalPanelProps {
  readonly detail: VersionDetail;
  readonly review: Review;
  readonly user: { readonly id: string; readonly name: string } | null;
  readonly rowsSeen: { readonly seen: number; readonly all: number };
  readonly onEntry: (index: string) => void;
}

export function ApprovalPanel({ detail, review, user, rowsSeen, onEntry }: ApprovalPanelProps) {
  const denied = deniedSteps(detail);
  // Under review the reader's own reason stands among the steps above; before that it is listed with the others.
  const others = othersWhoCannot(review, detail.state === 'IN_REVIEW' ? (user?.id ?? null) : null);
  const yourTurn = isYourTurn(detail);
  const policy = policyWords(detail);
  return (
    <>
      <section className="section" aria-label="Approvals">
        <h2 className="panel-title">{approvalTitle(detail)}</h2>
        {policy !== null && <p className="small muted">{policy}</p>}
      </section>
      <section className="section" aria-label="Who did what">
        {detail.submittedBy !== null && (
          <div className="approval">
            <Avatar
              userId={detail.submittedBy.userId}
              name={detail.submittedBy.name}
              self={detail.submittedBy.userId === user?.id}
            />
            <div className="grow">
              <div className="medium">{detail.submittedBy.name}</div>
              <div className="small muted">Submitted {whenText(detail.submittedBy.at)}</div>
            </div>
          </div>
        )}
        {detail.approvals.map((approval) => (
          <div key={approval.index} className="approval">
            <Avatar userId={approval.userId} name={approval.name} self={approval.userId === user?.id} />
            <div className="grow">
              <div className="medium">{approval.name}</div>
              <div className="small muted">
                Approved {whenText(approval.at)},{' '}
                <button type="button" className="link" onClick={() => onEntry(approval.index)}>
                  entry {countText(Number(approval.index))}
                </button>
              </div>
            </div>
            <span className="good">
              <Tick size={16} title="Approved" />
            </span>
          </div>
        ))}
        {detail.executedBy !== null && (
          <div className="approval">
            <Avatar userId={detail.executedBy.userId} name={detail.executedBy.name} />
            <div className="grow">
              <div className="medium">{detail.executedBy.name}</div>
              <div className="small muted">Executed {instantText(detail.executedBy.at)}</div>
            </div>
          </div>
        )}
        {yourTurn && user !== null && (
          <div className="approval is-current">
            <Avatar userId={user.id} name={user.name} self />
            <div className="grow">
              <div className="medium">You, {user.name}</div>
              <div className="small muted">You changed no cell in this version</div>
            </div>
            <span className="small medium accent-text">Your turn</span>
          </div>
        )}
        {detail.submittedBy === null && detail.approvals.length === 0 && (
          <p className="small muted">Nobody has submitted this version. Approvals begin with its submission.</p>
        )}
        {detail.changesRequested !== null && (
          <div className="approval">
            <Avatar userId={detail.changesRequested.by.userId} name={detail.changesRequested.by.name} />
            <div className="grow">
              <div className="medium">Changes requested {whenText(detail.changesRequested.at)}</div>
              <div className="small">{detail.changesRequested.reason}</div>
            </div>
          </div>
        )}
      </section>
      {denied.length > 0 && (
        <section className="section" aria-label="What you cannot do now">
          <h3 className="section-title">Not for you now</h3>
          {denied.map((step) => (
            <div key={step.kind} className="denial">
              <span className="medium">{step.text}</span>
              <span className="muted">{withDates(step.reason)}</span>
            </div>
          ))}
        </section>
      )}
      {others.length > 0 && (
        <section className="section" aria-label="Cannot approve this version">
          <h3 className="section-title">Cannot approve this version</h3>
          {others.map((person) => (
            <div key={person.userId} className="approval">
              <Avatar userId={person.userId} name={person.name} self={person.userId === user?.id} />
              <div className="grow">
                <div className="medium">{person.name}</div>
                <div className="small muted">{withDates(person.reason)}</div>
              </div>
              <span className="muted">
                <BanCircle size={14} title="Cannot approve" />
              </span>
            </div>
          ))}
        </section>
      )}
      <section className="section" aria-label="Checks">
        <h3 className="section-title">Checks</h3>
        <ul>
          {review.checks.map((check) => (
            <li key={check.id} className={check.detail.length > SHORT_DETAIL ? 'check is-long' : 'check'}>
              <span className={check.ok ? 'good' : 'warn'}>
                {check.ok ? <Tick size={14} title="Passes" /> : <WarningSign size={14} title="Needs a look" />}
              </span>
              <span className="check-label">{check.label}</span>
              <span className="muted check-detail">{withDates(check.detail)}</span>
            </li>
          ))}
          <li className="check">
            <span className={rowsSeen.seen === rowsSeen.all ? 'good' : 'muted'}>
              {rowsSeen.seen === rowsSeen.all ? <Tick size={14} title="Passes" /> : <i className="unseen" />}
            </span>
            <span>Every row seen</span>
            <span className="grow" />
            <span className="muted">
              {rowsSeen.seen} of {rowsSeen.all}
            </span>
          </li>
        </ul>
      </section>
      <section className="section" aria-label="What you sign">
        <h3 className="section-title">
          <Lock size={12} className="muted" />
          What you sign
        </h3>
        <div className="mono content-hash" data-testid="content-hash" title={detail.contentHash}>
          {hashLines(detail.contentHash).map((line) => (
            <div key={line}>{line}</div>
          ))}
        </div>
        <p className="small muted">
          The approval holds for exactly this content.
          {detail.approvals.length > 0 ? ' Any later edit voids every approval.' : ' Any later edit voids it.'}
        </p>
      </section>
    </>
  );
}
