// What a signed command proves before anything is decided of it: who signed, in which epoch, and that the signature binds what the
// person saw. Owns those refusals; roles, states and duties are shared/lifecycle's.
import { PayloadShapeError, parsePart0 } from '@countersign/shared/history';
import { ENTRY_KIND_OF } from '@countersign/shared/lifecycle';
import type { CommandKind } from '@countersign/shared/protocol/api';
import { type SignedBytes, type VerifiedEntry, verifySigned } from '../admission/index.ts';
import type { People } from '../auth/index.ts';
import { Problem } from '../http/problem.ts';
import type { Room } from '../sync/room.ts';
import type { VersionView } from './situation.ts';

const COMMAND_BYTES = 256 * 1024;

const stale = (): Problem =>
  new Problem(412, 'staleVersion', 'Version changed', 'The version changed since it was read. Look at it again.');

const malformed = (text: string, at: string): Problem => new Problem(400, 'malformed', 'Command refused', text, { at });

/** Whose command it is to be, in which workspace, on which version. */
export interface ExpectedCommand {
  readonly ws: string;
  readonly versionId: string;
  readonly userId: string;
  readonly kind: CommandKind;
}

/** Checks signature, device, kind and epoch of a command. @throws Problem */
export function verifyCommand(signed: SignedBytes, expected: ExpectedCommand, people: People): VerifiedEntry {
  const { ws, versionId: doc, userId, kind } = expected;
  const verification = verifySigned(signed, { ws, doc, userId, mostPayload: COMMAND_BYTES }, people);
  if (!verification.ok) {
    const { code, text, at } = verification.refusal;
    const status = code === 'role' || code === 'revoked' || code === 'equivocation' ? 403 : 400;
    throw new Problem(status, code, 'Command refused', text, at === undefined ? {} : { at });
  }
  const { verified } = verification;
  if (verified.parsed.kind !== ENTRY_KIND_OF[kind]) {
    throw malformed(`The entry is of kind ${verified.parsed.kind}, not ${ENTRY_KIND_OF[kind]}.`, 'entry/kind');
  }
  if (verified.parsed.epoch !== verified.device.commandEpoch) {
    throw malformed(`Commands are signed in epoch ${verified.device.commandEpoch} of the device.`, 'entry/epoch');
  }
  if (verified.parts.length !== 1) throw malformed('A command has one payload part.', 'payload');
  return verified;
}

/**
 * [SRV-15] The signature binds what the person saw: version, content, and for an approval the submission and the policy.
 * @throws Problem 412 when that is not the version as it is, 400 when the payload cannot be read
 */
export function requireBinding(
  room: Room,
  view: VersionView,
  { parsed, parts }: VerifiedEntry,
  kind: CommandKind,
  policyHash: string,
): void {
  try {
    const part0 = parsePart0(parsed.kind as 'execute', parts[0]);
    if (part0.versionId !== room.versionId || part0.contentHash !== view.contentHash) throw stale();
    if (kind === 'submit') requireAuthors(parsePart0('submit', parts[0]).authors, view);
    if (kind !== 'approve') return;
    const approval = parsePart0('approve', parts[0]);
    if (approval.logIndex !== String(room.record.submitted?.index)) throw stale();
    if (approval.policyHash === policyHash) return;
    const text = 'The approval policy changed since it was read. Look again.';
    throw new Problem(412, 'staleVersion', 'Policy changed', text);
  } catch (error) {
    if (!(error instanceof PayloadShapeError)) throw error;
    throw malformed(`The command could not be read: ${error.message}.`, 'payload');
  }
}

/** [SRV-23] The submission lists who wrote since the base, because a bundle proves segregation of duties by that signed list. */
function requireAuthors(signed: readonly string[], view: VersionView): void {
  const authors = view.authors.map(({ userId }) => userId);
  const listed = new Set(signed);
  if (listed.size === authors.length && authors.every((userId) => listed.has(userId))) return;
  const text = 'The list of authors is not the version’s. Look at it again.';
  throw new Problem(412, 'staleVersion', 'Authors changed', text, { at: 'payload/authors' });
}
