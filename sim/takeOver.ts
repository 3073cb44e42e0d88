// Puts the platform's time, chance and threads of this process under the seed while a schedule runs. Owns the replacing and the giving
// back; nothing else in sim/ may touch a global.
import nodeCrypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { verifyEd25519 } from '../sync-server/history/index.ts';
import { SimChannel } from './channel.ts';
import type { SimClock } from './clock.ts';
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
  const fill = <T extends ArrayBufferView>(view: T): T => {
    new Uint8Array(view.buffer, view.byteOffset, view.byteLength).set(random.bytes(view.byteLength));
    return view;
  };
  const undo = [
    replace(nodeCrypto, 'randomBytes', (length: number) => Buffer.from(random.bytes(length))),
    replace(nodeCrypto, 'randomInt', (from: number, to: number) => random.int(from, to)),
    replace(globalThis.crypto, 'getRandomValues', fill),
  ];
  syncBuiltinESMExports();
  return [...undo, () => syncBuiltinESMExports()];
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

/** Takes time, chance and threads over; call what it returns to give them back. */
export function takeOver(clock: SimClock, random: Random): Undo {
  const undo = [
    ...timers(clock),
    ...chance(random),
    ...signatures(),
    replace(globalThis, 'BroadcastChannel', SimChannel),
  ];
  return () => {
    for (const giveBack of undo) giveBack();
  };
}

const { setImmediate } = globalThis;

/** Lets the process go on for some turns of its event loop: promises, database callbacks, streams. */
export async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i += 1) await new Promise<void>((resolve) => setImmediate(resolve));
}
