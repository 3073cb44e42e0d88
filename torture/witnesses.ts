// A dishonest server between three witnesses: it shows two histories that part, to whom and in what order it likes. Owns the meetings and the
// judgement; the witnesses are the product's, with a memory on disk. What a client finds out by itself is views.ts's.
import {
  formatAddCheckpoint,
  openCosigned,
  parseVkey,
  parseWitnessPolicy,
  type WitnessPolicy,
  withCosignatures,
} from '@countersign/shared/history';
import type { Random } from '../sim/random.ts';
import { nodeEd25519 } from '../sync-server/history/index.ts';
import { Witness, type WitnessKey, witnessKey } from '../sync-server/witness/witnessServer.ts';
import { DishonestServer, newLeaf, treeOf } from './dishonestServer.ts';
import { type PartOutcome, withProgress } from './part.ts';

export interface SplitFigures {
  /** Meetings in which two histories were shown, and those in which the server was honest. */
  splits: number;
  honest: number;
  /** Requests for a second history at a witness that had cosigned the first, and those that it cosigned. */
  exchanges: number;
  cosignedTwice: number;
  /** Meetings in which both histories had a quorum. */
  undetected: number;
  /** Honest histories without a quorum. */
  distrusted: number;
  readonly problems: string[];
}

export const noSplits = (): SplitFigures => ({
  splits: 0,
  honest: 0,
  exchanges: 0,
  cosignedTwice: 0,
  undetected: 0,
  distrusted: 0,
  problems: [],
});

type Side = 'one' | 'other';
type Leaves = readonly Uint8Array[];

const NAMES = ['A', 'B', 'C'] as const;
const HONEST = 0.2;
const MOST_COMMON = 100;
const MOST_OWN = 30;
const BENT = 0.1;
const RESTARTS = 0.15;

/** [TORT-13] Meets three witnesses anew until `wanted` splits were tried. `make` may give witnesses that do not judge, for a test of this. */
export async function splitBetweenWitnesses(
  folder: string,
  random: Random,
  wanted: number,
  figures: SplitFigures,
  make = (place: string, key: WitnessKey, log: string): Answering => new Witness(place, key, [log]),
): Promise<void> {
  for (let number = 0; figures.splits < wanted; number += 1) {
    const meeting = new Meeting(`${folder}/meeting${number}`, random.fork(`meeting ${number}`), make);
    const before = figures.problems.length;
    await meeting.run(figures);
    for (let i = before; i < figures.problems.length; i += 1)
      figures.problems[i] = `meeting ${number}: ${figures.problems[i]}`;
  }
}

type Answering = Pick<Witness, 'answer'>;

/** One witness with what it said. */
interface Guest {
  readonly name: string;
  readonly key: WitnessKey;
  readonly folder: string;
  witness: Answering;
  /** As far as the server was told. */
  size: number;
  /** Which history it has cosigned beyond the common beginning. */
  side: Side | null;
  readonly lines: Record<Side, string[]>;
}

class Meeting {
  readonly #server: DishonestServer;
  readonly #random: Random;
  readonly #guests: readonly Guest[];
  readonly #policy: WitnessPolicy;
  readonly #make: (folder: string, key: WitnessKey, log: string) => Answering;
  readonly #isHonest: boolean;
  readonly #common: number;
  readonly #histories: Readonly<Record<Side, Leaves>>;

