import { describe, expect, it } from 'vitest';
import { compareStatements } from './sameBytes.ts';

describe('same bytes as the server', () => {
  it('[SCR-5] equal texts are the same', () => {
    expect(compareStatements('{"a":"1.00"}', '{"a":"1.00"}')).toEqual({ is: 'same' });
  });

  it('[SCR-5] one changed figure is named with its place', () => {
    expect(compareStatements('{"a":"1.00"}', '{"a":"1.01"}')).toEqual({
      is: 'different',
      at: '9',
      here: '{"a":"1.00"}',
      server: '{"a":"1.01"}',
    });
  });

  it('[SCR-5] a text that ends early is different', () => {
    expect(compareStatements('{}', '{}\n').is).toBe('different');
  });
});
