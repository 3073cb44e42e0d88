/**
 * Makes the demo workspace through the same services as everybody: the server creates documents, demo people import,
 * submit, approve, execute and amend. Owns the order; the documents and facts are in the files beside this one.
 */
import { createHash } from 'node:crypto';
import type { SheetId } from '@countersign/shared/model/sheets';
import { bringFacts } from '../facts/index.ts';
import { SERVER_USER } from '../history/index.ts';
import type { Services } from '../services.ts';
import { AFFILIATE_CONTRACT_ID } from './affiliateContract.ts';
import { amendmentCommands } from './amendment.ts';
import { deliveryFacts } from './deliveryContracts.ts';
import {
  type DemoDocument,
  type DemoSheets,
  type DemoStage,
  type DemoVersion,
  factBytes,
  readFacts,
} from './demoDocument.ts';
import { DemoPeople } from './demoPeople.ts';
import { demoDocuments } from './documents.ts';
import { orderFacts } from './orderFacts.ts';

const BEGUN = 'demo.begun';
const MADE = 'demo.made';
/** Who approves, in turn, until the policy has enough approvals; neither writes in the demo. */
const APPROVERS = ['u-approver', 'u-controller'] as const;
/** Sheets that a document is created with; the rest arrives as an import of its author. */
const CREATED_WITH: readonly SheetId[] = ['terms', 'clauses'];

/** [DEMO-9] Makes the demo in a workspace that has none; does nothing in one that has. */
export async function seedDemo(services: Services): Promise<void> {
  const { storage } = services;
  if ((await storage.meta(MADE)) !== null) return;
  await storage.transaction((store) => store.setMeta(BEGUN, services.now().toISOString()));
  const people = new DemoPeople(services);
  for (const document of demoDocuments()) {
    // A first run that was killed goes on with what is missing; what it had begun stays as it is.
    if ((await storage.contract(document.contractId)) === null) await makeDocument(services, people, document);
  }
  await keepFacts(services);
  await storage.transaction((store) => store.setMeta(MADE, services.now().toISOString()));
}

async function makeDocument(services: Services, people: DemoPeople, document: DemoDocument): Promise<void> {
  const { contractId: id, kind, number, title, counterparty, versions } = document;
  const [first, ...amendments] = versions;
  if (first === undefined) return;
  const { id: firstId } = await services.creation.createContract(
    { id, kind, number, title, counterparty },
    { title },
    rowsOf(first.sheets, (sheet) => CREATED_WITH.includes(sheet)),
  );
  const added = rowsOf(first.sheets, (sheet) => !CREATED_WITH.includes(sheet));
  await importAs(services, people, firstId, first, added, []);
  await advance(services, people, firstId, first);
  let baseId = firstId;
  for (const version of amendments) {
    const draftId = await people.command(version.author, baseId, 'amend');
    if (draftId === null) throw new Error(`amending ${baseId} opened no draft`);
    const commands = await services.views.reading(draftId, ({ draft }) =>
      amendmentCommands((sheet) => draft.sheet(sheet), version.sheets, String(draft.size)),
    );
    await importAs(services, people, draftId, version, new Map(), commands);
    await advance(services, people, draftId, version);
    baseId = draftId;
  }
}

type Import = Parameters<Services['commitImport']>[0];

async function importAs(
  services: Services,
  people: DemoPeople,
  draftId: string,
  { author, file }: DemoVersion,
  added: Import['added'],
  commands: Import['commands'],
): Promise<void> {
  const rows = [...added.values()].reduce((sum, { length }) => sum + length, commands.length);
  const fileHash = createHash('sha256').update(factBytes(file)).digest('hex');
  await services.commitImport({
    draftId,
    by: await people.person(author),
    fileHash,
    fileName: `demo/${file}`,
    rows,
    added,
    commands,
  });
}

function rowsOf(sheets: DemoSheets, has: (sheet: SheetId) => boolean): Import['added'] {
  const ids = (Object.keys(sheets) as SheetId[]).filter((sheet) => has(sheet) && (sheets[sheet]?.length ?? 0) > 0);
  return new Map(ids.map((sheet) => [sheet, sheets[sheet] ?? []]));
}

const STEPS: Readonly<Record<DemoStage, number>> = { DRAFT: 0, IN_REVIEW: 1, APPROVED: 2, EXECUTED: 3 };

/** [DEMO-8] Takes a version as far as its stage, each step by who may take it. */
async function advance(
  services: Services,
  people: DemoPeople,
  versionId: string,
  { author, stage }: DemoVersion,
): Promise<void> {
  const steps = STEPS[stage];
  if (steps >= 1) {
    const { authors } = await services.views.detail(versionId, await people.person(author));
    await people.command(author, versionId, 'submit', { authors: authors.map(({ userId }) => userId), changes: [] });
  }
  if (steps >= 2) await approve(services, people, versionId);
  if (steps >= 3) await people.command(author, versionId, 'execute');
}

async function approve(services: Services, people: DemoPeople, versionId: string): Promise<void> {
  const { approversNeeded, submittedAt } = await services.views.reading(versionId, async (room) => ({
    approversNeeded: (await services.views.view(room)).policy.approversNeeded,
    submittedAt: String(room.record.submitted?.index),
  }));
  for (const userId of APPROVERS.slice(0, approversNeeded)) {
    await people.command(userId, versionId, 'approve', {
      logIndex: submittedAt,
      policyHash: services.policyHash(),
      decision: 'APPROVE',
    });
  }
}

async function keepFacts(services: Services): Promise<void> {
  const at = services.now().toISOString();
  const batch = (contractId: string, file: string) => ({
    contractId,
    fileName: `demo/${file}`,
    fileHash: createHash('sha256').update(factBytes(file)).digest('hex'),
    at,
  });
  for (const [contractId, facts] of deliveryFacts()) {
    const delivery = facts.map((fact, index) => [index + 2, fact] as const);
    await bringFacts(services, SERVER_USER, 'delivery', {
      ...batch(contractId, 'delivery-ads.csv'),
      delivery,
      rejected: [],
    });
  }
  const { actions, rejected } = orderFacts(readFacts('order-lines.csv'));
  await bringFacts(services, SERVER_USER, 'actions', {
    ...batch(AFFILIATE_CONTRACT_ID, 'order-lines.csv'),
    actions: actions.map((action, index) => [index + 2, action] as const),
    rejected,
  });
}
