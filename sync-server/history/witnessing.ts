// Asks the witnesses of the workspace's policy to cosign its checkpoints (C2SP tlog-witness). Owns the requests and the newest
// checkpoint that a quorum cosigned; must not decide what needs one.
import {
  formatAddCheckpoint,
  fromHex,
  indexOfKeyChange,
  isQuorum,
  openCosigned,
  type PolicyWitness,
  type WitnessPolicy,
  withCosignatures,
} from '@countersign/shared/history';
import type { Storage, StoredCheckpoint } from '../storage/index.ts';
import type { Log } from '../telemetry/index.ts';
import type { History } from './history.ts';
import { nodeEd25519 } from './nativeCrypto.ts';

const META = 'witnessed';
const ANSWER_MS = 10_000;
/** A quorum that was not reached is asked for again after this long, also when nothing is written meanwhile. */
const AGAIN_MS = 15_000;
/** Rounds of asking for one checkpoint that somebody waits for. */
const ROUNDS = 3;
const MOST_ANSWER = 64 * 1024;
/** Of what a witness answers, so much is told: the size that it holds. */
const MOST_QUOTED = 20;

/** No quorum cosigned a checkpoint that covers the entry; the text says who did not answer and why. */
export class NotWitnessed extends Error {
  override readonly name = 'NotWitnessed';
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

export interface WitnessingOptions {
  /** null where the workspace asks for no witnesses: then everything counts as witnessed. */
  readonly policy: WitnessPolicy | null;
  readonly history: History;
  readonly storage: Storage;
  readonly log: Log;
  readonly fetch?: typeof fetch;
}

export class Witnessing {
  readonly #options: WitnessingOptions;
  readonly #fetch: typeof fetch;
  /** Size that each witness cosigned last, as far as is known. */
  readonly #sizes = new Map<string, number>();
  readonly #faults = new Map<string, string>();
  #witnessed: StoredCheckpoint | null;
  #asking: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;
  #stop: () => void = () => undefined;
  /** When a checkpoint first missed its quorum (milliseconds that only grow); null once one has it. */
  #lackingSince: number | null = null;

  private constructor(options: WitnessingOptions, witnessed: StoredCheckpoint | null) {
    this.#options = options;
    this.#fetch = options.fetch ?? fetch;
    this.#witnessed = witnessed;
  }

  /** Reads what was cosigned before, and follows the log's checkpoints. */
  static async start(options: WitnessingOptions): Promise<Witnessing> {
    const kept = await options.storage.meta(META);
    const witnessing = new Witnessing(options, kept === null ? null : (JSON.parse(kept) as StoredCheckpoint));
    await witnessing.#dropUnfit();
    if (options.policy !== null) {
      witnessing.#stop = options.history.checkpoints.onPublished(() => void witnessing.#askQuietly());
      void witnessing.#askQuietly();
    }
    return witnessing;
  }

  /** The newest checkpoint with a quorum's cosignatures; null before the first, or where none is asked for. */
  get witnessed(): StoredCheckpoint | null {
    return this.#options.policy === null ? null : this.#witnessed;
  }

  /** Seconds for which checkpoints have been without the quorum that the policy asks for; 0 while they have it. */
  get lackingSeconds(): number {
    return this.#lackingSince === null ? 0 : (performance.now() - this.#lackingSince) / 1000;
  }

  get isDemanded(): boolean {
    return this.#options.policy !== null;
  }

  /**
   * [WIT-2] The newest checkpoint that covers an entry and has what the policy asks for.
   * @throws NotWitnessed
   */
  async covering(index: number): Promise<StoredCheckpoint> {
    const { history, policy } = this.#options;
    for (let round = 0; ; round += 1) {
      const known = policy === null ? history.checkpoint() : this.#witnessed;
      if (known !== null && known.size > index) return known;
      if ((history.checkpoint()?.size ?? 0) <= index) await history.checkpoints.publish();
      else if (policy === null || round >= ROUNDS) throw this.#notWitnessed();
      if (policy !== null) await this.#ask();
      else if (round >= ROUNDS) throw new NotWitnessed('No signed checkpoint covers the entry yet.');
    }
  }

