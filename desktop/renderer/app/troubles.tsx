// Failures that belong to no single place, shown as a strip under the top of the window until they are read.
import { createContext, type ReactNode, useContext, useMemo, useState } from 'react';
import { ErrorNotice } from '../kit/index.ts';

interface Troubles {
  report(text: string): void;
}

const TroublesContext = createContext<Troubles>({ report: () => undefined });

export function useTroubles(): Troubles {
  return useContext(TroublesContext);
}

export function TroublesProvider({ children }: { readonly children: ReactNode }) {
  const [texts, setTexts] = useState<readonly string[]>([]);
  const troubles = useMemo<Troubles>(
    () => ({ report: (text) => setTexts((known) => (known.includes(text) ? known : [...known, text])) }),
    [],
  );
  return (
    <TroublesContext.Provider value={troubles}>
      <div className="troubles">
        {texts.map((text) => (
          <ErrorNotice
            key={text}
            actions={[{ text: 'Close', onClick: () => setTexts((known) => known.filter((other) => other !== text)) }]}
          >
            {text}
          </ErrorNotice>
        ))}
      </div>
      {children}
    </TroublesContext.Provider>
  );
}
