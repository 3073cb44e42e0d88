// One version over HTTP: detail, content, review, epochs, lifecycle commands, cell history. Owns these routes only.
import { can } from '@countersign/shared/access';
import { SHEET_SCHEMA } from '@countersign/shared/model/sheets';
import { SCHEMA_HEADER } from '@countersign/shared/protocol';
import {
  cellHistorySchema,
  commandDoneSchema,
  commandKindSchema,
  idSchema,
  issuedEpochsSchema,
  issueEpochsSchema,
  reviewSchema,
  signedCommandSchema,
  versionDetailSchema,
} from '@countersign/shared/protocol/api';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { issueEpoch, MOST_EPOCHS } from '../../admission/index.ts';
import { summaryOf } from '../../lifecycle/index.ts';
import type { Services } from '../../services.ts';
import type { Actor } from '../actor.ts';
import type { App } from '../app.ts';
import { notAllowed, notFound, Problem } from '../problem.ts';
import { signedBytes } from '../signedBytes.ts';

const versionParams = z.strictObject({ id: idSchema });

export async function registerVersionRoutes(app: App, services: Services): Promise<void> {
  const { storage, views } = services;

  const reader = async (request: FastifyRequest): Promise<Actor> => {
    const actor = await services.actorOf(request);
    const readable = can(actor, 'read');
    if (!readable.ok) throw notAllowed(readable.reason);
    return actor;
  };

  app.get(
    '/api/v1/versions/:id',
    { schema: { params: versionParams, response: { 200: versionDetailSchema } } },
    async (request, reply) => {
      const detail = await views.detail(request.params.id, await reader(request));
      reply.header('etag', `"${detail.contentHash}"`);
      return detail;
    },
  );

  // The answer is canonical JSON already; a schema would only write a large document a second time.
  app.get('/api/v1/versions/:id/content', { schema: { params: versionParams } }, async (request, reply) => {
    const { userId } = await reader(request);
    const { canonical, contentHash } = await views.reading(request.params.id, ({ snapshot }) => ({
      canonical: snapshot.canonical,
      contentHash: snapshot.contentHash,
    }));
    services.openings.note(userId, request.params.id);
    reply.header('etag', `"${contentHash}"`).type('application/json; charset=utf-8');
    return `{"content":${canonical},"contentHash":"${contentHash}"}`;
  });

  app.get(
    '/api/v1/versions/:id/review',
    { schema: { params: versionParams, response: { 200: reviewSchema } } },
    async (request) => {
      const { userId } = await reader(request);
      const review = await views.review(request.params.id);
      services.openings.note(userId, request.params.id);
      return review;
    },
  );

  app.post(
    '/api/v1/versions/:id/epochs',
    { schema: { params: versionParams, body: issueEpochsSchema, response: { 200: issuedEpochsSchema } } },
    async (request) => {
      const actor = await services.actorOf(request);
      const { id } = request.params;
      const row = await storage.version(id);
      if (row === null) throw notFound('such version');
      // Whether the version is still a draft is asked at each edit; epochs are taken ahead, for work offline.
      const permission = can(actor, 'edit', { state: 'DRAFT', kind: 'CONTRACT' });
      if (!permission.ok) throw notAllowed(permission.reason);
      const { deviceId, count } = request.body;
      const device = services.people.device(deviceId);
      if (device === null || device.userId !== actor.userId) {
        throw new Problem(403, 'epoch', 'Not allowed', 'This device is not enrolled for you.', { at: 'deviceId' });
      }
      if (device.revokedAt !== null || device.frozenAt !== null) {
        throw new Problem(403, 'revoked', 'Not allowed', 'This device may not write any more. Ask an admin.', {
          at: 'deviceId',
        });
      }
      const held = (await storage.epochsOf(id)).filter((epoch) => epoch.deviceId === deviceId).length;
      if (held + count > MOST_EPOCHS) {
        throw new Problem(429, 'tooMany', 'Too many epochs', 'This device took too many writing epochs here.');
      }
      const epochs = [];
      for (let i = 0; i < count; i += 1) {
        const { epoch, clientId } = await issueEpoch(storage, id, deviceId);
        epochs.push({ epoch, clientId });
      }
      return epochs;
    },
  );

  app.post(
    '/api/v1/versions/:id/commands/:kind',
    {
      schema: {
        params: versionParams.extend({ kind: commandKindSchema }),
        body: signedCommandSchema,
        response: { 200: commandDoneSchema },
      },
    },
    async (request) => {
      const actor = await services.actorOf(request);
      const { id: versionId, kind } = request.params;
      requireSameSchema(request);
      const answer = await services.lifecycle.run({
        actor,
        versionId,
        kind,
        signed: signedBytes(request.body),
        ifMatch: ifMatchOf(request),
        idempotencyKey: idempotencyKeyOf(request),
      });
      const version = await views.detail(versionId, actor);
      const done = { index: String(answer.index), leafHash: answer.leafHash, version };
      const created = answer.createdId === null ? null : await storage.version(answer.createdId);
      const contract = created === null ? null : await storage.contract(created.contractId);
      return created === null || contract === null ? done : { ...done, created: summaryOf(created, contract) };
    },
  );

  app.get(
    '/api/v1/versions/:id/cells/:sheet/:rowId/:field/history',
    {
      schema: {
        params: versionParams.extend({
          sheet: z.string().max(40),
          rowId: z.string().max(60),
          field: z.string().max(40),
        }),
        response: { 200: cellHistorySchema },
      },
    },
    async (request) => {
      await reader(request);
      const { id, sheet, rowId, field } = request.params;
      return views.reading(id, ({ draft }) =>
        draft.cellHistory(sheet, rowId, field).map((change) => ({
          index: String(change.index),
          at: change.at,
          userId: change.userId,
          name: services.people.nameOf(change.userId),
          from: change.from,
          to: change.to,
          kind: change.kind,
          contested: change.contested,
        })),
      );
    },
  );
}

/** [SRV-27] An app that knows other documents than this server shows something else than what its person would sign. */
function requireSameSchema(request: FastifyRequest): void {
  const schema = request.headers[SCHEMA_HEADER];
  if (schema === undefined || schema === String(SHEET_SCHEMA)) return;
  const words = `This server has schema ${SHEET_SCHEMA}, the app has ${schema}. Nothing was changed.`;
  throw new Problem(426, 'schema', 'App and server are of different versions', words, {
    at: SCHEMA_HEADER,
    action: 'Update the older one, then look at the version again.',
  });
}

function ifMatchOf(request: FastifyRequest): string {
  const hash = /^"([0-9a-f]{64})"$/.exec(request.headers['if-match'] ?? '')?.[1];
  if (hash !== undefined) return hash;
  throw new Problem(428, 'ifMatch', 'If-Match missing', 'A command names the content it is given for in If-Match.', {
    at: 'If-Match',
    action: 'Read the version and send its contentHash in quotes.',
  });
}

function idempotencyKeyOf(request: FastifyRequest): string {
  const key = request.headers['idempotency-key'];
  if (typeof key === 'string' && /^[\w.:-]{8,100}$/.test(key)) return key;
  throw new Problem(
    400,
    'idempotency',
    'Idempotency-Key missing',
    'A command has an Idempotency-Key of 8 to 100 characters.',
    {
      at: 'Idempotency-Key',
    },
  );
}
