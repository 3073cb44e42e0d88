// What libraries take from the platform when they are loaded: must be imported before any of them. Owns putting something in between
// that a schedule can decide later.
import nodeCrypto from 'node:crypto';
import { SimChannel } from './channel.ts';
import { SimKeyRange, simIndexedDB } from './idb/factory.ts';

type Fill = <T extends ArrayBufferView | null>(view: T) => T;

const { webcrypto } = nodeCrypto;
const real = webcrypto.getRandomValues.bind(webcrypto) as Fill;
let fill: Fill = real;

// lib0 binds it once.
Object.defineProperty(webcrypto, 'getRandomValues', {
  value: (view: ArrayBufferView) => fill(view),
  configurable: true,
});
// Dexie tells other windows of every commit through one; none of a schedule's is another process.
Object.defineProperty(globalThis, 'BroadcastChannel', { value: SimChannel, configurable: true, writable: true });

/** Fills random values by `next` until it is called without one. */
export function fillRandom(next: Fill | null): void {
  fill = next ?? real;
}

const disk = { indexedDB: simIndexedDB, IDBKeyRange: SimKeyRange };
for (const [name, value] of Object.entries(disk))
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
