// The signed history over HTTP: readable pages, single entries with proof, checkpoint and proofs. Owns these routes and who may read them.
import { can } from '@countersign/shared/access';
import { TreeRangeError, toBase64, WORKSPACE_DOCUMENT } from '@countersign/shared/history';
import {
  checkpointSchema,
  consistencyQuerySchema,
  countSchema,
  inclusionQuerySchema,
  keyChangesAnswerSchema,
  keyLeavesSchema,
  keysQuerySchema,
  logItemSchema,
  logPageSchema,
  logQuerySchema,
  proofSchema,
} from '@countersign/shared/protocol/api';
import { z } from 'zod';
import { logRows } from '../../history/logPages.ts';
import { boundsOf, firstAt } from '../../history/period.ts';
import { LogReader } from '../../history/reader.ts';
import type { Services } from '../../services.ts';
import type { Actor } from '../actor.ts';
import type { App } from '../app.ts';
import { notAllowed, notFound, Problem } from '../problem.ts';

/** Kinds whose content GET /log/keys tells: who may sign, and that the log was restored. */
const KINDS_TOLD: ReadonlySet<string> = new Set(['key', 'restore']);
/** Leaves of one answer of GET /log/keys. */
const KEY_PAGE = 500;

export async function registerLogRoutes(app: App, services: Services): Promise<void> {
  const { storage, history, people, views } = services;
  const reader = new LogReader(storage, people, views);

  const requireDocument = async (actor: Actor, doc: string): Promise<void> => {
    // [SRV-25] Readers read the history of versions. Every other document is the workspace's own: keys, roles, reads, facts.
    const version = (await storage.version(doc)) !== null;
    const permission = can(actor, 'readLog', version ? { state: 'DRAFT', kind: 'CONTRACT' } : undefined);
    if (!permission.ok) throw notAllowed(permission.reason);
  };

  app.get(
    '/api/v1/log',
    { schema: { querystring: logQuerySchema, response: { 200: logPageSchema } } },
    async (request) => {
      const actor = await services.actorOf(request);
      const { doc, user, kind, before, limit, ...period } = request.query;
      const whole = can(actor, 'readLog').ok;
      const readable = can(actor, 'read');
      if (!readable.ok) throw notAllowed(readable.reason);
      if (doc !== undefined) await requireDocument(actor, doc);
      // Without a document, auditors and admins see everything and others the versions they may read.
      const docs = doc !== undefined ? [doc] : whole ? undefined : (await storage.versions()).map(({ id }) => id);
      if (docs !== undefined && docs.length === 0) return { entries: [], next: null };
      const { size } = history;
      const { from, to } = boundsOf(period);
      const end = to === null ? size : await firstAt(storage, size, to);
      const { rows, next } = await logRows(storage, {
        limit,
        from: from === null ? 0 : await firstAt(storage, size, from),
        before: before === undefined ? end : Math.min(end, Number(before)),
        ...(docs === undefined ? {} : { docs }),
        ...(user === undefined ? {} : { user }),
        ...(kind === undefined ? {} : { kind }),
      });
      return { entries: await reader.readable(rows), next: next === null ? null : String(next) };
    },
  );

  // [HIST-70] Whoever reads entries may learn who was allowed to sign them; what else the workspace document says stays unseen.
  app.get(
    '/api/v1/log/keys',
    { schema: { querystring: keysQuerySchema, response: { 200: keyLeavesSchema } } },
    async (request) => {
      const permission = can(await services.actorOf(request), 'read');
      if (!permission.ok) throw notAllowed(permission.reason);
      const rows = await storage.logOfDoc(WORKSPACE_DOCUMENT, Number(request.query.from), KEY_PAGE);
      const leaves = rows.map(({ index, leaf, kind, payload }) => ({
        index: String(index),
        leaf: toBase64(leaf),
        payload: KINDS_TOLD.has(kind) && payload !== null ? toBase64(payload) : null,
      }));
      return { leaves, more: rows.length === KEY_PAGE };
    },
  );

  // [HIST-105] No secret, and asked for by whoever pinned an older key, before they sign in.
  app.get('/api/v1/log/key-changes', { schema: { response: { 200: keyChangesAnswerSchema } } }, async () => ({
    changes: await history.keyChanges(),
  }));

  app.get('/api/v1/log/checkpoint', { schema: { response: { 200: checkpointSchema } } }, async () => {
    const checkpoint = history.checkpoint();
    if (checkpoint === null) throw notFound('checkpoint yet');
    return { size: String(checkpoint.size), note: checkpoint.note };
  });

  // [WIT-4] Cosigned by a quorum of the workspace's witnesses; whoever relies on it brings a policy of their own.
  app.get('/api/v1/log/witnessed', { schema: { response: { 200: checkpointSchema } } }, async () => {
    const checkpoint = services.witnessing.witnessed;
    if (checkpoint === null) throw notFound('witnessed checkpoint');
    return { size: String(checkpoint.size), note: checkpoint.note };
  });

  const proving = async <T>(work: () => T): Promise<T> => {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof TreeRangeError)) throw error;
      throw new Problem(400, 'range', 'Outside the log', `${error.message}.`);
    }
  };

  app.get(
    '/api/v1/log/inclusion',
    { schema: { querystring: inclusionQuerySchema, response: { 200: proofSchema } } },
    async (request) => {
      await services.actorOf(request);
      const { index, size } = request.query;
      return proving(() => ({ proof: history.inclusionProof(Number(index), Number(size)) }));
    },
  );

  app.get(
    '/api/v1/log/consistency',
    { schema: { querystring: consistencyQuerySchema, response: { 200: proofSchema } } },
    async (request) => {
      await services.actorOf(request);
      const { from, to } = request.query;
      return proving(() => ({ proof: history.consistencyProof(Number(from), Number(to)) }));
    },
  );

  app.get(
    '/api/v1/log/:index',
    { schema: { params: z.strictObject({ index: countSchema }), response: { 200: logItemSchema } } },
    async (request) => {
      const actor = await services.actorOf(request);
      const row = await storage.logRow(Number(request.params.index));
      if (row === null) throw notFound('such entry');
      await requireDocument(actor, row.doc);
      const checkpoint = history.checkpoint();
      const covered = checkpoint !== null && row.index < checkpoint.size;
      return {
        index: String(row.index),
        leaf: toBase64(row.leaf),
        payload: row.payload === null ? null : toBase64(row.payload),
        inclusion: covered
          ? { size: String(checkpoint.size), proof: history.inclusionProof(row.index, checkpoint.size) }
          : null,
        checkpoint: covered ? checkpoint.note : null,
      };
    },
  );
}
