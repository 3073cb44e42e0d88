/** Members that many rules carry. Must not: know any single rule. */
import { z } from 'zod';
import { Id } from '../primitives.ts';

/** The clause whose words the rule comes from. */
export const clauseId = z.string().optional();
/** The lines that the rule speaks of; default all. */
export const lineIds = z.array(Id).optional();
