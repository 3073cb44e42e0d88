// The last sentence of `countersign verify` for a file that does not verify: what that means for a file of its kind, and what to do. Owns the
// words; what is wrong is said by the check.
import { BUNDLE_FORMAT, type BundleFailure, isAuditFile } from '@countersign/shared/history';

export type CheckedKind = 'bundle' | 'audit' | 'unknown';

/** What a file calls itself. */
export function kindOf(bytes: Uint8Array): CheckedKind {
  if (isAuditFile(bytes)) return 'audit';
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return view.includes(`"format":"${BUNDLE_FORMAT}"`) ? 'bundle' : 'unknown';
}

const WORDS = {
  bundle: {
    whose:
      'It is not known whose bundle this is. Do not import it; check it with the key of the workspace that exported it (--key), or ask that workspace for a fresh export.',
    unsigned:
      'The log that this bundle rests on is not signed as it has to be, by the workspace and by the witnesses that a policy names. Do not import it; ask the workspace for a fresh export, and where witnesses are missing, once they cosign again.',
    changed:
      'This is not what the workspace exported: the file was damaged or changed, or was never its. Do not import it; ask the workspace for a fresh export ("countersign export" writes the same bundle again).',
  },
  audit: {
    whose:
      'It is not known whose history this is. Rely on no entry of it; check it with the key of the workspace that wrote it (--key), or have it written again.',
    changed:
      'This is not the history that the workspace signed: entries may be changed, missing or put in. Rely on no entry of it; have it written again ("countersign audit --bundle"), and keep this file if it was given to you as evidence.',
  },
} as const;

const UNKNOWN =
  'It is none of the files that are signed, or too damaged to tell: an export bundle, an audit file ("countersign audit --bundle") or a checkpoint. A CSV and a printout are not signed: ask for one of these. "countersign fsck" checks a data folder.';

/** [HIST-66] What a failure means for a file of this kind, and what to do. */
export function notVerified(kind: CheckedKind, { code }: Pick<BundleFailure, 'code'>): string {
  return `Not verified. ${meaning(kind, code)}`;
}

function meaning(kind: CheckedKind, code: BundleFailure['code']): string {
  if (kind === 'unknown') return UNKNOWN;
  if (code === 'key' || code === 'workspace') return WORDS[kind].whose;
  const isUnsigned = kind === 'bundle' && (code === 'checkpoint' || code === 'policy');
  return isUnsigned ? WORDS.bundle.unsigned : WORDS[kind].changed;
}
