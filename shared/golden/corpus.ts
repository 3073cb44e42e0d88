/**
 * Test-only. Contracts that stand in files: what the unit tests bill (`fixture/recorded.jsonl`, one input a line) and the
 * signed agreements of `docs/agreements`. Must not: write them.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PreviewInput } from '@countersign/shared/billing';
import type { ContractVersion } from '@countersign/shared/model';

const AGREEMENTS = join(import.meta.dirname, '../../docs/agreements');

/** What the unit tests of the kernel bill, recorded on 2026-11-21; lines may be added, and none changed. */
export function recorded(): PreviewInput[] {
  const text = readFileSync(join(import.meta.dirname, 'fixture/recorded.jsonl'), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as PreviewInput);
}

const folders = (path: string): string[] =>
  readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();

function listed(file: string, name: string): never[] {
  if (!existsSync(file)) return [];
  const parsed = JSON.parse(readFileSync(file, 'utf8')) as never[] | Record<string, never[]>;
  return Array.isArray(parsed) ? parsed : (parsed[name] ?? []);
}

/** Every worked period of every signed agreement, by "agreement/period". */
export function agreements(): Map<string, PreviewInput> {
  const found = new Map<string, PreviewInput>();
  for (const agreement of folders(AGREEMENTS)) {
    const folder = join(AGREEMENTS, agreement);
    const version = JSON.parse(readFileSync(join(folder, 'contract.json'), 'utf8')) as ContractVersion;
    for (const period of folders(folder)) {
      const facts = (name: string): never[] => listed(join(folder, period, `${name}.json`), name);
      found.set(`${agreement}/${period}`, {
        versions: [version],
        facts: { delivery: facts('delivery'), touches: facts('touches'), actions: facts('actions') },
        period,
      });
    }
  }
  return found;
}
