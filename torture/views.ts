// Dishonest servers against the client's own verifier. Owns the meetings of the two; a lie that goes through is a finding, and so is an
// honest history that is distrusted.
import 'fake-indexeddb/auto';
import { toHex } from '@countersign/shared/history';
import { openDatabase, type WorkspaceDatabase } from '../desktop/renderer/storage/index.ts';
import { systemRuntime } from '../desktop/renderer/sync/runtime.ts';
import { HistoryDistrusted, Verifier } from '../desktop/renderer/sync/verification.ts';
import type { Random } from '../sim/random.ts';
import { type Answers, DishonestServer, LIES, type Lie, newLeaf, ORIGIN } from './dishonestServer.ts';

export interface ViewFigures {
  /** Lies told. */
  told: number;
  undetected: number;
  /** Honest histories told, and those that were distrusted. */
  honest: number;
  distrusted: number;
  readonly problems: string[];
}

export const noViews = (): ViewFigures => ({ told: 0, undetected: 0, honest: 0, distrusted: 0, problems: [] });

const MOST_ENTRIES = 300;

/** [TORT-6] Tells clients lies, each kind in turn, until `wanted` were told; every client also hears an honest history first. */
export async function tellLies(random: Random, wanted: number, figures: ViewFigures): Promise<void> {
  for (let i = 0; figures.told < wanted; i += 1) {
    const lie = LIES[i % LIES.length];
    if (lie !== undefined) await meet(lie, random.fork(`meeting ${i}`), i, figures);
  }
}

async function meet(lie: Lie, random: Random, number: number, figures: ViewFigures): Promise<void> {
  const server = new DishonestServer(random);
  const client = await ClientMemory.open(server.vkey, number);
  try {
    let leaves = Array.from({ length: random.int(2, MOST_ENTRIES) }, newLeaf);
    const own = random.int(0, leaves.length);
    // The client knows this entry from its acknowledgement; no checkpoint covered it then, in the case of a withheld one.
    const proveLater = lie === 'withheldEntry';
    if (!proveLater) await client.acknowledged(own, leaves[own] ?? newLeaf());
    await client.hear(server.answers(leaves, leaves, null), await server.sign(leaves));
    const grown = [...leaves, ...Array.from({ length: random.int(1, 30) }, newLeaf)];
    await client.hear(server.answers(grown, grown, null), await server.sign(grown));
    figures.honest += 2;
    if (client.distrust !== null) {
      figures.distrusted += 1;
      figures.problems.push(`meeting ${number}: an honest history was distrusted: ${client.distrust}`);
      return;
    }
    leaves = grown;
    if (proveLater) {
      const late = newLeaf();
      await client.acknowledged(leaves.length, late);
      const without = [...leaves, newLeaf(), newLeaf()];
      await client.hear(server.answers(without, leaves, lie), await server.sign(without, lie));
    } else {
      const told = server.told(lie, leaves, own);
      await client.hear(server.answers(told, leaves, lie), await server.sign(told, lie));
    }
    figures.told += 1;
    if (client.distrust === null) {
      figures.undetected += 1;
      figures.problems.push(`meeting ${number}: the lie ${lie} went through`);
    }
  } finally {
    await client.remove();
  }
}

/** The client's verifier over a database of its own. */
class ClientMemory {
  readonly #db: WorkspaceDatabase;
  readonly #verifier: Verifier;
  #answers: Answers | null = null;

  private constructor(db: WorkspaceDatabase, vkey: string) {
    this.#db = db;
    const ask = (): Answers => {
      if (this.#answers === null) throw new Error('nobody answers yet');
      return this.#answers;
    };
    this.#verifier = new Verifier({
      db,
      api: {
        consistency: (from, to) => ask().consistency(from, to),
        inclusion: (index, size) => ask().inclusion(index, size),
        checkpoint: () => ask().checkpoint(),
      },
      workspace: { logOrigin: ORIGIN, vkey },
      runtime: systemRuntime,
    });
  }

  static async open(vkey: string, number: number): Promise<ClientMemory> {
    const db = await openDatabase(`torture-${process.pid}-${number}`);
    const memory = new ClientMemory(db, vkey);
    await memory.#verifier.load();
    return memory;
  }

  get distrust(): string | null {
    return this.#verifier.distrust;
  }

  /** The server said that an entry of this client is stored there. */
  async acknowledged(index: number, leaf: Uint8Array): Promise<void> {
    await this.#db.unproved.put({ index, leafHash: toHex(leaf), draftId: 'v-torture00001' });
  }

  async hear(answers: Answers, note: string): Promise<void> {
    this.#answers = answers;
    try {
      await this.#verifier.accept(note);
    } catch (error) {
      if (!(error instanceof HistoryDistrusted)) throw error;
    }
  }

  async remove(): Promise<void> {
    await this.#db.delete();
  }
}
