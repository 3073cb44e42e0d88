/** The import routes of docs/PROTOCOL.md §5. Owns HTTP only: who asks, which bytes, which problem answers an ImportError. */
import { can } from '@countersign/shared/access';
import { importCheckSchema, importStartedSchema, importStateSchema } from '@countersign/shared/protocol/api';
import { z } from 'zod';
import type { App } from '../http/app.ts';
import { notAllowed, Problem } from '../http/problem.ts';
import type { Services } from '../services.ts';
import { ImportError, type ImportErrorCode } from './importError.ts';
import { ImportJobs } from './importJobs.ts';
import { importTarget } from './importTarget.ts';
import { TABLE_LIMITS } from './table.ts';

const STATUS: Readonly<Record<ImportErrorCode, number>> = {
  empty: 422,
  wrongKind: 415,
  encoding: 422,
  malformed: 422,
  tooLarge: 413,
  noHeading: 422,
  mapping: 422,
  notFound: 404,
  state: 409,
  frozen: 409,
  role: 403,
  stale: 409,
  refusedCells: 409,
  busy: 429,
};
/** On the wire a stale check is what every other stale answer is. */
const WIRE_CODE: Partial<Record<ImportErrorCode, string>> = { stale: 'staleVersion' };

const params = z.strictObject({ id: z.string().max(60) });

/** Longest file name that is kept. */
const NAME_LENGTH = 200;

export async function registerImportRoutes(app: App, services: Services): Promise<void> {
  const jobs = new ImportJobs();
  await app.register(async (plain) => {
    const scope = plain as App;
    takeFiles(scope, services);
    scope.post(
      '/api/v1/imports',
      { bodyLimit: TABLE_LIMITS.bytes, schema: { response: { 200: importStartedSchema } } },
      async (request) => {
        const { userId } = await services.actorOf(request);
        return asProblem(() => jobs.start(userId, fileNameOf(request.headers), bodyBytes(request.body)));
      },
    );
  });
  app.post(
    '/api/v1/imports/:id/check',
    { schema: { params, body: importCheckSchema, response: { 200: importStateSchema } } },
    async (request) => {
      const actor = await services.actorOf(request);
      const { draftId, mapping } = request.body;
      return asProblem(
        async () =>
          (await jobs.check(actor.userId, request.params.id, draftId, mapping, importTarget(services, actor))).state,
      );
    },
  );
  app.get('/api/v1/imports/:id', { schema: { params, response: { 200: importStateSchema } } }, async (request) => {
    const actor = await services.actorOf(request);
    return asProblem(() => jobs.state(actor.userId, request.params.id));
  });
  app.post(
    '/api/v1/imports/:id/commit',
    { schema: { params, response: { 200: importStateSchema } } },
    async (request) => {
      const actor = await services.actorOf(request);
      return asProblem(() => jobs.commit(actor.userId, request.params.id, importTarget(services, actor)));
    },
  );
  app.delete('/api/v1/imports/:id', { schema: { params, response: { 200: importStateSchema } } }, async (request) => {
    const actor = await services.actorOf(request);
    return asProblem(() => jobs.cancel(actor.userId, request.params.id));
  });
}

/**
 * Any content type is bytes in this scope: a file is known by its content. [HTTP-3] It is taken in only from who may import at all; whether this
 * draft may be imported into is asked later.
 */
export function takeFiles(scope: App, services: Pick<Services, 'actorOf'>): void {
  scope.addHook('onRequest', async (request) => {
    const permission = can(await services.actorOf(request), 'import', { state: 'DRAFT', kind: 'CONTRACT' });
    if (!permission.ok) throw notAllowed(permission.reason);
  });
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
}

/** The bytes of an upload; none at all is an empty file. */
export function bodyBytes(body: unknown): Uint8Array {
  return body instanceof Uint8Array ? body : new Uint8Array();
}

/** `x-file-name`, percent-encoded, without any folder; for people and the history only, never a path. */
export function fileNameOf(headers: { readonly [name: string]: string | string[] | undefined }): string {
  const given = headers['x-file-name'];
  const text = typeof given === 'string' ? given : '';
  let name = text;
  try {
    name = decodeURIComponent(text);
  } catch (error) {
    // A name with a bare % is no encoding; it is taken as it was sent.
    if (!(error instanceof URIError)) throw error;
  }
  const bare = name
    .replace(/^.*[/\\]/, '')
    .replace(/\p{Cc}/gu, '')
    .slice(0, NAME_LENGTH);
  return bare === '' ? 'file' : bare;
}

/** Runs work and turns an ImportError into a problem document with the place of the trouble. */
async function asProblem<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ImportError)) throw error;
    const { row, line, column } = error.place;
    const at = [
      row === undefined ? '' : `row ${row}`,
      line === undefined ? '' : `line ${line}`,
      column === undefined ? '' : `column ${column}`,
    ].filter((part) => part !== '');
    throw new Problem(STATUS[error.code], WIRE_CODE[error.code] ?? error.code, 'Import refused', error.message, {
      action: error.cure,
      ...(at.length === 0 ? {} : { at: at.join(', ') }),
    });
  }
}
