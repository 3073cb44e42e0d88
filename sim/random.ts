// Chance of one schedule: every choice comes from one seed. Owns the generator; must not know what is chosen.

/** 32-bit FNV-1a of a text: turns names into independent seeds. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return hash;
}

export class Random {
  readonly #name: string;
  #state: number;

  constructor(seed: string) {
    this.#name = seed;
    this.#state = hashOf(seed);
  }

  /** Another stream of the same seed: drawing from one never moves the other. */
  fork(name: string): Random {
    return new Random(`${this.#name}/${name}`);
  }

  /** In [0, 1). */
  next(): number {
    return this.#word() / 4294967296;
  }

  /** 32 bits. Mulberry32: small, seeded, good enough to choose a schedule. */
  #word(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  }

  /** A whole number in [from, to). */
  int(from: number, to: number): number {
    return from + Math.floor(this.next() * (to - from));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(items: readonly T[]): T | undefined {
    return items[this.int(0, items.length)];
  }

  /** The same items in another order. */
  shuffled<T>(items: readonly T[]): T[] {
    const order = [...items];
    for (let i = order.length - 1; i > 0; i -= 1) {
      const k = this.int(0, i + 1);
      [order[i], order[k]] = [order[k] as T, order[i] as T];
    }
    return order;
  }

  bytes(length: number): Uint8Array<ArrayBuffer> {
    return this.fill(new Uint8Array(length));
  }

  /** Fills the bytes and gives them back. */
  fill(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    for (let i = 0; i < bytes.length; i += 4) {
      const four = this.#word();
      for (let k = 0; k < 4 && i + k < bytes.length; k += 1) bytes[i + k] = four >>> (8 * k);
    }
    return bytes;
  }

  /** One of the keys, each as likely as its weight says. */
  weighted<K extends string>(weights: Readonly<Record<K, number>>): K {
    const keys = Object.keys(weights) as K[];
    let left = this.next() * keys.reduce((sum, key) => sum + weights[key], 0);
    for (const key of keys) {
      left -= weights[key];
      if (left < 0) return key;
    }
    return keys[keys.length - 1] as K;
  }
}
