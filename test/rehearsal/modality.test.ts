import { describe, expect, it } from 'vitest';
import { failureOf, successesOfLog, successesOfReport } from './modality.ts';

describe('what DCMTK says of an attempt', () => {
  it('storescu: success is of the file before it', () => {
    const log = [
      'I: Sending file: /a.dcm',
      'I: Received Store Response (Success)',
      'I: Sending file: /b.dcm',
      'I: Received Store Response (Refused: OutOfResources)',
      'I: Sending file: /c.dcm',
      'E: Store Failed, file: /c.dcm:',
    ].join('\n');
    expect([...successesOfLog(log)]).toEqual(['/a.dcm']);
    expect(failureOf(log, 1)).toBe('Received Store Response (Refused: OutOfResources)');
  });

  it('dcmsend: success is of the file of its entry', () => {
    const entry = (file: string, status: string) => `Number        : 1\nFilename      : ${file}\n${status}\n`;
    const report = [
      entry('/a.dcm', 'DIMSE Status  : 0x0000 (Success)'),
      entry('/b.dcm', 'DIMSE Status  : 0xa700 (Refused: OutOfResources)'),
      entry('/c.dcm', 'DIMSE Status  : n/a'),
    ].join('\n');
    expect([...successesOfReport(report)]).toEqual(['/a.dcm']);
  });

  it('a rejected association has its reason', () => {
    const log =
      'F: Association Rejected:\nF: Result: Rejected Transient, Source: Service Provider\nF: Reason: Temporary Congestion';
    expect(failureOf(log, 1)).toBe('Reason: Temporary Congestion');
  });
});
