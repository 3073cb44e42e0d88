// Flips the bits of some bundles, in a process of its own: one of several. Owns flipping and what is found; started by bundles.ts.
import { type Ed25519, toBase64, verifyBundle } from '@countersign/shared/history';
import { Random } from '../sim/random.ts';
import { nodeEd25519, sha256Hex } from '../sync-server/history/index.ts';
import { type MadeBundle, makeBundle } from './bundleMaker.ts';

export interface BitTask {
  readonly seed: string;
  /** Numbers of the bundles, which their seeds are made of. */
  readonly numbers: readonly number[];
  /** Bits of each bundle, anywhere; null for every one. */
  readonly bits: number | null;
}

export type BitMessage =
  | { readonly kind: 'bundle'; readonly bits: number; readonly bytes: number; readonly problems: readonly string[] }
  | { readonly kind: 'done' };

export const bundleOf = (seed: string, number: number): Promise<MadeBundle> =>
  makeBundle(new Random(`${seed}/bundle ${number}`));

/** A verifier that remembers: nearly every signature of a bundle is as it was, whichever bit is flipped. */
function remembering(): Ed25519 {
  const known = new Map<string, Promise<boolean>>();
  return {
    verify: (publicKey, message, signature) => {
      const name = `${toBase64(publicKey)} ${toBase64(signature)} ${sha256Hex(message)}`;
      const asked = known.get(name) ?? nodeEd25519.verify(publicKey, message, signature);
      if (known.size < 100_000) known.set(name, asked);
      return asked;
    },
  };
}

/** [HIST-41] Flips the bits of one bundle, one at a time; gives how many, and those after which it was still accepted. */
export async function flipBundle(
  { bytes, vkey, workspace }: MadeBundle,
  wanted: number | null,
  random: Random,
): Promise<{ bits: number; accepted: string[] }> {
  const options = { vkey, workspaceId: workspace, ed25519: remembering() };
  const accepted: string[] = [];
  const whole = await verifyBundle(bytes, options);
  if (!whole.ok) throw new Error(`the bundle is not good to begin with: ${whole.failure.text}`);
  const changed = bytes.slice();
  const bits = wanted ?? bytes.length * 8;
  for (let i = 0; i < bits; i += 1) {
    const bit = wanted === null ? i : random.int(0, bytes.length * 8);
    const at = bit >> 3;
    changed[at] = (bytes[at] ?? 0) ^ (1 << (bit & 7));
    if ((await verifyBundle(changed, options)).ok) accepted.push(`byte ${at}, bit ${bit & 7}`);
    changed[at] = bytes[at] ?? 0;
  }
  return { bits, accepted };
}

const say = (message: BitMessage): boolean => process.send?.(message) ?? false;

if (process.send !== undefined && process.argv[2] === 'bits') {
  process.on('disconnect', () => process.exit());
  process.on('message', async ({ seed, numbers, bits: wanted }: BitTask) => {
    for (const number of numbers) {
      const made = await bundleOf(seed, number);
      const { bits, accepted } = await flipBundle(made, wanted, new Random(`${seed}/bits ${number}`));
      const problems = accepted.map((text) => `bundle ${number} of seed ${seed} is accepted with ${text} flipped`);
      say({ kind: 'bundle', bits, bytes: made.bytes.length, problems });
    }
    say({ kind: 'done' });
  });
}
