import { COMMAND_KINDS, type VersionDetail } from '@countersign/shared/protocol/api';
import { describe, expect, it } from 'vitest';
import { confirmation } from './commandWords.ts';

const detail = (effectiveFrom: string | null) =>
  ({
    summary: { number: '2659161', title: 'November', kind: 'AMENDMENT', sequence: 3, effectiveFrom },
    contentHash: 'ab'.repeat(32),
  }) as unknown as VersionDetail;

describe('the question before something is signed', () => {
  it('[UI-27] names the act, the version as on its screen, what follows, the reason and the content', () => {
    expect(confirmation(detail('2016-11-01'), 'requestChanges', { reason: 'Rate of 42.0' })).toEqual({
      title: 'Request changes to 2659161, November',
      lines: [
        'Amendment 2, from 2016-11-01',
        'It goes back to its editors as a draft, and approvals given so far are void.',
        'Reason: Rate of 42.0',
        `Content ${'ab'.repeat(32)}`,
      ],
      action: 'Request changes',
    });
    expect(confirmation(detail(null), 'approve', {}).lines).toEqual([
      'Amendment 2',
      'The approval holds for exactly this content.',
      `Content ${'ab'.repeat(32)}`,
    ]);
  });

  it('[UI-27] has words for every command', () => {
    for (const kind of COMMAND_KINDS) expect(confirmation(detail(null), kind, {}).action).toMatch(/^[A-Z]/);
  });
});
