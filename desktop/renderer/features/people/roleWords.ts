// What each role may do, in the words of the people screen. Pure.
import type { ROLES } from '@countersign/shared/protocol/api';

export type Role = (typeof ROLES)[number];

export const ROLE_WORDS: Readonly<Record<Role, string>> = {
  viewer: 'reads',
  reviewer: 'edits and comments on drafts, never submits',
  editor: 'edits and submits drafts',
  approver: 'approves what others wrote',
  exporter: 'exports executed versions',
  auditor: 'reads everything, changes nothing',
  admin: 'people and keys, no contract edits',
};
