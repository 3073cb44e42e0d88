// Sign-in through the company's provider over HTTP. Owns these routes and where people reach the server; the flow is in auth/company.ts.
import type { AddressInfo } from 'node:net';
import {
  beginCompanySchema,
  begunCompanySchema,
  finishCompanySchema,
  signedInSchema,
} from '@countersign/shared/protocol/api';
import type { Company } from '../../auth/index.ts';
import type { Services } from '../../services.ts';
import type { App } from '../app.ts';
import { notFound } from '../problem.ts';
import { accountFaults, signedIn } from './signedIn.ts';

/** Origin under which people reach this server: as set, else where it listens. */
export function publicUrl(app: App, { config }: Services): string {
  if (config.publicUrl !== undefined) return config.publicUrl;
  const { port } = app.server.address() as AddressInfo;
  return `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`;
}

export async function registerCompanyRoutes(app: App, services: Services): Promise<void> {
  const requireCompany = (): Company => {
    if (services.company === null) throw notFound('sign-in through a company');
    return services.company;
  };

  services.company?.watch.start();
  app.addHook('onClose', async () => services.company?.watch.stop());

  app.post(
    '/api/v1/session/company',
    { schema: { body: beginCompanySchema, response: { 200: begunCompanySchema } } },
    async (request) => {
      const company = requireCompany();
      return { url: await accountFaults(() => company.begin(request.body, publicUrl(app, services), request.ip)) };
    },
  );

  // The browser comes here from the provider: an address, never a page of ours with the code in it.
  app.get('/api/v1/session/company/callback', { schema: { hide: true } as object }, async (request, reply) => {
    const company = requireCompany();
    const to = await company.callback(request.url.split('?')[1] ?? '');
    return reply.header('cache-control', 'no-store').header('referrer-policy', 'no-referrer').redirect(to, 303);
  });

  app.post(
    '/api/v1/session/company/finish',
    { schema: { body: finishCompanySchema, response: { 200: signedInSchema } } },
    async (request) => {
      const company = requireCompany();
      const { code, secret } = request.body;
      return signedIn(services.people, await accountFaults(() => company.finish(code, secret)));
    },
  );
}
