// Changes of others, said politely and in batches: one sentence at most every five seconds (LOOK.md "Access").
import { SHEETS, type SheetId } from '@countersign/shared/model/sheets';
import { useCallback, useEffect, useRef } from 'react';
import { countOf } from '../../kit/index.ts';
import { announced, useAppDispatch } from '../../store/index.ts';

const BATCH_MS = 5_000;

export function useRemoteWords(sheet: SheetId): (rows: number) => void {
  const dispatch = useAppDispatch();
  const held = useRef({ rows: 0, timer: undefined as ReturnType<typeof setTimeout> | undefined });
  useEffect(() => () => clearTimeout(held.current.timer), []);
  return useCallback(
    (rows: number) => {
      held.current.rows += rows;
      if (held.current.timer !== undefined) return;
      held.current.timer = setTimeout(() => {
        const total = held.current.rows;
        held.current = { rows: 0, timer: undefined };
        dispatch(announced(`Others changed ${countOf(total, 'row')} in ${SHEETS[sheet].label}.`));
      }, BATCH_MS);
    },
    [dispatch, sheet],
  );
}
