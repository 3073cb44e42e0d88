// Local data that is full, deleted, damaged, or shared by two windows, under the real client engine in the simulator. Owns one run and its
// figures; what goes wrong is `localKinds.ts`, what must hold `localLedger.ts`.
import '../sim/platform.ts';
import { NeverEnds, Patience } from '../sim/patience.ts';
import { Random } from '../sim/random.ts';
import { LOCAL_KINDS, type LocalKind } from './localKinds.ts';
import { Scene } from './localScene.ts';

export interface LocalFigures {
  runs: number;
  /** Values that people typed at any computer. */
  typed: number;
  /** Values that went into a file that was saved, and values of whose loss a window had told. */
  exported: number;
  told: number;
  readonly problems: string[];
}

export const noLocal = (): LocalFigures => ({ runs: 0, typed: 0, exported: 0, told: 0, problems: [] });

/** [TORT-14] One run of one kind. A run that does not end is a problem as well. */
export async function breakLocalData(kind: LocalKind, seed: number, figures: LocalFigures): Promise<void> {
  const { windows, go } = LOCAL_KINDS[kind];
  const scene = await Scene.make(seed, windows(new Random(`windows ${seed}`)));
  const run = async (): Promise<readonly string[]> => {
    await go(scene);
    return scene.finish();
  };
  try {
    const problems = await new Patience()
      .during(run(), () => scene.doing)
      .catch((error: unknown) => {
        if (error instanceof NeverEnds) return [`it ${error.message}`, ...scene.ledger.problems];
        throw error;
      });
    figures.runs += 1;
    figures.typed += scene.ledger.typed.length;
    figures.exported += scene.ledger.exported;
    figures.told += scene.ledger.told;
    for (const text of new Set(problems)) figures.problems.push(`${kind}, seed ${seed}: ${text}`);
  } finally {
    await scene.remove();
  }
}
