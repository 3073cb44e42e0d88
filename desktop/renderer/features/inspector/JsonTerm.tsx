// The term of the selected row where it is written as JSON: read over several lines, checked as it is typed. Nothing for other rows.
import { JSON_MEMBERS, jsonTermName } from '@countersign/shared/model/compile';
import type { SheetId } from '@countersign/shared/model/sheets';
import { useTroubles } from '../../app/troubles.tsx';
import { errorWords } from '../../kit/index.ts';
import type { DraftSession } from '../../sync/draftSession.ts';
import { JsonEditor } from './JsonEditor.tsx';

export interface JsonTermProps {
  readonly draft: DraftSession;
  readonly sheet: SheetId;
  readonly rowId: string;
}

export function JsonTerm({ draft, sheet, rowId }: JsonTermProps) {
  const troubles = useTroubles();
  const key = sheet === 'terms' ? draft.value(sheet, rowId, 'key') : null;
  const name = key === null ? null : jsonTermName(key);
  if (key === null || name === null) return null;
  const written = draft.value(sheet, rowId, 'value');
  const says = JSON_MEMBERS.find(({ member }) => key.startsWith(`model.version.${member}.`))?.says;
  const write = async (canonical: string) => {
    try {
      const outcome = await draft.edit([{ sheet, rowId, field: 'value', typed: canonical }]);
      const reason = outcome.denied ?? outcome.invalid[0]?.reason ?? null;
      if (reason !== null) troubles.report(reason);
      return reason === null;
    } catch (error) {
      troubles.report(errorWords(error));
      return false;
    }
  };
  return (
    <div className="section json-term" data-testid="json-term">
      <h3>{name}</h3>
      {says !== undefined && <p className="muted small">{says}</p>}
      <JsonEditor
        key={rowId}
        place={`${draft.draftId}/terms/${rowId}`}
        termKey={key}
        start={indented(written ?? '')}
        written={written}
        action="Write it"
        denial={draft.editDenial()}
        onWrite={write}
      />
    </div>
  );
}

/** The same JSON over several lines; what is no JSON stays as it is. */
function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}
