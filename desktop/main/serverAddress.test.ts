import { describe, expect, it } from 'vitest';
import { serverAddress } from './serverAddress.ts';

describe('the server this app talks to', () => {
  it('[ELE-9] is the named one, else the environment’s, else this computer', () => {
    expect(serverAddress(['--server', 'https://a.example/x'], { COUNTERSIGN_SERVER: 'https://b.example' })).toBe(
      'https://a.example',
    );
    expect(serverAddress([], { COUNTERSIGN_SERVER: 'https://b.example' })).toBe('https://b.example');
    expect(serverAddress([], {})).toBe('http://127.0.0.1:4310');
  });

  it('[ELE-9] is never reached in the clear across a network', () => {
    expect(() => serverAddress(['--server', 'http://a.example'], {})).toThrow('not encrypted');
    expect(() => serverAddress(['--server', 'nonsense'], {})).toThrow('not the address');
    expect(serverAddress(['--server', 'http://localhost:9'], {})).toBe('http://localhost:9');
  });
});
