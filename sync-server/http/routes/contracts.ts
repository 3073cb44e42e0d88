// Contracts, people's needs, and new contracts. Owns these routes; reading is lifecycle/views.ts.
import { can } from '@countersign/shared/access';
import { newRowId } from '@countersign/shared/document';
import { contractSchema, createContractSchema, needSchema } from '@countersign/shared/protocol/api';
import { z } from 'zod';
import { needsOf, newContractId, summaryOf } from '../../lifecycle/index.ts';
import type { Services } from '../../services.ts';
import type { App } from '../app.ts';
import { notAllowed } from '../problem.ts';

export async function registerContractRoutes(app: App, services: Services): Promise<void> {
  const { storage, views, creation } = services;

  app.get('/api/v1/contracts', { schema: { response: { 200: z.array(contractSchema) } } }, async (request) => {
    const actor = await services.actorOf(request);
    const readable = can(actor, 'read');
    if (!readable.ok) throw notAllowed(readable.reason);
    const versions = Map.groupBy(await storage.versions(), (version) => version.contractId);
    return (await storage.contracts()).map((contract) => ({
      ...contract,
      versions: (versions.get(contract.id) ?? []).map((version) => summaryOf(version, contract)),
    }));
  });

  app.post(
    '/api/v1/contracts',
    { schema: { body: createContractSchema, response: { 201: contractSchema } } },
    async (request, reply) => {
      const actor = await services.actorOf(request);
      // A new contract is a new draft of nothing: whoever may amend may begin one.
      const permission = can(actor, 'amend', { state: 'EXECUTED', kind: request.body.kind });
      if (!permission.ok) throw notAllowed('Only editors begin a contract. Ask an editor.');
      const contract = { id: newContractId(), ...request.body };
      const terms = [{ rowId: newRowId(), values: { key: 'currency', value: 'USD' } }];
      const row = await creation.createContract(contract, { title: request.body.title }, new Map([['terms', terms]]));
      return reply.code(201).send({ ...contract, versions: [summaryOf(row, contract)] });
    },
  );

  app.get('/api/v1/needs', { schema: { response: { 200: z.array(needSchema) } } }, async (request) => {
    const actor = await services.actorOf(request);
    return needsOf(storage, views, actor);
  });
}
