/** Facts and previews over HTTP (docs/PROTOCOL.md §5). Owns HTTP only: who asks and which problem answers. */
import { createHash } from 'node:crypto';
import { compileVersion, versionMeta } from '@countersign/shared/model/compile';
import { DomainError } from '@countersign/shared/money';
import { factsQuerySchema, factsSchema, previewRequestSchema } from '@countersign/shared/protocol/api';
import { z } from 'zod';
import type { App } from '../http/app.ts';
import { Problem } from '../http/problem.ts';
import { bodyBytes, fileNameOf, takeFiles } from '../imports/routes.ts';
import { TABLE_LIMITS } from '../imports/table.ts';
import type { Services } from '../services.ts';
import { amendmentImpact } from './amendmentImpact.ts';
import { bringFacts } from './bringFacts.ts';
import { worthReader } from './contractedWorth.ts';
import { contractOffsets } from './contractOffsets.ts';
import { FigureBook } from './figureBook.ts';
import { factPeriods } from './periods.ts';
import { previewSource } from './previewSource.ts';
import { readFactFile } from './readFactFile.ts';
import { catchUpFacts } from './sharedFacts.ts';
import { hasTestCases, versionTestPack } from './versionTestPack.ts';
import { closeFactStore, factStoreOf } from './workspaceFacts.ts';
import { PreviewError, previewText } from './workspacePreview.ts';

const contractQuery = z.strictObject({ contractId: z.string().min(1).max(120) });
const importQuery = z.strictObject({
  contractId: z.string().min(1).max(120),
  kind: z.enum(['delivery', 'touches', 'actions']),
});
const rejectedSchema = z.array(z.strictObject({ row: z.number().int(), reason: z.string() }));
const keptSchema = z.strictObject({
  added: z.number().int(),
  replaced: z.number().int(),
  same: z.number().int(),
  rejected: rejectedSchema,
  /** How many rows were rejected for what, the most frequent first. */
  reasons: z.array(z.strictObject({ reason: z.string(), count: z.number().int() })),
});
const batchSchema = z.strictObject({
  contractId: z.string(),
  fileName: z.string(),
  fileHash: z.string(),
  at: z.string(),
  added: z.number().int(),
  replaced: z.number().int(),
  same: z.number().int(),
  rejected: z.number().int(),
});

export async function registerFactRoutes(app: App, services: Services): Promise<void> {
  const source = previewSource(services);
  await catchUpFacts(services);
  app.addHook('onClose', async () => closeFactStore(services));
  const book = new FigureBook(services);
  services.views.setHooks({
    worth: worthReader(),
    figures: (contract, versions, versionId) => book.of(contract, versions, versionId),
    impact: (_base, version) => amendmentImpact(source, version.id),
    testPack: async (versionId) =>
      hasTestCases((await services.views.contentOf(versionId)).content) ? versionTestPack(source, versionId) : [],
  });

  app.get(
    '/api/v1/facts',
    { schema: { querystring: factsQuerySchema, response: { 200: factsSchema } } },
    async (request) => {
      await services.readerOf(request);
      const { delivery, touches, actions } = factStoreOf(services).facts(
        await known(services, request.query.contractId),
      );
      const offsets = await contractOffsets(services, request.query.contractId);
      return { delivery: [...delivery], touches: [...touches], actions: [...actions], offsets };
    },
  );

  app.get(
    '/api/v1/facts/periods',
    { schema: { querystring: contractQuery, response: { 200: z.array(z.string()) } } },
    async (request) => {
      await services.readerOf(request);
      const contractId = await known(services, request.query.contractId);
      const versions = (await source.versions(contractId)).flatMap(
        (version) => compileVersion(version.content, versionMeta(version)).version ?? [],
      );
      return factPeriods(versions, source.facts(contractId));
    },
  );

  app.get(
    '/api/v1/facts/batches',
    { schema: { querystring: contractQuery, response: { 200: z.array(batchSchema) } } },
    async (request) => {
      await services.readerOf(request);
      return factStoreOf(services)
        .batches(await known(services, request.query.contractId))
        .map((batch) => ({ ...batch }));
    },
  );

  app.get(
    '/api/v1/facts/rejected',
    { schema: { querystring: contractQuery, response: { 200: rejectedSchema } } },
    async (request) => {
      await services.readerOf(request);
      return factStoreOf(services)
        .rejected(await known(services, request.query.contractId))
        .map((rejected) => ({ ...rejected }));
    },
  );

  app.post('/api/v1/preview', { schema: { body: previewRequestSchema } }, async (request, reply) => {
    await services.readerOf(request);
    const text = await billed(() => previewText(source, request.body));
    // The bytes themselves are the answer: a serializer would reorder nothing, but it must not even be able to.
    return reply.type('application/json; charset=utf-8').serializer(String).send(text);
  });

  await app.register(async (plain) => {
    const scope = plain as App;
    // Facts bill without a review, so they are brought by who may also change the terms.
    takeFiles(scope, services);
    scope.post(
      '/api/v1/facts',
      { bodyLimit: TABLE_LIMITS.bytes, schema: { querystring: importQuery, response: { 200: keptSchema } } },
      async (request) => {
        const actor = await services.actorOf(request);
        const { kind } = request.query;
        const contractId = await known(services, request.query.contractId);
        const bytes = bodyBytes(request.body);
        const fileName = fileNameOf(request.headers);
        const read = await readable(() => readFactFile(kind, bytes, fileName));
        const result = await bringFacts(services, actor.userId, kind, {
          contractId,
          fileName,
          fileHash: createHash('sha256').update(bytes).digest('hex'),
          at: services.now().toISOString(),
          ...read,
        });
        const rejected = result.rejected.map((row) => ({ ...row }));
        return { ...result, rejected, reasons: countedReasons(rejected) };
      },
    );
  });
}

async function known(services: Services, contractId: string): Promise<string> {
  if ((await services.storage.contract(contractId)) === null) {
    throw new Problem(404, 'notFound', 'Not found', 'There is no such contract here.', { at: 'contractId' });
  }
  return contractId;
}

/** A file that cannot be read as facts: what is wrong, where, and the cure; nothing of it was kept. */
async function readable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const { row, column } = error.place;
    const at = [row === undefined ? '' : `row ${row}`, column === undefined ? '' : `column ${column}`].filter(
      (part) => part !== '',
    );
    throw new Problem(UNREADABLE[error.code] ?? 422, error.code, 'Facts refused', error.what, {
      action: error.cure,
      ...(at.length === 0 ? {} : { at: at.join(', ') }),
    });
  }
}

/** Refusals that have a status of their own. */
const UNREADABLE: Readonly<Record<string, number>> = { TOO_LARGE: 413, NOT_A_FACT_FILE: 415 };
/** Reasons that an answer counts; a file with more is wrong in another way. */
const MOST_REASONS = 50;

function countedReasons(rejected: readonly { readonly reason: string }[]) {
  const counts = new Map<string, number>();
  for (const { reason } of rejected) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts]
    .map(([reason, count]) => ({ reason, count }))
    .toSorted((a, b) => b.count - a.count)
    .slice(0, MOST_REASONS);
}

async function billed(work: () => Promise<string>): Promise<string> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof PreviewError)
      throw new Problem(422, 'notBillable', 'Not billable', error.message, { at: error.at });
    if (!(error instanceof DomainError)) throw error;
    const at = error.place.path;
    throw new Problem(422, error.code, 'Not billable', error.message, {
      action: error.cure,
      ...(at === undefined ? {} : { at }),
    });
  }
}
