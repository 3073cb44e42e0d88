/** Contract versions from a file, for commands that take one. Owns reading and the words of refusals; must not bill. */
import { readFileSync } from 'node:fs';
import { checkedVersion } from '@countersign/shared/billing';
import type { ContractVersion } from '@countersign/shared/model';
import { DomainError } from '@countersign/shared/money';

/** Wrong usage or an unreadable file: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** @throws UsageError */
export function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** @throws UsageError, DomainError with the file */
export function readJson(file: string): unknown {
  try {
    return JSON.parse(readText(file));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new DomainError('BAD_JSON', `This is not JSON: ${error.message}.`, 'Correct the file.', { file });
  }
}

/** One version, or a list of them, each checked. @throws UsageError, DomainError with file and path */
export function readVersions(file: string): ContractVersion[] {
  const parsed = readJson(file);
  const list: unknown[] = Array.isArray(parsed) ? parsed : [parsed];
  return list.map((document, i) => {
    try {
      return checkedVersion(document, Array.isArray(parsed) ? `[${i}].` : '');
    } catch (error) {
      throw error instanceof DomainError ? atFile(error, file) : error;
    }
  });
}

/** The same refusal with its file in front. */
function atFile(error: DomainError, file: string): DomainError {
  return new DomainError(error.code, error.what, error.cure, { file, ...error.place });
}
