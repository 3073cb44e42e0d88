// The readable audit and the record of reads over HTTP. Owns these routes and who may ask; what is answered is AuditTrail's.
import { Readable } from 'node:stream';
import { can } from '@countersign/shared/access';
import type { AuditQuery } from '@countersign/shared/history';
import {
  type AuditParams,
  accessReportQuerySchema,
  auditQueryParamsSchema,
  COPY_ROWS_UNRECORDED,
  countSchema,
  erasedSchema,
  eraseSchema,
  readReportSchema,
} from '@countersign/shared/protocol/api';
import { z } from 'zod';
import type { App } from '../http/app.ts';
import { notAllowed, notFound, Problem } from '../http/problem.ts';
import type { Services } from '../services.ts';
import { accessReport, accessReportCsv } from './accessReport.ts';
import { AuditFault, AuditTooLarge, AuditTrail } from './auditTrail.ts';
import { ACCESS_REPORT } from './entryWords.ts';
import { erasePayload, NotErasable } from './erasure.ts';
import { boundsOf } from './period.ts';
import { LogReader } from './reader.ts';
import { Reads } from './reads.ts';

export async function registerAuditRoutes(app: App, services: Services): Promise<void> {
  const { storage, history, people, views } = services;
  const trail = new AuditTrail({ storage, history, people, reader: new LogReader(storage, people, views) });
  const reads = new Reads(history, services.log, services.now);
  app.addHook('onClose', () => reads.flush());

  app.get('/api/v1/audit', { schema: { querystring: auditQueryParamsSchema } }, async (request, reply) => {
    const actor = await services.actorOf(request);
    const { format, doc } = request.query;
    const version = doc === undefined ? null : await storage.version(doc);
    // [AUD-4] The history of one version is open to its readers, as on screen; anything else to auditors and admins.
    const permission = can(actor, 'readLog', version === null ? undefined : { state: 'DRAFT', kind: 'CONTRACT' });
    if (!permission.ok) throw notAllowed(permission.reason);
    const query = queryOf(request.query);
    const count = await trail.count(query);
    const bytes = format === 'bundle' ? await signed(() => trail.signed(query)) : null;
    await reads.note({ by: actor.userId, action: 'audit', subject: subjectOf(query), count });
    const name = `audit-${services.now().toISOString().slice(0, 10)}`;
    if (bytes !== null) {
      return reply
        .type('application/json; charset=utf-8')
        .header('content-disposition', `attachment; filename="${name}.audit.json"`)
        .serializer((body: unknown) => body as string)
        .send(Buffer.from(bytes));
    }
    return reply
      .type('text/csv; charset=utf-8')
      .header('content-disposition', `attachment; filename="${name}.csv"`)
      .serializer((body: unknown) => body as string)
      .send(Readable.from(trail.csv(query)));
  });

  // [ACR-1] For the access review of a quarter.
  app.get('/api/v1/access-report', { schema: { querystring: accessReportQuerySchema } }, async (request, reply) => {
    const actor = await services.actorOf(request);
    const permission = can(actor, 'readLog');
    if (!permission.ok) throw notAllowed(permission.reason);
    const { format, dormantDays } = request.query;
    const report = await accessReport(services, services.now(), dormantDays);
    await reads.note({ by: actor.userId, action: 'audit', subject: ACCESS_REPORT, count: report.lines.length });
    const name = `access-${services.now().toISOString().slice(0, 10)}.${format}`;
    return reply
      .type(format === 'csv' ? 'text/csv; charset=utf-8' : 'application/json; charset=utf-8')
      .header('content-disposition', `attachment; filename="${name}"`)
      .serializer((body: unknown) => body as string)
      .send(format === 'csv' ? accessReportCsv(report) : JSON.stringify(report));
  });

  // [ERA-1] Admins answer for what is asked of them; what they erase, when and why stays in the log.
  app.post(
    '/api/v1/log/:index/erase',
    { schema: { params: z.strictObject({ index: countSchema }), body: eraseSchema, response: { 200: erasedSchema } } },
    async (request) => {
      const actor = await services.actorOf(request);
      const permission = can(actor, 'managePeople');
      if (!permission.ok) throw notAllowed(permission.reason);
      const { params, body } = request;
      const index = await erased(() => erasePayload(services, Number(params.index), body.reason, actor.userId));
      return { index: String(index) };
    },
  );

  // [AUD-6] Only the app sees a copy or a print, so it reports them; small copies are everyday work.
  app.post(
    '/api/v1/reads',
    { schema: { body: readReportSchema, response: { 204: z.null() } } },
    async (request, reply) => {
      const actor = await services.actorOf(request);
      const permission = can(actor, 'read');
      if (!permission.ok) throw notAllowed(permission.reason);
      const { action, versionId, sheet, rows } = request.body;
      if ((await storage.version(versionId)) === null) throw notFound('such version');
      if (action !== 'copy' || rows > COPY_ROWS_UNRECORDED) {
        const subject = sheet === undefined ? versionId : `${versionId}/${sheet}`;
        await reads.note({ by: actor.userId, action, subject, count: rows });
      }
      return reply.code(204).send(null);
    },
  );
}

async function erased(work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof NotErasable)) throw error;
    throw new Problem(409, 'notErasable', 'Not erasable', error.message, { at: 'index' });
  }
}

const queryOf = ({ doc, user, ...period }: AuditParams): AuditQuery => ({
  ...boundsOf(period),
  doc: doc ?? null,
  user: user ?? null,
});

function subjectOf({ from, to, doc, user }: AuditQuery): string {
  return `from ${from ?? 'the start'} to ${to ?? 'the end'}, document ${doc ?? 'any'}, person ${user ?? 'any'}`;
}

async function signed(work: () => Promise<Uint8Array>): Promise<Uint8Array> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AuditTooLarge)
      throw new Problem(422, 'tooLarge', 'Too many entries', error.message, { at: 'from' });
    if (!(error instanceof AuditFault)) throw error;
    throw new Problem(503, 'unavailable', 'Audit file not ready', error.message, { action: 'Ask for it again.' });
  }
}
