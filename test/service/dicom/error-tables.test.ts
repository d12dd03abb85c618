import { describe, expect, it } from 'vitest';
import { statuses, statusNameOf } from '../../../service/dicom/dimse/status.ts';
import { PeerFault, type PeerFaultCode, peerFaults } from '../../../service/dicom/errors.ts';
import { abortReasons, rejections } from '../../../service/dicom/pdu/codes.ts';
import { leniencies } from '../../../service/dicom/pdu/leniency.ts';

describe('the table of faults', () => {
  it.each(Object.entries(peerFaults))(
    'has a sentence, a clause and an answer of the standard for %s',
    (code, fault) => {
      expect(fault.sentence).toMatch(/^[A-Z].*\.$/);
      expect(fault.clause).toMatch(/^PS3\.[78] /);
      if (fault.answer.pdu === 'associate-rj') expect(Object.values(rejections)).toContainEqual(fault.answer.rejection);
      else {
        expect([0, 2]).toContain(fault.answer.cause.source);
        expect(Object.values(abortReasons)).toContain(fault.answer.cause.reason);
      }
      expect(new PeerFault(code as PeerFaultCode, 'why').message).toBe(`${fault.sentence} (why)`);
    },
  );
});

describe('the table of leniencies', () => {
  it.each(Object.entries(leniencies))('has a sentence and a clause for %s', (_, sentence) => {
    expect(sentence).toMatch(/^[A-Z].*PS3\.[578] .*\.$/);
  });
});

describe('the table of statuses', () => {
  it('has ranges that do not overlap', () => {
    const ranges = Object.values(statuses).map((status) => [status.code, 'upTo' in status ? status.upTo : status.code]);
    ranges.sort(([a = 0], [b = 0]) => a - b);
    for (const [index, [from = 0]] of ranges.entries()) expect(from).toBeGreaterThan(ranges[index - 1]?.[1] ?? -1);
  });

  it.each([
    [0x0000, 'success'],
    [0x0122, 'sopClassNotSupported'],
    [0x0210, 'duplicateInvocation'],
    [0xa700, 'outOfResources'],
    [0xa7ff, 'outOfResources'],
    [0xa9ab, 'dataSetDoesNotMatchSopClass'],
    [0xb000, 'coercionOfDataElements'],
    [0xb006, 'elementsDiscarded'],
    [0xb007, 'dataSetWarning'],
    [0xc123, 'cannotUnderstand'],
    [0xfe00, undefined],
  ])('names %i', (code, name) => {
    expect(statusNameOf(code)).toBe(name);
  });
});
