// The parts that run in the simulator, which takes the platform over: a process of its own for them. Owns the task and its answer;
// started by simulatedParts.ts.
import { breakLocalData, type LocalFigures, noLocal } from './localData.ts';
import type { LocalKind } from './localKinds.ts';
import { mixVersions, noSkew, type SkewFigures } from './skew.ts';
import { type SoakFigures, soak } from './soak.ts';

export type SimulatedTask =
  | { readonly kind: 'soak'; readonly seed: number; readonly devices: number; readonly edits: number }
  | { readonly kind: 'skew'; readonly seed: number; readonly schedules: number; readonly every: number }
  | {
      readonly kind: 'local';
      readonly what: LocalKind;
      readonly seed: number;
      readonly runs: number;
      readonly every: number;
    };

export type SimulatedAnswer =
  | { readonly kind: 'soak'; readonly figures: SoakFigures }
  | { readonly kind: 'skew'; readonly figures: SkewFigures }
  | { readonly kind: 'local'; readonly figures: LocalFigures };

async function run(task: SimulatedTask): Promise<SimulatedAnswer> {
  if (task.kind === 'soak') return { kind: 'soak', figures: await soak(task.seed, task.devices, task.edits) };
  if (task.kind === 'local') {
    // Dexie writes there what the app says in words.
    console.warn = () => undefined;
    const figures = noLocal();
    for (let i = 0; i < task.runs; i += task.every) await breakLocalData(task.what, task.seed + i, figures);
    return { kind: 'local', figures };
  }
  const figures = noSkew();
  for (let i = 0; i < task.schedules; i += task.every) await mixVersions(task.seed + i, figures);
  return { kind: 'skew', figures };
}

if (process.send !== undefined && process.argv[2] === 'simulated') {
  process.on('disconnect', () => process.exit());
  process.on('message', (task: SimulatedTask) => {
    run(task).then(
      (answer) => process.send?.(answer, undefined, undefined, () => process.disconnect()),
      (error: unknown) => {
        process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
        process.exit(1);
      },
    );
  });
}
