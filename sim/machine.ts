// One person's computer without its windows: disk, device key, network and clock. Owns what the windows share; must not run an engine.
import { createHash } from 'node:crypto';
import type { Command } from '@countersign/shared/protocol';
import { SigningKey } from '../sync-server/history/index.ts';
import { SimLocks } from './channel.ts';
import type { SimClock } from './clock.ts';
import { cutPower } from './idb/factory.ts';
import type { SimNetwork } from './network.ts';
import type { Random } from './random.ts';
import type { SimServer } from './server.ts';

/** What every computer of a schedule shares. */
export interface Place {
  readonly clock: SimClock;
  readonly server: SimServer;
  readonly random: Random;
  /** The version that is there from the beginning. */
  readonly draftId: string;
  readonly workspace: { readonly id: string; readonly origin: string; readonly vkey: string };
}

const keys = new Map<string, SigningKey>();

/** Device keys are the same in every schedule: judging a key anew takes longer than a schedule. */
export function deviceKey(name: string): SigningKey {
  const known = keys.get(name);
  if (known !== undefined) return known;
  // A hash, because a long name cut to the size of a seed would give its next key the same one.
  const seed = createHash('sha256').update(`countersign-sim ${name}`).digest();
  const key = new SigningKey(seed);
  keys.set(name, key);
  return key;
}

export class Machine {
  readonly name: string;
  readonly userId: string;
  readonly place: Place;
  readonly random: Random;
  key: SigningKey;
  /** One for each window; a break breaks them all. */
  readonly networks: SimNetwork[] = [];
  /** Milliseconds between this computer's clock and the right time. */
  skew = 0;
  token: string | null = null;
  /** Whether somebody asked for its key to be revoked. */
  isRevoked = false;
  /** Commands that were kept on this disk, as they were made, by id. */
  readonly made = new Map<string, Command>();
  /** Ids that the person gave up or made again under other ids. */
  readonly givenUp = new Set<string>();
  locks = new SimLocks();

  constructor(place: Place, name: string, userId: string) {
    this.name = name;
    this.userId = userId;
    this.place = place;
    this.random = place.random.fork(name);
    this.key = deviceKey(`${name} ${userId}`);
  }

  get databaseName(): string {
    return diskOf(this.name);
  }

  /** A key that was never used: the old one was revoked. */
  newKey(): void {
    this.#keys += 1;
    this.key = deviceKey(`${this.name} ${this.userId} ${this.#keys}`);
  }
  #keys = 1;

  networkDown(): void {
    for (const network of this.networks) network.down();
  }
  networkUp(): void {
    for (const network of this.networks) network.up();
  }

  /** Nothing more is written; what the dead processes held is free again. */
  cutPower(): void {
    cutPower(this.databaseName);
    this.locks = new SimLocks();
  }
}

/** Name of a computer's disk. */
export const diskOf = (name: string): string => `sim-${name}`;
