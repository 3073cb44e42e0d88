// Adds what no column says (a guarantee, a rate rule, a test case) to the Terms sheet, from an example. Nothing on other sheets.
import { Plus } from '@blueprintjs/icons';
import { JSON_MEMBERS, type JsonMember, nextJsonKey } from '@countersign/shared/model/compile';
import type { SheetId } from '@countersign/shared/model/sheets';
import { useState } from 'react';
import { useTroubles } from '../../app/troubles.tsx';
import { Action, errorWords } from '../../kit/index.ts';
import type { DraftSession } from '../../sync/draftSession.ts';
import { JsonEditor } from './JsonEditor.tsx';

export function MoreTerms({ draft, sheet }: { readonly draft: DraftSession; readonly sheet: SheetId }) {
  const troubles = useTroubles();
  const [adding, setAdding] = useState<JsonMember | null>(null);
  // Rate cards have no guarantees, test cases or caps.
  if (sheet !== 'terms' || !draft.sheets().includes('lines')) return null;
  const denial = draft.editDenial();
  if (adding === null)
    return (
      <div className="section" data-testid="more-terms">
        <h3>More terms</h3>
        <p className="muted small">
          What no column says is a term of its own, written as JSON and billed like the rest.
        </p>
        <div className="json-members">
          {JSON_MEMBERS.map((member) => (
            <Action
              key={member.member}
              small
              tone="minimal"
              icon={<Plus size={12} />}
              text={`Add a ${member.one}`}
              denied={denial}
              onClick={() => setAdding(member)}
            />
          ))}
        </div>
      </div>
    );
  const { member, one, says, example } = adding;
  const key = nextJsonKey(
    member,
    draft.rowIds('terms').map((rowId) => draft.value('terms', rowId, 'key')),
  );
  const add = async (canonical: string) => {
    try {
      const rows = await draft.insertRows('terms', null, [{ key, value: canonical }]);
      if (rows.length > 0) setAdding(null);
      else troubles.report(draft.editDenial() ?? 'The term was not added.');
      return rows.length > 0;
    } catch (error) {
      troubles.report(errorWords(error));
      return false;
    }
  };
  return (
    <div className="section json-term" data-testid="more-terms">
      <h3>Add a {one}</h3>
      <p className="muted small">{says} The example’s ids, dates and amounts are to be replaced.</p>
      <JsonEditor
        key={member}
        place={`${draft.draftId}/terms/new/${member}`}
        termKey={key}
        start={JSON.stringify(example, null, 2)}
        written={null}
        action={`Add the ${one}`}
        denial={denial}
        onWrite={add}
        onCancel={() => setAdding(null)}
      />
    </div>
  );
}
