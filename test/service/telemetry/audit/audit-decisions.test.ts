import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { auditDecisions } from '../../../../service/telemetry/audit/audit-decisions.ts';
import type { AuditMessage } from '../../../../service/telemetry/audit/audit-message.ts';
import { auditXml } from '../../../../service/telemetry/audit/audit-xml.ts';
import { decide } from '../../../../service/telemetry/decisions.ts';
import type { TelemetryEvent } from '../../../../service/telemetry/events.ts';
import { safeText } from '../../../../service/telemetry/safe-text.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { sampleEvents } from '../sample-events.ts';

const schema = join(import.meta.dirname, '../fixtures/audit-message.rng');
const auditor = {
  sourceId: 'scp-1',
  hostName: 'host.example',
  processId: 42,
  aeTitles: ['STORESCP', 'STAT'],
  nowMs: () => Date.UTC(2026, 0, 2, 3, 4, 5, 678),
};

/** The messages of a service that is told of these events. */
function messagesOf(...events: TelemetryEvent[]): readonly AuditMessage[] {
  const decisions = auditDecisions(auditor);
  return events.flatMap((event) => decide(decisions, event) ?? []);
}

const uid = (text: string) => safeText(text);
const accepted = { ...sampleEvents['association-accepted'], peer: uid('192.0.2.7'), callingAeTitle: uid('CT1') };
const stored = (study: string, sopClassUid: string) => ({
  ...sampleEvents['instance-stored'],
  studyInstanceUid: uid(study),
  sopClassUid: uid(sopClassUid),
});

describe('the audit trail', () => {
  it('tells that the application has started and stopped', () => {
    const [start, stop] = messagesOf(sampleEvents['service-listening'], sampleEvents['service-stopped']);
    expect(start).toMatchObject({
      event: { code: '110100' },
      eventType: { code: '110120' },
      action: 'E',
      outcome: 0,
      at: '2026-01-02T03:04:05.678Z',
      sourceId: 'scp-1',
      participants: [{ userId: '42', alternativeUserId: 'AETITLES=STORESCP;STAT', role: { code: '110150' } }],
    });
    expect(stop).toMatchObject({ event: { code: '110100' }, eventType: { code: '110121' } });
  });

  it('tells of an association one message for each study and outcome, when it ends', () => {
    const during = [
      accepted,
      stored('1.2.1', '1.1'),
      stored('1.2.1', '1.1'),
      stored('1.2.1', '1.9'),
      stored('1.2.2', '1.1'),
      { ...sampleEvents['instance-refused'], studyInstanceUid: uid('1.2.1'), sopClassUid: uid('1.1') },
    ];
    expect(messagesOf(...during)).toEqual([]);
    const messages = messagesOf(...during, sampleEvents['association-ended']);
    expect(messages.map(({ outcome, objects }) => ({ outcome, objects }))).toEqual([
      {
        outcome: 0,
        objects: [
          {
            type: 'study',
            studyInstanceUid: '1.2.1',
            sopClasses: [
              { uid: '1.1', instances: 2 },
              { uid: '1.9', instances: 1 },
            ],
          },
        ],
      },
      {
        outcome: 0,
        objects: [{ type: 'study', studyInstanceUid: '1.2.2', sopClasses: [{ uid: '1.1', instances: 1 }] }],
      },
      {
        outcome: 4,
        objects: [{ type: 'study', studyInstanceUid: '1.2.1', sopClasses: [{ uid: '1.1', instances: 1 }] }],
      },
    ]);
    expect(messages[0]).toMatchObject({
      event: { code: '110104' },
      action: 'C',
      participants: [
        {
          userId: 'CT1',
          isRequestor: true,
          role: { code: '110153' },
          networkAccessPoint: { id: '192.0.2.7', type: 'ip-address' },
        },
        { userId: '42', isRequestor: false, role: { code: '110152' } },
      ],
    });
  });

  it('tells of an instance that was stored after its association had ended', () => {
    const messages = messagesOf(accepted, sampleEvents['association-ended'], stored('1.2.1', '1.1'));
    expect(messages).toHaveLength(1);
    expect(messages[0]).toMatchObject({ outcome: 0, objects: [{ studyInstanceUid: '1.2.1' }] });
  });

  it('remembers only so many studies of one association', () => {
    const many = Array.from({ length: 1_200 }, (_, index) => stored(`1.2.${index}`, '1.1'));
    const messages = messagesOf(accepted, ...many, sampleEvents['association-ended']);
    expect(messages).toHaveLength(1_200);
    expect(messagesOf(accepted, ...many).length).toBeGreaterThan(0);
  });

  it.each([
    ['client-certificate-missing', true],
    ['tls-handshake-failed', true],
    ['proxy-header-unexpected', true],
    ['too-many-pending', false],
    ['connection-rate', false],
  ] as const)('takes a connection refused for %s for a failed authentication: %s', (reason, isAlert) => {
    const messages = messagesOf({ ...sampleEvents['connection-refused'], reason, peer: uid('192.0.2.9') });
    expect(messages.map(({ event, eventType, outcome }) => [event.code, eventType?.code, outcome])).toEqual(
      isAlert ? [['110113', '110126', 4]] : [],
    );
    if (isAlert) expect(messages[0]?.objects).toEqual([{ type: 'node', id: '192.0.2.9', alert: reason }]);
  });

  it.each([
    ['peer-certificate', 1],
    ['known-peer', 1],
    ['associations', 0],
    [undefined, 0],
  ] as const)('tells of an association rejected by %s: %d', (because, count) => {
    expect(messagesOf({ ...sampleEvents['association-rejected'], because })).toHaveLength(count);
  });

  it('tells that messages were lost', () => {
    const [message] = messagesOf(sampleEvents['audit-resumed']);
    expect(message).toMatchObject({ eventType: { code: '110134' }, outcome: 8 });
    expect(message?.outcomeDescription).toContain('2 were dropped');
  });
});

describe('the XML of an audit message', () => {
  it('is valid by the schema of PS3.15 A.5.1, whatever a peer says', async () => {
    const { path, remove } = await temporaryFolder();
    const hostile = { ...accepted, callingAeTitle: uid('<A&"\'>') };
    const messages = messagesOf(
      ...Object.values(sampleEvents),
      { ...hostile, associationId: 'a2' },
      { ...stored('', '1.1'), associationId: 'a2' },
      { ...sampleEvents['association-ended'], associationId: 'a2' },
    );
    expect(new Set(messages.map(({ event, eventType }) => `${event.code} ${eventType?.code}`)).size).toBe(6);
    const files = messages.map((message, index) => {
      const file = join(path, `${index}.xml`);
      writeFileSync(file, auditXml(message));
      return file;
    });
    const check = spawnSync('xmllint', ['--noout', '--relaxng', schema, ...files], { encoding: 'utf8' });
    expect(check.stderr.replaceAll(/^.* validates\n/gm, '')).toBe('');
    expect(check.status).toBe(0);
    const broken = join(path, 'broken.xml');
    writeFileSync(broken, auditXml({ ...(messages[0] as AuditMessage), participants: [] }));
    expect(spawnSync('xmllint', ['--noout', '--relaxng', schema, broken]).status).not.toBe(0);
    await remove();
  });

  it('has no control characters', () => {
    const [message] = messagesOf(sampleEvents['service-listening']);
    if (message === undefined) throw new Error('no message');
    expect(auditXml({ ...message, outcomeDescription: 'a\u0000b\nc' })).toContain('>a\ufffdb\ufffdc<');
  });
});
