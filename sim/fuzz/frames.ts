// Kinds of broken and hostile frames: noise, true frames with a few bytes changed, and well-signed nonsense. Owns how they are made.
import { concatBytes, jsonPart } from '@countersign/shared/history';
import { SHEET_SCHEMA } from '@countersign/shared/model/sheets';
import { encodeFrame, MESSAGE } from '@countersign/shared/protocol';
import * as encoding from 'lib0/encoding';
import type { Random } from '../random.ts';
import type { FuzzFrame, FuzzTarget } from './target.ts';

export interface Species {
  readonly name: string;
  /** How often it is made, against the others. */
  readonly weight: number;
  make(random: Random, target: FuzzTarget): FuzzFrame;
}

const draft = (bytes: Uint8Array): FuzzFrame => ({ socket: 'draft', bytes });
const stock = (bytes: Uint8Array): FuzzFrame => ({ socket: 'stock', bytes });

/** A length of 2^35 - 1 as the wire writes it. */
const HUGE = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x7f);

/** Changes a few bytes: flips, cuts, doubles, puts in, or makes a length huge. */
export function mutated(random: Random, bytes: Uint8Array): Uint8Array {
  let changed: Uint8Array = bytes.slice();
  for (let i = random.int(1, 5); i > 0; i -= 1) {
    const at = random.int(0, Math.max(1, changed.length));
    const rest = changed.subarray(at);
    switch (random.int(0, 5)) {
      case 0:
        if (changed.length > 0) changed[at] = (changed[at] ?? 0) ^ (1 << random.int(0, 8));
        break;
      case 1:
        changed = changed.slice(0, at);
        break;
      case 2:
        changed = concatBytes(changed.subarray(0, at), random.bytes(random.int(1, 9)), rest);
        break;
      case 3:
        changed = concatBytes(changed.subarray(0, at), rest.subarray(0, 40), rest);
        break;
      default:
        changed = concatBytes(changed.subarray(0, at), HUGE, rest);
    }
  }
  return changed;
}

/** JSON that has hardly the form anybody expects. */
export function nonsense(random: Random, depth = 0): unknown {
  const kind = random.int(0, depth > 3 ? 6 : 8);
  if (kind === 0) return null;
  if (kind === 1) return random.chance(0.5);
  if (kind === 2) return random.int(-5, 1_000_000);
  if (kind === 3) return 9e15 * random.next();
  if (kind === 4) return ['__proto__', '$insert', '', 'lines', '\ud800', 'x'.repeat(300)][random.int(0, 6)];
  if (kind === 5) return Buffer.from(random.bytes(8)).toString('latin1');
  const items = Array.from({ length: random.int(0, 4) }, () => nonsense(random, depth + 1));
  if (kind === 6) return items;
  const names = ['id', 'draftId', 'sheet', 'constructor', 'commands', 'have', 'to'];
  return Object.fromEntries(items.map((item) => [random.pick(names), item]));
}

/** A frame of any of our types with a header and parts that need not fit. */
function frame(type: number, header: string, parts: readonly Uint8Array[]): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, type);
  encoding.writeVarString(encoder, header);
  encoding.writeVarUint(encoder, parts.length);
  for (const part of parts) encoding.writeVarUint8Array(encoder, part);
  return encoding.toUint8Array(encoder);
}

function submission(target: FuzzTarget, part0: unknown, parts: readonly Uint8Array[]): Uint8Array {
  const { bytes, signature, payload } = target.sign(part0, parts);
  return encodeFrame('submit', {}, [bytes, signature, payload]);
}

const part0Of = (target: FuzzTarget, commands: unknown) => ({
  draftId: target.versionId,
  commands,
  updates: [{ sheet: 'lines', part: 1 }],
});

