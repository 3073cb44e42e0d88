// The people of the demo workspace (docs/PROTOCOL.md §1). Owns the list; they sign in without a password and so exist on loopback only.
import type { DemoAccount } from '@countersign/shared/protocol/api';

export const DEMO_ACCOUNTS: readonly DemoAccount[] = [
  {
    userId: 'u-finance',
    name: 'Finance',
    roles: ['editor', 'exporter'],
    says: 'Edits terms and rates, submits, exports executed versions.',
  },
  { userId: 'u-ops', name: 'Ops', roles: ['editor'], says: 'Edits lines and flights, submits.' },
  {
    userId: 'u-reviewer',
    name: 'Reviewer',
    roles: ['reviewer'],
    says: 'Reviews drafts with the others: edits and comments, never submits.',
  },
  { userId: 'u-approver', name: 'Approver', roles: ['approver'], says: 'Approves what others wrote.' },
  {
    userId: 'u-controller',
    name: 'Controller',
    roles: ['approver'],
    says: 'The second approver, for retroactive and large changes.',
  },
  { userId: 'u-exporter', name: 'Exporter', roles: ['exporter'], says: 'Exports executed versions to billing.' },
  { userId: 'u-auditor', name: 'Auditor', roles: ['auditor'], says: 'Reads everything, changes nothing.' },
  { userId: 'u-viewer', name: 'Viewer', roles: ['viewer'], says: 'Reads contracts and rate cards.' },
  { userId: 'u-admin', name: 'Admin', roles: ['admin'], says: 'Looks after people and keys, edits no contract.' },
];
