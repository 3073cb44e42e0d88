// Values that met in one cell without having seen each other, each with its author and time, and a button to keep it; the same for a row
// that some removed and others did not.
import { WarningSign } from '@blueprintjs/icons';
import { ROW_FIELD } from '@countersign/shared/protocol';
import { useSession } from '../../app/engineContext.tsx';
import { useTroubles } from '../../app/troubles.tsx';
import { useAct } from '../../app/useAct.ts';
import type { GridColumn } from '../../grid/sheetColumns.ts';
import type { SheetModel } from '../../grid/sheetModel.ts';
import { Action, Avatar, whenText } from '../../kit/index.ts';
import type { Contest, DraftSession } from '../../sync/draftSession.ts';

const COUNTS = ['', '', 'Two', 'Three', 'Four', 'Five', 'Six'];

interface ClaimWords {
  readonly text: string;
  /** The button, and what it is called beside others like it. */
  readonly act: string;
  readonly label: string;
}

function claimWords(model: SheetModel, column: GridColumn, { field }: Contest, value: string | null): ClaimWords {
  if (field === ROW_FIELD.dead) {
    const act = value === '1' ? 'Remove the row' : 'Keep the row';
    return { text: value === '1' ? 'Row removed' : 'Row kept', act, label: act };
  }
  const text = value === null ? 'Blank' : model.textOf(column, value);
  return { text, act: 'Keep', label: `Keep ${text}` };
}

export interface ContestedValuesProps {
  readonly draft: DraftSession;
  readonly model: SheetModel;
  readonly column: GridColumn;
  readonly contest: Contest;
}

export function ContestedValues({ draft, model, column, contest }: ContestedValuesProps) {
  const session = useSession();
  const troubles = useTroubles();
  const { busy, act } = useAct();
  const denial = draft.editDenial();
  const keep = (value: string | null) =>
    act(async () => {
      const outcome = await draft.choose(contest, value);
      if (outcome.denied !== null) troubles.report(outcome.denied);
    });
  const count = contest.values.length;
  return (
    <div className="section">
      <h3 className="warn">
        <WarningSign size={12} />
        {contest.field === ROW_FIELD.dead
          ? 'Row removed and kept, apart'
          : `${COUNTS[count] ?? count} values, written apart`}
      </h3>
      {contest.values.map((write) => {
        const self = write.userId === session?.user.id;
        const { text, act, label } = claimWords(model, column, contest, write.value);
        return (
          <div className="option" key={`${write.index}:${write.deviceId}`}>
            <div className="row gap-2">
              <Avatar userId={write.userId} name={write.userName} self={self} small />
              <span className="strong">{text}</span>
              <span className="grow" />
              <Action
                small
                text={act}
                label={label}
                denied={busy ? 'The choice is being written.' : denial}
                onClick={() => void keep(write.value)}
              />
            </div>
            <div className="muted small">
              {self ? 'You' : write.userName}, {whenText(write.at)}, entry {write.index}.
            </div>
          </div>
        );
      })}
      <p className="muted micro contest-note">
        {count === 2 ? 'Both' : 'All'} stay in the history. The draft can be submitted once one is chosen.
      </p>
    </div>
  );
}
