// The order of the list as the person left it on this computer. Owns keeping it; what an order means is rowOrder.ts's.
import { useState } from 'react';
import { useEngine } from '../../app/engineContext.tsx';
import { useTroubles } from '../../app/troubles.tsx';
import { errorWords } from '../../kit/index.ts';
import { LAST_CHANGED_FIRST, type RowOrder, readOrder } from './rowOrder.ts';

const KEY = 'home:order';

export function useRowOrder(): readonly [RowOrder, (order: RowOrder) => void] {
  const engine = useEngine();
  const troubles = useTroubles();
  const [order, setOrder] = useState<RowOrder>(() => readOrder(engine.preference(KEY)) ?? LAST_CHANGED_FIRST);
  const choose = (chosen: RowOrder): void => {
    setOrder(chosen);
    engine.keepPreference(KEY, chosen).catch((error: unknown) => troubles.report(errorWords(error)));
  };
  return [order, choose];
}
