// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest';
import { keyIdOf, signerOf } from './VerifiedBand.tsx';

const field = btoa(String.fromCharCode(0x0a, 0xff, 0x10, 0x03, ...Array(64).fill(7)));
const note = `log/1\n12\nroot=\n\n\u2014 countersign.log ${field}\n\u2014 witness AAAAAAAA\n`;

describe('the signer of a verified note', () => {
  it('[SCR-18] is the key name of the first signature line, with its id in eight hex digits', () => {
    expect(signerOf(note)).toBe('countersign.log');
    expect(keyIdOf(note)).toBe('0aff1003');
  });

  it('[SCR-18] is not made up where a note has none', () => {
    expect([signerOf('log/1\n'), keyIdOf('log/1\n')]).toEqual(['unknown', '']);
    expect(keyIdOf('\u2014 name not*base64\n')).toBe('');
    expect(keyIdOf('\u2014 name AAA\n')).toBe('');
  });
});
