import { describe, expect, it } from 'vitest';
import { eventRoutes } from '../../../cdk/pipeline/events.ts';
import { type EventBridgeEvent, matchesPattern } from '../../../local/events/match-pattern.ts';

const { manifestCreated, importEnded } = eventRoutes('ingest');
const created = (bucket: string, key: string): EventBridgeEvent => ({
  id: '1',
  source: 'aws.s3',
  'detail-type': 'Object Created',
  detail: { bucket: { name: bucket }, object: { key } },
});
const jobEvent = (detailType: string): EventBridgeEvent => ({
  id: '2',
  source: 'aws.medical-imaging',
  'detail-type': detailType,
  detail: { jobId: 'j' },
});

describe('the rules', () => {
  it('take manifests of the ingest bucket and nothing else of S3', () => {
    const taken = (event: EventBridgeEvent) => matchesPattern(manifestCreated.pattern, event);
    expect(taken(created('ingest', 'manifests/B.json'))).toBe(true);
    expect(taken(created('other', 'manifests/B.json'))).toBe(false);
    expect(taken(created('ingest', 'batches/B/1/2.dcm'))).toBe(false);
    expect(taken({ ...created('ingest', 'manifests/B.json'), 'detail-type': 'Object Deleted' })).toBe(false);
    expect(taken({ ...created('ingest', 'manifests/B.json'), detail: {} })).toBe(false);
  });

  it('take the ends of import jobs and nothing else of HealthImaging', () => {
    const taken = (event: EventBridgeEvent) => matchesPattern(importEnded.pattern, event);
    expect(taken(jobEvent('Import Job Completed'))).toBe(true);
    expect(taken(jobEvent('Import Job Failed'))).toBe(true);
    expect(taken(jobEvent('Import Job In Progress'))).toBe(false);
    expect(taken({ ...jobEvent('Import Job Completed'), source: 'custom' })).toBe(false);
  });
});
