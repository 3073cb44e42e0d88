/** A preview by id for the command line. Owns asking the workspace; the bytes are the API's own. */
import { type Where, withWorkspace } from './open.ts';

export interface WorkspacePreview extends Where {
  /** A contract (`c-…`) or one of its versions (`v-…`). */
  readonly id: string;
  readonly period: string;
  readonly asOf?: string | undefined;
}

/** [FACT-5] Exactly the bytes of `previewJson`. @throws UsageError, ServerNotReached, RefusedByServer, StorageError */
export async function workspacePreview({ id, period, asOf, ...where }: WorkspacePreview): Promise<string> {
  const named = id.startsWith('v-') ? { versionId: id } : { contractId: id };
  const question = { ...named, period, ...(asOf === undefined ? {} : { asOf }) };
  return withWorkspace(where, 'u-viewer', async (client) =>
    new TextDecoder().decode(await client.postForBytes('/preview', question)),
  );
}
