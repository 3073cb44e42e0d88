// Contracts, people's needs, and new contracts. Owns these routes; reading is lifecycle/views.ts.
import { can } from '@countersign/shared/access';
import { newRowId } from '@countersign/shared/document';
import { standingVersion } from '@countersign/shared/lifecycle';
import {
  type ContractFigures,
  contractFiguresSchema,
  contractSchema,
  createContractSchema,
  needSchema,
} from '@countersign/shared/protocol/api';
import { z } from 'zod';
import { emergencyNeeds } from '../../breakGlass/index.ts';
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
    return Promise.all(
      (await storage.contracts()).map(async (contract) => ({
        ...contract,
        versions: await Promise.all(
          (versions.get(contract.id) ?? []).map(async (version) => ({
            ...summaryOf(version, contract),
            ...(version.state === 'DRAFT' ? await views.lastEntry(version.id) : {}),
          })),
        ),
      })),
    );
  });

  /** [SCR-61] Apart from the list, which never waits for a bill. */
  app.get(
    '/api/v1/contracts/figures',
    { schema: { response: { 200: z.array(contractFiguresSchema) } } },
    async (request) => {
      await services.readerOf(request);
      const versions = Map.groupBy(await storage.versions(), (version) => version.contractId);
      const answer: ContractFigures[] = [];
      for (const contract of await storage.contracts()) {
        const held = versions.get(contract.id) ?? [];
        const told = new Set([standingVersion(held), held.find(({ state }) => state === 'EXECUTED')]);
        for (const version of told) {
          const figures = version === undefined ? null : await views.figures(contract, held, version.id);
          if (figures !== null) answer.push(figures);
        }
      }
      return answer;
    },
  );

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
    // First what lapses within the hour.
    return [...emergencyNeeds(services, actor), ...(await needsOf(storage, views, actor))];
  });
}
