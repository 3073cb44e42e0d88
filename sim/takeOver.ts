// Puts the platform's time, chance and threads of this process under the seed while a schedule runs. Owns the replacing and the giving
// back; nothing else in sim/ may touch a global.
import nodeCrypto, { type KeyObject } from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { verifyEd25519 } from '../sync-server/history/index.ts';
import type { SimClock } from './clock.ts';
import { fillRandom } from './platform.ts';
import type { Random } from './random.ts';

type Undo = () => void;

/** Sets a property of an object for a while. */
function replace(target: object, name: string, value: unknown): Undo {
  const before = Object.getOwnPropertyDescriptor(target, name);
  Object.defineProperty(target, name, { value, configurable: true, writable: true });
  return () => {
    if (before === undefined) Reflect.deleteProperty(target, name);
    else Object.defineProperty(target, name, before);
  };
}

class SimTimer {
  readonly id: number;
  constructor(id: number) {
    this.id = id;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
  hasRef(): boolean {
    return true;
  }
}

function timers(clock: SimClock): Undo[] {
  const start =
    (repeat: boolean) =>
    (callback: (...args: unknown[]) => void, ms = 0, ...args: unknown[]): SimTimer =>
      new SimTimer(clock.add(ms, () => callback(...args), repeat));
  const stop = (timer: unknown): void => {
    if (timer instanceof SimTimer) clock.cancel(timer.id);
  };
  return [
    replace(globalThis, 'setTimeout', start(false)),
    replace(globalThis, 'setInterval', start(true)),
    replace(globalThis, 'clearTimeout', stop),
    replace(globalThis, 'clearInterval', stop),
  ];
}

/** Random bytes of the server and of shared code. */
function chance(random: Random): Undo[] {
  fillRandom((view) => {
    if (view !== null) random.fill(new Uint8Array(view.buffer as ArrayBuffer, view.byteOffset, view.byteLength));
    return view;
  });
  const undo = [
    replace(nodeCrypto, 'randomBytes', (length: number) => Buffer.from(random.bytes(length))),
    replace(nodeCrypto, 'randomInt', (from: number, to: number) => random.int(from, to)),
  ];
  syncBuiltinESMExports();
  return [...undo, () => syncBuiltinESMExports(), () => fillRandom(null)];
}

/** WebCrypto answers from other threads, whenever they are done; the same answers are given at once. */
function signatures(): Undo[] {
  const { subtle } = globalThis.crypto;
  return [
    replace(subtle, 'importKey', async (_format: string, bytes: Uint8Array) => bytes),
    replace(subtle, 'verify', async (_name: string, key: Uint8Array, signature: Uint8Array, message: Uint8Array) =>
      verifyEd25519(key, message, signature),
    ),
  ];
}

/** A message with what its signature was judged to be. */
interface Judged {
  readonly message: Buffer;
  readonly verdict: boolean;
}
/** By key and signature. */
type Verdicts = Map<string, readonly Judged[]>;

/** Judged while the beginning of all schedules was made: every schedule looks at these again. */
const ofPrelude: Verdicts = new Map();
const namesOfKeys = new WeakMap<KeyObject, string>();

function nameOf(key: KeyObject): string {
  const known = namesOfKeys.get(key);
  if (known !== undefined) return known;
  const { x = '' } = key.export({ format: 'jwk' });
  namesOfKeys.set(key, x);
  return x;
}

/** A signature that was judged once is not judged again: every computer looks at the same ones. */
function rememberedVerdicts(isPrelude: boolean): Undo[] {
  const { verify } = nodeCrypto;
  const known: Verdicts = isPrelude ? ofPrelude : new Map();
  const judge = (algorithm: null, message: Uint8Array, key: KeyObject, signature: Uint8Array): boolean => {
    const name = `${nameOf(key)} ${text(signature)}`;
    const recall = (verdicts: Verdicts): boolean | undefined =>
      verdicts.get(name)?.find((judged) => judged.message.equals(message))?.verdict;
    const before = recall(ofPrelude) ?? recall(known);
    if (before !== undefined) return before;
    const verdict = verify(algorithm, message, key, signature);
    known.set(name, [...(known.get(name) ?? []), { message: Buffer.from(message), verdict }]);
    return verdict;
  };
  const undo = replace(nodeCrypto, 'verify', judge);
  syncBuiltinESMExports();
  return [undo, () => syncBuiltinESMExports()];
}

const text = ({ buffer, byteOffset, byteLength }: Uint8Array): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString('latin1');

const madeKeys = new Map<string, KeyObject>();

/** A key that was read once is not read again: every start of the server reads the same ones. */
function rememberedKeys(): Undo[] {
  const { createPrivateKey } = nodeCrypto;
  const read = (given: Parameters<typeof createPrivateKey>[0]): KeyObject => {
    const der = typeof given === 'object' && 'key' in given && given.key instanceof Uint8Array ? given.key : null;
    if (der === null) return createPrivateKey(given);
    const name = text(der);
    const key = madeKeys.get(name) ?? createPrivateKey(given);
    madeKeys.set(name, key);
    return key;
  };
  const undo = replace(nodeCrypto, 'createPrivateKey', read);
  syncBuiltinESMExports();
  return [undo, () => syncBuiltinESMExports()];
}

/** No request of a schedule is waited for in real time. */
const PATIENT = new AbortController().signal;

/** Takes time, chance and threads over; call what it returns to give them back. @param isPrelude for the beginning of all schedules. */
export function takeOver(clock: SimClock, random: Random, isPrelude = false): Undo {
  const undo = [
    ...timers(clock),
    ...chance(random),
    ...signatures(),
    ...rememberedVerdicts(isPrelude),
    ...rememberedKeys(),
    replace(AbortSignal, 'timeout', () => PATIENT),
  ];
  return () => {
    for (const giveBack of undo) giveBack();
  };
}