  close(): void {
    this.#stop();
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #notWitnessed(): NotWitnessed {
    const faults = [...this.#faults].map(([name, fault]) => `${name} ${fault}`);
    const why = faults.length === 0 ? 'Not enough witnesses have an address in the policy.' : `${faults.join('; ')}.`;
    return new NotWitnessed(`This workspace acts on history that a quorum of witnesses has seen. ${why}`);
  }

  /** A quorum of an older policy is none of this one. */
  async #dropUnfit(): Promise<void> {
    const { policy, history } = this.#options;
    if (this.#witnessed === null || policy === null) return;
    try {
      const { met } = await openCosigned(this.#witnessed.note, history.keys.vkey, [policy], nodeEd25519);
      if (!met) this.#witnessed = null;
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      this.#witnessed = null;
    }
  }

  #askQuietly(): Promise<void> {
    return this.#ask().catch((error: unknown) => this.#options.log.error('witnesses could not be asked', error));
  }

  /** Asks for the newest checkpoint; who comes while that is under way waits for the round after it. */
  async #ask(): Promise<void> {
    while (this.#asking !== null) await this.#asking;
    this.#asking = this.#askAll();
    try {
      await this.#asking;
    } finally {
      this.#asking = null;
    }
  }

  async #askAll(): Promise<void> {
    const { policy, history, storage } = this.#options;
    const checkpoint = history.checkpoint();
    if (policy === null || checkpoint === null || checkpoint.size <= (this.#witnessed?.size ?? 0)) return;
    const answers = await Promise.all(policy.witnesses.map((witness) => this.#askOne(witness, checkpoint)));
    const note = await withCosignatures(checkpoint.note, answers.flat(), policy, nodeEd25519);
    const { witnesses } = await openCosigned(note, history.keys.vkey, [policy], nodeEd25519);
    if (isQuorum(policy, new Set(witnesses))) {
      const witnessed = { size: checkpoint.size, note };
      await storage.setMeta(META, JSON.stringify(witnessed));
      this.#witnessed = witnessed;
      this.#reached();
      return;
    }
    this.#lacks();
    if (this.#timer === null) {
      this.#timer = setTimeout(() => {
        this.#timer = null;
        void this.#askQuietly();
      }, AGAIN_MS);
      this.#timer.unref();
    }
  }

  /** [WIT-6] Says once that the quorum is missing, and who is; nobody can approve or export meanwhile. */
  #lacks(): void {
    if (this.#lackingSince !== null) return;
    this.#lackingSince = performance.now();
    const reason = [...this.#faults].map(([name, fault]) => `${name} ${fault}`).join('; ');
    this.#options.log.warn('no quorum of witnesses has cosigned; nothing is approved or exported until one has', {
      reason,
    });
  }

  #reached(): void {
    if (this.#lackingSince === null) return;
    this.#lackingSince = null;
    this.#options.log.info('a quorum of witnesses has cosigned again');
  }

  /** Signature lines of one witness; none when it did not cosign, with the reason kept. */
  async #askOne(witness: PolicyWitness, checkpoint: StoredCheckpoint): Promise<string[]> {
    const { name, url } = witness;
    if (url === undefined) {
      this.#faults.set(name, 'has no address in the policy');
      return [];
    }
    try {
      let answer = await this.#postFrom(url, this.#sizes.get(name) ?? 0, checkpoint);
      if (answer.status === 403 && (await this.#introduce(url))) answer = await this.#postFrom(url, 0, checkpoint);
      if (answer.status === 409) {
        this.#faults.set(
          name,
          `has seen another history (it answered 409 with ${answer.text.trim().slice(0, MOST_QUOTED)})`,
        );
        return [];
      }
      if (answer.status !== 200) {
        this.#faults.set(name, `answered ${answer.status}`);
        return [];
      }
      this.#sizes.set(name, checkpoint.size);
      this.#faults.delete(name);
      return answer.text.split(/(?<=\n)/);
    } catch (error) {
      this.#faults.set(name, `could not be reached (${error instanceof Error ? error.message : String(error)})`);
      return [];
    }
  }

  /** Asks for a cosignature; a witness that is elsewhere says where, and is asked from there. */
  async #postFrom(url: string, oldSize: number, checkpoint: StoredCheckpoint): Promise<Answer> {
    const answer = await this.#post(url, oldSize, checkpoint);
    const size = answer.status === 409 ? /^(0|[1-9]\d{0,14})\n$/.exec(answer.text)?.[1] : undefined;
    if (size === undefined || Number(size) > checkpoint.size) return answer;
    return this.#post(url, Number(size), checkpoint);
  }

  /**
   * [WIT-5] Shows a witness that does not know the log's key how it was changed: it cosigns the checkpoint that both keys signed, and takes
   * the new key for the old one. False when it took none.
   */
  async #introduce(url: string): Promise<boolean> {
    let taken = false;
    for (const change of await this.#options.history.keyChanges()) {
      const size = indexOfKeyChange(change) + 1;
      const cosigned = await this.#postFrom(url, 0, { size, note: change.checkpoint });
      if (cosigned.status !== 200) continue;
      taken = (await this.#send(url, 'add-key-change', JSON.stringify(change))).status === 200 || taken;
    }
    return taken;
  }

  async #post(url: string, oldSize: number, checkpoint: StoredCheckpoint): Promise<Answer> {
    const { history } = this.#options;
    const proof =
      oldSize === 0 || oldSize === checkpoint.size
        ? []
        : history.consistencyProof(oldSize, checkpoint.size).map(fromHex);
    const body = formatAddCheckpoint({ oldSize: BigInt(oldSize), proof, note: checkpoint.note });
    return this.#send(url, 'add-checkpoint', body);
  }

  async #send(url: string, path: string, body: string): Promise<Answer> {
    const answer = await this.#fetch(`${url.replace(/\/$/, '')}/${path}`, {
      method: 'POST',
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    return { status: answer.status, text: (await answer.text()).slice(0, MOST_ANSWER) };
  }
}
