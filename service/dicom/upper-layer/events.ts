import type { Ending } from './actions.ts';

export interface EventDefinition {
  /** The standard's name of it. */
  readonly tag: string;
  readonly from: 'local user' | 'peer' | 'transport' | 'timer';
  readonly meaning: string;
  /** An association that this event ends, ends in this way. */
  readonly ends?: Ending;
}

/** The events of PS3.8 table 9-10. */
export const events = {
  'associate-request': { tag: 'Evt1', from: 'local user', meaning: 'A-ASSOCIATE request' },
  'transport-connected': { tag: 'Evt2', from: 'transport', meaning: 'Transport connection confirmed' },
  'associate-ac': { tag: 'Evt3', from: 'peer', meaning: 'A-ASSOCIATE-AC received' },
  'associate-rj': { tag: 'Evt4', from: 'peer', meaning: 'A-ASSOCIATE-RJ received' },
  'transport-opened': { tag: 'Evt5', from: 'transport', meaning: 'Transport connection indicated' },
  'associate-rq': { tag: 'Evt6', from: 'peer', meaning: 'A-ASSOCIATE-RQ received' },
  'associate-acceptance': { tag: 'Evt7', from: 'local user', meaning: 'A-ASSOCIATE response: accept' },
  'associate-rejection': { tag: 'Evt8', from: 'local user', meaning: 'A-ASSOCIATE response: reject' },
  'p-data-request': { tag: 'Evt9', from: 'local user', meaning: 'P-DATA request' },
  'p-data-tf': { tag: 'Evt10', from: 'peer', meaning: 'P-DATA-TF received' },
  'release-request': { tag: 'Evt11', from: 'local user', meaning: 'A-RELEASE request' },
  'release-rq': { tag: 'Evt12', from: 'peer', meaning: 'A-RELEASE-RQ received' },
  'release-rp': { tag: 'Evt13', from: 'peer', meaning: 'A-RELEASE-RP received' },
  'release-response': { tag: 'Evt14', from: 'local user', meaning: 'A-RELEASE response' },
  'abort-request': { tag: 'Evt15', from: 'local user', meaning: 'A-ABORT request' },
  abort: { tag: 'Evt16', from: 'peer', meaning: 'A-ABORT received', ends: 'aborted-by-peer' },
  'transport-closed': {
    tag: 'Evt17',
    from: 'transport',
    meaning: 'Transport connection closed',
    ends: 'transport-closed',
  },
  'artim-expired': { tag: 'Evt18', from: 'timer', meaning: 'ARTIM timer expired', ends: 'artim-expired' },
  'invalid-pdu': { tag: 'Evt19', from: 'peer', meaning: 'Unrecognized or invalid PDU received' },
} as const satisfies Record<string, EventDefinition>;

export type UpperLayerEvent = keyof typeof events;
