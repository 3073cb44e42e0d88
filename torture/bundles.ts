// Each bit of many bundles, and none may be accepted: by the verifier in TypeScript all of them, by the one in Python a sample. Owns the
// processes and the figures.
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { havePython, python } from '@countersign/shared/history/fixture';
import { Random } from '../sim/random.ts';
import { type BitMessage, type BitTask, bundleOf } from './bundleBits.ts';
import { type PartOutcome, withProgress } from './part.ts';

export interface BundleSizes {
  readonly bundles: number;
  /** Bits of each bundle, anywhere; null for every one. */
  readonly bits: number | null;
  readonly processes: number;
  /** Flips of each bundle that Python judges too. */
  readonly second: number;
}

interface BundleFigures {
  bundles: number;
  bytes: number;
  bits: number;
  second: number;
  accepted: number;
  readonly problems: string[];
}

/** [TORT-10] Flips the bits of `bundles` bundles. */
async function flipBundles(sizes: BundleSizes, seed: string): Promise<BundleFigures> {
  const figures: BundleFigures = { bundles: 0, bytes: 0, bits: 0, second: 0, accepted: 0, problems: [] };
  const numbers = Array.from({ length: sizes.bundles }, (_, i) => i);
  const shares = Array.from({ length: sizes.processes }, (_, k) => numbers.filter((i) => i % sizes.processes === k));
  await Promise.all(shares.map((share) => flipInProcess({ seed, numbers: share, bits: sizes.bits }, figures)));
  if (sizes.second > 0 && (await havePython()))
    for (const number of numbers) await askPython(seed, number, sizes.second, figures);
  return figures;
}

function flipInProcess(task: BitTask, figures: BundleFigures): Promise<void> {
  const child = fork(join(import.meta.dirname, 'bundleBits.ts'), ['bits'], { execArgv: [] });
  return new Promise((resolve, reject) => {
    let isDone = false;
    child.on('message', (message: BitMessage) => {
      if (message.kind === 'done') {
        isDone = true;
        child.disconnect();
        return;
      }
      figures.bundles += 1;
      figures.bytes += message.bytes;
      figures.bits += message.bits;
      figures.accepted += message.problems.length;
      figures.problems.push(...message.problems);
    });
    child.once('exit', (code) => (isDone ? resolve() : reject(new Error(`a process of the bits ended with ${code}`))));
    child.send(task);
  });
}

/** The same bundle whole and with some bits flipped, by the verifier that shares no line with ours. */
async function askPython(seed: string, number: number, flips: number, figures: BundleFigures): Promise<void> {
  const { bytes, vkey } = await bundleOf(seed, number);
  const random = new Random(`${seed}/second ${number}`);
  const folder = mkdtempSync(join(tmpdir(), 'countersign-bundles-'));
  try {
    const paths = Array.from({ length: flips + 1 }, (_, i) => {
      const path = join(folder, `${i}.bundle`);
      const at = random.int(0, bytes.length);
      writeFileSync(path, i === 0 ? bytes : bytes.with(at, (bytes[at] ?? 0) ^ (1 << random.int(0, 8))));
      return path;
    });
    const { out, err } = await python('--json', '--key', vkey, ...paths);
    const verdicts = out.trimEnd().split('\n');
    const codes = verdicts.map((line) => (JSON.parse(line) as { code: string | null }).code);
    if (codes.length !== paths.length || err !== '') throw new Error(`Python judged ${codes.length} files: ${err}`);
    if (codes[0] !== null) figures.problems.push(`Python refuses bundle ${number} of seed ${seed} as ${codes[0]}`);
    figures.second += flips;
    for (const code of codes.slice(1)) {
      if (code !== null) continue;
      figures.accepted += 1;
      figures.problems.push(`Python accepts bundle ${number} of seed ${seed} with a bit flipped`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The part of `npm run torture`. */
export async function bundlesPart(sizes: BundleSizes, seed: string): Promise<PartOutcome> {
  const started = performance.now();
  const { bundles, bytes, bits, second, accepted, problems } = await withProgress(
    () => `bundles: ${((performance.now() - started) / 1000).toFixed(0)} s`,
    flipBundles(sizes, seed),
  );
  return {
    line: `${bits} bits of ${bundles} bundles flipped, ${accepted} accepted`,
    note: [
      `bundles: ${sizes.bits === null ? 'every bit' : `${sizes.bits} bits each`} of ${bytes} bytes; ${second} flips by the second verifier too.`,
    ],
    found: problems,
  };
}
