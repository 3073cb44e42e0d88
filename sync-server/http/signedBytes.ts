// What a person's device signed, as a request carries it. Owns reading the base64; what it says is judged elsewhere.
import { EncodingError, fromBase64 } from '@countersign/shared/history';
import type { SignedCommand } from '@countersign/shared/protocol/api';
import type { SignedBytes } from '../admission/index.ts';
import { Problem } from './problem.ts';

/** @throws Problem 400 */
export function signedBytes(body: SignedCommand): SignedBytes {
  try {
    return {
      entry: fromBase64(body.entry),
      signature: fromBase64(body.signature),
      payload: fromBase64(body.payload),
    };
  } catch (error) {
    if (!(error instanceof EncodingError)) throw error;
    throw new Problem(400, 'malformed', 'Command refused', 'The command is not canonical base64.');
  }
}
