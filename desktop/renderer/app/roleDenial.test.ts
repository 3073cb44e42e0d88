import { expect, it } from 'vitest';
import { roleDenial } from './roleDenial.ts';

const holder = (...roles: string[]) => ({ user: { id: 'u-1', roles } });

it('[SCR-53] whoever may not import or begin a contract is told with the reason, an admin without the role too', () => {
  for (const role of ['auditor', 'viewer', 'reviewer', 'approver', 'admin']) {
    expect(roleDenial(holder(role), 'import'), role).toMatch(/editor/i);
    expect(roleDenial(holder(role), 'amend'), role).toMatch(/editor/i);
  }
  expect(roleDenial(holder('viewer', 'editor'), 'import')).toBeNull();
  expect(roleDenial(holder('editor'), 'amend')).toBeNull();
  expect(roleDenial(null, 'import')).toBeNull();
});
