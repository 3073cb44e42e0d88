// The published JSON Schemas. Owns: docs/schemas, written from the zod schemas that check the same documents.
// Run `npx node sync-server/cli/schemas.ts` after a change of the contract, the facts or the result.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PreviewResultSchema } from '@countersign/shared/billing';
import { ActionFact, ContractVersion, DeliveryFact, LedgerEntry, TouchFact } from '@countersign/shared/model';
import { z } from 'zod';

/** Where the schemas are published. */
export const SCHEMA_FOLDER = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), 'docs', 'schemas');

const Facts = z.strictObject({
  delivery: z.array(DeliveryFact).optional(),
  touches: z.array(TouchFact).optional(),
  actions: z.array(ActionFact).optional(),
  posted: z.array(LedgerEntry).optional(),
});

const SCHEMAS = {
  contract: ['A contract version', ContractVersion],
  facts: ['The facts of a contract', Facts],
  result: ['A billing preview', PreviewResultSchema],
} as const;

export type SchemaName = keyof typeof SCHEMAS;

/** The JSON Schema (draft 2020-12) of one document. */
export function schemaOf(name: SchemaName): Record<string, unknown> {
  const [title, schema] = SCHEMAS[name];
  const { $schema, ...rest } = z.toJSONSchema(schema, { target: 'draft-2020-12', io: 'input' });
  return { $schema, title, ...rest };
}

/** Names of the published schemas. */
export const SCHEMA_NAMES = Object.keys(SCHEMAS) as SchemaName[];

/** Writes every schema to the folder. */
function writeSchemas(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const name of SCHEMA_NAMES)
    writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(schemaOf(name), null, 2)}\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeSchemas(SCHEMA_FOLDER);