  constructor(folder: string, random: Random, make: (folder: string, key: WitnessKey, log: string) => Answering) {
    this.#random = random;
    this.#make = make;
    this.#isHonest = random.chance(HONEST);
    this.#server = new DishonestServer(random);
    this.#guests = NAMES.map((name) => {
      const place = `${folder}/${name}`;
      const key = witnessKey(place, `witness.example/${name}`);
      const witness = make(place, key, this.#server.vkey);
      return { name, key, folder: place, witness, size: 0, side: null, lines: { one: [], other: [] } };
    });
    const witnesses = this.#guests.map(({ name, key }) => `witness ${name} ${key.vkey}\n`);
    this.#policy = parseWitnessPolicy(`${witnesses.join('')}group two 2 ${NAMES.join(' ')}\nquorum two\n`);
    const leaves = (most: number): Uint8Array[] => Array.from({ length: random.int(1, most + 1) }, newLeaf);
    const common = leaves(MOST_COMMON);
    this.#common = common.length;
    this.#histories = { one: [...common, ...leaves(MOST_OWN)], other: [...common, ...leaves(MOST_OWN)] };
  }

  async run(figures: SplitFigures): Promise<void> {
    const sides: readonly Side[] = this.#isHonest ? ['one'] : ['one', 'other'];
    if (this.#random.chance(0.5))
      for (const guest of this.#guests) await this.#ask(guest, 'one', this.#common, figures);
    for (let left = this.#random.int(0, 12); left > 0; left -= 1) {
      const guest = this.#random.pick(this.#guests);
      const side = this.#random.pick(sides);
      if (guest === undefined || side === undefined) continue;
      if (this.#random.chance(RESTARTS)) guest.witness = this.#make(guest.folder, guest.key, this.#server.vkey);
      await this.#ask(guest, side, this.#random.int(1, this.#histories[side].length + 1), figures);
    }
    // In the end everybody is asked for everything, in an order that suits the server.
    const last = this.#guests.flatMap((guest) => sides.map((side) => ({ guest, side })));
    for (const { guest, side } of this.#random.shuffled(last))
      await this.#ask(guest, side, this.#histories[side].length, figures);
    await this.#judge(figures);
  }

  /** Asks for a cosignature of the first `size` entries of a history, with the best proof there is, or a made-up one. */
  async #ask(guest: Guest, side: Side, size: number, figures: SplitFigures): Promise<void> {
    const told = this.#histories[side].slice(0, size);
    const isBeyond = size > this.#common;
    const isSecond = isBeyond && guest.side !== null && guest.side !== side;
    if (isSecond) figures.exchanges += 1;
    const note = await this.#server.sign(told);
    const olds = [guest.size, this.#random.int(0, size + 1), this.#common, 0];
    // Who is told that it is elsewhere asks again from there, and from wherever else it might pass.
    for (const old of isSecond || this.#random.chance(0.3) ? olds : olds.slice(0, 1)) {
      const { status, text } = await guest.witness.answer(
        formatAddCheckpoint({ oldSize: BigInt(old), proof: this.#proof(told, old), note }),
      );
      const held = status === 409 ? /^(\d+)\n$/.exec(text)?.[1] : undefined;
      if (held !== undefined) guest.size = Number(held);
      if (status !== 200) continue;
      guest.size = size;
      if (isSecond) {
        figures.cosignedTwice += 1;
        figures.problems.push(`witness ${guest.name} cosigned two histories that part at entry ${this.#common}`);
      }
      if (isBeyond) guest.side = side;
      if (size === this.#histories[side].length) guest.lines[side].push(text);
      return;
    }
  }

  #proof(told: Leaves, old: number): Uint8Array[] {
    if (old === 0 || old >= told.length) return [];
    const proof = treeOf(told).consistencyProof(old, told.length);
    if (this.#isHonest || proof.length === 0 || !this.#random.chance(BENT)) return proof;
    const i = this.#random.int(0, proof.length);
    return proof.with(i, newLeaf());
  }

  /** Both histories as an auditor with the policy judges them; the server adds every line that it can get or make up. */
  async #judge(figures: SplitFigures): Promise<void> {
    const met: Side[] = [];
    for (const side of ['one', 'other'] as const) {
      const note = await this.#server.sign(this.#histories[side]);
      const stolen = this.#guests.flatMap(({ lines }) => lines[side === 'one' ? 'other' : 'one']);
      const forged = this.#guests
        .map(({ lines }) => lines[side].at(-1) ?? '')
        .map((line) => line.replace(/.=?\n$/, 'A\n'));
      const lines = [...stolen, ...forged, ...this.#guests.flatMap(({ lines: own }) => own[side])];
      const full = await withCosignatures(note, lines, this.#policy, nodeEd25519);
      if ((await openCosigned(full, parseVkey(this.#server.vkey), [this.#policy], nodeEd25519)).met) met.push(side);
    }
    if (this.#isHonest) {
      figures.honest += 1;
      if (met.join() === 'one') return;
      figures.distrusted += 1;
      figures.problems.push('an honest history has no quorum');
      return;
    }
    figures.splits += 1;
    if (met.length < 2) return;
    figures.undetected += 1;
    figures.problems.push('two histories that part have a quorum each');
  }
}

/** The part of `npm run torture`; nothing is run for no splits. */
export async function witnessesPart(folder: string, wanted: number, random: Random): Promise<PartOutcome> {
  const figures = noSplits();
  await withProgress(
    () => `${figures.splits} of ${wanted} splits between witnesses`,
    splitBetweenWitnesses(folder, random, wanted, figures),
  );
  const { splits, honest, exchanges, cosignedTwice, undetected, distrusted, problems } = figures;
  return {
    line: `${splits} splits between 3 witnesses, ${undetected} undetected`,
    note: [
      `witnesses: ${exchanges} requests for a second history, ${cosignedTwice} cosigned; ${honest} honest histories, ${distrusted} without a quorum.`,
    ],
    found: problems,
  };
}
