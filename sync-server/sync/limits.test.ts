import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TokenBucket } from './limits.ts';

describe('token bucket', () => {
  it('[SRV-10] over any run of messages no more passes than burst and rate allow, and a patient sender never waits', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(200), { maxLength: 300 }), (gaps) => {
        const bucket = new TokenBucket(50, 200, 0);
        let now = 0;
        let passed = 0;
        for (const gap of gaps) {
          now += gap;
          // A sender that is told to wait is not read meanwhile.
          now += bucket.take(1, now);
          passed += 1;
          expect(passed).toBeLessThanOrEqual(200 + (now * 50) / 1000 + 1);
        }
      }),
    );
    const patient = new TokenBucket(50, 200, 0);
    for (let i = 0; i < 1000; i += 1) expect(patient.take(1, i * 20)).toBe(0);
  });

  it('[SRV-10] a clock that goes back gives nothing', () => {
    const bucket = new TokenBucket(1, 1, 1000);
    expect(bucket.take(1, 1000)).toBe(0);
    expect(bucket.take(1, 0)).toBe(1000);
  });
});
