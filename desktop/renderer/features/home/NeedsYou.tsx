// What waits for the signed-in person, each a link to the place where it is settled.
import { Changes, Edit, Endorsed, Export, Undo, WarningSign } from '@blueprintjs/icons';
import type { Contract, Need } from '@countersign/shared/protocol/api';
import { documentPath } from '../../app/routes.ts';
import { versionName } from '../../app/versionName.ts';
import { MoneyText, whenText } from '../../kit/index.ts';

const KINDS = {
  contested: { words: 'Choose a value', icon: WarningSign, tone: 'warn', view: 'workbook' },
  approve: { words: 'Review changes', icon: Changes, tone: 'muted', view: 'review' },
  execute: { words: 'Execute', icon: Endorsed, tone: 'muted', view: 'review' },
  export: { words: 'Export', icon: Export, tone: 'muted', view: 'review' },
  changesRequested: { words: 'Make changes', icon: Undo, tone: 'warn', view: 'workbook' },
  draft: { words: 'Go on with the draft', icon: Edit, tone: 'muted', view: 'workbook' },
} as const;

function nameOf(need: Need, contracts: readonly Contract[]): string {
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
  return (
    <section className="needs" aria-label="Needs you">
      <h2>
        Needs you <span className="muted">{needs.length}</span>
      </h2>
      {needs.length === 0 && <p className="waiting-line small">Nothing waits for you.</p>}
      {needs.map((need) => {
        const { words, icon: Icon, tone, view } = KINDS[need.kind];
        return (
          <a key={`${need.kind}:${need.versionId}`} className="need" href={`#${documentPath(need.versionId, view)}`}>
            <span className={tone}>
              <Icon size={14} />
            </span>
            <span className="medium">{words}</span>
            <span className="ellipsis">{nameOf(need, contracts)}</span>
            <span className="muted ellipsis">
              {need.text}
              <span className="need-open" aria-hidden="true">
                Open ↵
              </span>
            </span>
            <span className="num">
              {need.amount !== undefined && (
                <MoneyText amount={need.amount.amount} currency={need.amount.currency} signed />
              )}
            </span>
            <span className="muted num">{whenText(need.at)}</span>
          </a>
        );
      })}
    </section>
  );
}
