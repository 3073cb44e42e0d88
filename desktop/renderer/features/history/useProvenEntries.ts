// Recomputes, on this computer, that each listed entry stands in the log under the last verified checkpoint. Works in the background,
// a few proofs at a time; a row has its tick only after its own proof led to the root.
import type { LogEntry } from '@countersign/shared/protocol/api';
import { useEffect, useRef, useState } from 'react';
import { useEngine } from '../../app/engineContext.tsx';
import { isIncluded, type TrustedCheckpoint } from './verifyEntry.ts';

const AT_ONCE = 4;

/** true: proved; false: the proof fails; absent: not checked yet, or newer than the checkpoint. */
export type Proven = ReadonlyMap<string, boolean>;

export function useProvenEntries(entries: readonly LogEntry[], checkpoint: TrustedCheckpoint | null): Proven {
  const engine = useEngine();
  const [proven, setProven] = useState<Proven>(new Map());
  const held = useRef<{ root: string; answers: Map<string, boolean> }>({ root: '', answers: new Map() });
  useEffect(() => {
    if (checkpoint === null) return;
    if (held.current.root !== checkpoint.rootHash) held.current = { root: checkpoint.rootHash, answers: new Map() };
    const { answers } = held.current;
    const open = entries.filter((entry) => BigInt(entry.index) < BigInt(checkpoint.size) && !answers.has(entry.index));
    let current = true;
    const worker = async () => {
      for (let entry = open.shift(); entry !== undefined && current; entry = open.shift()) {
        try {
          const proof = await engine.api.inclusion(Number(entry.index), checkpoint.size);
          answers.set(entry.index, isIncluded(entry.index, entry.leafHash, checkpoint, proof));
        } catch {
          // The server was not reached or may not answer: the row stays without a tick and is asked again with the next list.
          return;
        }
        if (current) setProven(new Map(answers));
      }
    };
    void Promise.all(Array.from({ length: AT_ONCE }, worker));
    return () => {
      current = false;
    };
  }, [engine, entries, checkpoint]);
  return proven;
}
