import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { StoreFault } from '../../core/object-store.ts';
import { exitCodes } from '../../service/cli/exit-codes.ts';
import { peerFaults } from '../../service/dicom/errors.ts';
import { requiredUids, tooLarge } from '../../service/ingest/checks/import-problem.ts';
import { refusalFor, refusals } from '../../service/ingest/refusal.ts';
import type { Check } from '../../service/net/judge.ts';
import { hex16 } from '../drift/conformance/markdown.ts';
import { rejectionOf } from '../drift/conformance/rejections.ts';
import { stableCodes, unionMembers } from './stable-codes.ts';

const root = join(import.meta.dirname, '../..');
const text = readFileSync(join(root, 'docs/errors.md'), 'utf8');

/** Rows of all tables whose first cell is a code, by it: the cells behind it. */
const rows = new Map(
  [...text.matchAll(/^\| `([^`]+)` \|(.*)\|$/gm)].map(([, code = '', cells = '']) => [
    code,
    cells.split('|').map((cell) => cell.trim()),
  ]),
);

/** Not of this product: exception types that HealthImaging writes into the results of a job. */
const ofHealthImaging = ['ValidationException', 'InternalServerException'];

describe('docs/errors.md', () => {
  const codes = stableCodes();

  it('has every code that the source has', () => {
    expect(codes.size).toBeGreaterThan(70);
    expect([...codes].filter((code) => !rows.has(code))).toEqual([]);
  });

  it('has no code that the source does not have', () => {
    expect([...rows.keys()].filter((code) => !codes.has(code) && !ofHealthImaging.includes(code))).toEqual([]);
  });

  it('says of every rule the rejection that the service gives', () => {
    const checks = unionMembers('Check') as Check[];
    const given = checks.map((check) => {
      const { result, source, reason } = rejectionOf(check);
      return [check, `${result}/${source}/${reason}`];
    });
    expect(checks.map((check) => [check, rows.get(check)?.[0]])).toEqual(given);
  });

  it('says of every fault of the protocol that is rejected with what', () => {
    for (const [code, { answer }] of Object.entries(peerFaults)) {
      if (answer.pdu !== 'associate-rj') continue;
      const { result, source, reason } = answer.rejection;
      expect([code, rows.get(code)?.[0]]).toEqual([code, `${result}/${source}/${reason}`]);
    }
  });

  it('says of every refusal its status', () => {
    const stores = unionMembers('StoreFaultCode') as StoreFault['code'][];
    const { bug, sopClassDiffers, sopInstanceDiffers, uidUnusable, unreadable } = refusals;
    const given = [
      ...stores.map((code) => refusalFor(new StoreFault(code, '', { retryable: true }))),
      ...[bug, sopClassDiffers, sopInstanceDiffers, uidUnusable, unreadable('x'), tooLarge.refusal],
    ];
    expect(given.map(({ code }) => [code, rows.get(code)?.[0]])).toEqual(
      given.map(({ code, status }) => [code, hex16(status)]),
    );
    const first = requiredUids[0]?.problem.refusal;
    expect(rows.get(first?.code ?? '')?.[0]).toMatch(hex16(first?.status ?? 0));
  });

  it('has every exit code', () => {
    const mains = ['service/main.ts', 'service/cli/selftest/main.ts'];
    const ofMains = mains.flatMap((file) =>
      [...readFileSync(join(root, file), 'utf8').matchAll(/\bEXIT_\w+ = (\d+)/g)].map(([, code]) => code),
    );
    expect(ofMains.length).toBeGreaterThan(2);
    const exits = [...ofMains, ...Object.values(exitCodes).map(({ code }) => String(code))];
    expect(exits.filter((code) => !text.includes(`\n| ${code} |`))).toEqual([]);
  });
});