/** Messages to the sync socket. */
export const FRAMES: readonly Species[] = [
  { name: 'noise', weight: 1, make: (random) => draft(random.bytes(random.int(0, 400))) },
  {
    name: 'oddHeader',
    weight: 1,
    make: (random) => {
      const type = random.pick([...Object.values(MESSAGE), 0, 1, 2, 3, 99, 2 ** 31]) ?? 0;
      const parts = Array.from({ length: random.int(0, 5) }, () => random.bytes(random.int(0, 60)));
      return draft(frame(type, JSON.stringify(nonsense(random)) ?? '', parts));
    },
  },
  {
    name: 'deepHeader',
    weight: 0.3,
    make: (random) => {
      const depth = random.int(100, 100_000);
      return draft(
        frame(MESSAGE.open, random.chance(0.5) ? '['.repeat(depth) : `${'['.repeat(depth)}${']'.repeat(depth)}`, []),
      );
    },
  },
  {
    name: 'changedOpen',
    weight: 1,
    make: (random, { versionId: draftId }) =>
      draft(mutated(random, encodeFrame('open', { draftId, schema: SHEET_SCHEMA, have: '0' }))),
  },
  {
    name: 'cursor',
    weight: 3,
    make: (random) => {
      const bytes = encodeFrame('cursor', { sheet: 'lines', rowId: 'x'.repeat(random.int(1, 100)), field: 'rate' });
      return draft(random.chance(0.5) ? bytes : mutated(random, bytes));
    },
  },
  {
    name: 'changedSubmission',
    weight: 4,
    make: (random, target) => {
      const { commands, update } = target.honest(random);
      return draft(mutated(random, submission(target, part0Of(target, commands), [update])));
    },
  },
  {
    name: 'changedUpdate',
    weight: 8,
    make: (random, target) => {
      const { commands, update } = target.honest(random);
      return draft(submission(target, part0Of(target, commands), [mutated(random, update)]));
    },
  },
  {
    name: 'madeUpEpoch',
    weight: 1,
    make: (random, target) => {
      const { commands, update } = target.honest(random);
      const epoch = `e${Buffer.from(random.bytes(40)).toString('hex')}`;
      const { bytes, signature, payload } = target.sign(part0Of(target, commands), [update], epoch);
      return draft(encodeFrame('submit', {}, [bytes, signature, payload]));
    },
  },
  {
    name: 'noiseUpdate',
    weight: 4,
    make: (random, target) => {
      const { commands } = target.honest(random);
      return draft(submission(target, part0Of(target, commands), [random.bytes(random.int(0, 2000))]));
    },
  },
  {
    name: 'oddCommands',
    weight: 4,
    make: (random, target) => {
      const { commands, update } = target.honest(random);
      const odd = commands.map((command) => ({
        ...command,
        [random.pick(['rowId', 'field', 'from', 'to', 'seen', 'sheet', 'id']) ?? 'to']: random.pick([
          '',
          '-1',
          '99999999999999999999',
          '$insert',
          '$dead',
          '__proto__',
          '["r-x","a0"]',
          null,
          'x'.repeat(30_000),
        ]),
      }));
      try {
        return draft(submission(target, part0Of(target, odd), [update]));
      } catch {
        // What no device can even write down goes out unsigned.
        return draft(frame(MESSAGE.submit, '{}', [jsonPart('x'), random.bytes(64), random.bytes(100)]));
      }
    },
  },
  {
    name: 'manyStructs',
    weight: 4,
    make: (random, target) => {
      const { commands } = target.honest(random);
      const encoder = encoding.createEncoder();
      encoding.writeVarUint(encoder, random.int(1, 4));
      for (let i = 0; i < 3; i += 1) {
        encoding.writeVarUint(encoder, random.pick([0, 1, 5000, 2 ** 31, 2 ** 40]) ?? 0);
        encoding.writeVarUint(encoder, target.clientId);
        encoding.writeVarUint(encoder, random.pick([0, 7, 2 ** 31]) ?? 0);
        for (const byte of random.bytes(random.int(0, 3000))) encoding.write(encoder, byte);
      }
      return draft(submission(target, part0Of(target, commands), [encoding.toUint8Array(encoder)]));
    },
  },
  {
    name: 'honest',
    weight: 0.5,
    make: (random, target) => {
      // Few, because what is stored is history and stays in memory.
      if (random.chance(0.9)) return draft(random.bytes(random.int(1, 40)));
      const { commands, update } = target.honest(random);
      return draft(submission(target, part0Of(target, commands), [update]));
    },
  },
  {
    name: 'stockSync',
    weight: 0.7,
    make: (random, target) => {
      const encoder = encoding.createEncoder();
      encoding.writeVarUint(encoder, 0);
      encoding.writeVarUint(encoder, random.int(0, 4));
      const body = random.chance(0.5)
        ? random.bytes(random.int(0, 200))
        : mutated(random, target.honest(random).update);
      encoding.writeVarUint8Array(encoder, body);
      return stock(encoding.toUint8Array(encoder));
    },
  },
  {
    name: 'stockOther',
    weight: 0.7,
    make: (random) => stock(Uint8Array.from([random.int(0, 5), ...random.bytes(random.int(0, 300))])),
  },
];
