// What waits for the signed-in person, each a link to the place where it is settled.
import { Changes, Edit, Endorsed, Export, Key, Undo, WarningSign } from '@blueprintjs/icons';
import type { Contract, Need, VersionNeed } from '@countersign/shared/protocol/api';
import { useState } from 'react';
import { documentPath } from '../../app/routes.ts';
import { versionName } from '../../app/versionName.ts';
import { countText, MoneyText, whenText, withDates } from '../../kit/index.ts';
import { firstNeeds } from './firstNeeds.ts';

const KINDS = {
  contested: { words: 'Choose a value', icon: WarningSign, tone: 'warn', view: 'workbook' },
  approve: { words: 'Review changes', icon: Changes, tone: 'muted', view: 'review' },
  execute: { words: 'Execute', icon: Endorsed, tone: 'muted', view: 'review' },
  export: { words: 'Export', icon: Export, tone: 'muted', view: 'review' },
  changesRequested: { words: 'Make changes', icon: Undo, tone: 'warn', view: 'workbook' },
  draft: { words: 'Go on with the draft', icon: Edit, tone: 'muted', view: 'workbook' },
} as const;

const EMERGENCY = { words: 'Agree or not', icon: Key, tone: 'warn' } as const;

interface Shown {
  readonly words: string;
  readonly icon: typeof Key;
  readonly tone: string;
  readonly name: string;
  readonly path: string;
}

/** How one need looks and where it leads. */
function shownAs(need: Need, contracts: readonly Contract[]): Shown {
  if (need.kind === 'breakGlass') return { ...EMERGENCY, name: 'Break-glass', path: '/people' };
  const { view, ...looks } = KINDS[need.kind];
  return { ...looks, name: nameOf(need, contracts), path: documentPath(need.versionId, view) };
}

function nameOf(need: VersionNeed, contracts: readonly Contract[]): string {
  const contract = contracts.find((known) => known.id === need.contractId);
  const version = contract?.versions.find((known) => known.versionId === need.versionId);
  if (contract === undefined || version === undefined) return need.versionId;
  return `${contract.number} · ${versionName(version)}`;
}

export function NeedsYou({
  needs,
  contracts,
}: {
  readonly needs: readonly Need[];
  readonly contracts: readonly Contract[];
}) {
  const [all, setAll] = useState(false);
  const shown = all ? needs : firstNeeds(needs);
  return (
    <section className="needs" aria-label="Needs you">
      <h2>
        Needs you <span className="muted">{needs.length}</span>
      </h2>
      {needs.length === 0 && <p className="waiting-line small">Nothing waits for you.</p>}
      {shown.map((need) => {
        const { words, icon: Icon, tone, name, path } = shownAs(need, contracts);
        const amount = need.kind === 'breakGlass' ? undefined : need.amount;
        return (
          <a key={`${path}:${need.at}:${need.kind}`} className="need" href={`#${path}`}>
            <span className={tone}>
              <Icon size={14} />
            </span>
            <span className="medium">{words}</span>
            <span className="ellipsis">{name}</span>
            <span className="muted ellipsis">
              {withDates(need.text)}
              <span className="need-open" aria-hidden="true">
                Open ↵
              </span>
            </span>
            <span className="num">
              {amount !== undefined && (
                <MoneyText amount={amount.amount} currency={amount.currency} signed={amount.change === true} />
              )}
            </span>
            <span className="muted num">{whenText(need.at)}</span>
          </a>
        );
      })}
      {shown.length < needs.length && (
        <button type="button" className="needs-more" onClick={() => setAll(true)}>
          Show {countText(needs.length - shown.length)} more
        </button>
      )}
    </section>
  );
}
