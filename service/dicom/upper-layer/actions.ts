import type { State } from './states.ts';

/** How an association can end. */
export type Ending =
  | 'released'
  | 'aborted-by-peer'
  | 'aborted-by-us'
  | 'rejected'
  | 'transport-closed'
  | 'artim-expired';

/** What an action does, as data. Only the PDU or indication itself is the acceptor's to make. */
export interface Action {
  /** The standard's name of it. */
  readonly tag: string;
  /** The words of PS3.8 tables 9-6 to 9-9, in short. */
  readonly meaning: string;
  readonly next: State;
  /** Starting a timer that runs restarts it. */
  readonly artim?: 'start' | 'stop';
  readonly closesTransport?: true;
  readonly sendsAbort?: true;
  /** The association is over in this way, unless the event says how (`Event.ends`). */
  readonly ends?: Ending;
}

/** The actions of an association acceptor (PS3.8 9.2.2). AE-1 to AE-4, AR-9 and a half of AR-8 are a requestor's. */
export const actions = {
  startArtim: { tag: 'AE-5', meaning: 'Start ARTIM', next: 'awaiting-associate-rq', artim: 'start' },
  indicateAssociate: {
    tag: 'AE-6',
    meaning: 'Stop ARTIM, indicate A-ASSOCIATE',
    next: 'awaiting-associate-response',
    artim: 'stop',
  },
  refuseAssociate: {
    tag: 'AE-6',
    meaning: 'Not acceptable to the provider: send A-ASSOCIATE-RJ, start ARTIM',
    next: 'awaiting-transport-close',
    artim: 'start',
    ends: 'rejected',
  },
  acceptAssociate: { tag: 'AE-7', meaning: 'Send A-ASSOCIATE-AC', next: 'established' },
  rejectAssociate: {
    tag: 'AE-8',
    meaning: 'Send A-ASSOCIATE-RJ, start ARTIM',
    next: 'awaiting-transport-close',
    artim: 'start',
    ends: 'rejected',
  },
  sendData: { tag: 'DT-1', meaning: 'Send P-DATA-TF', next: 'established' },
  indicateData: { tag: 'DT-2', meaning: 'Indicate P-DATA', next: 'established' },
  requestRelease: { tag: 'AR-1', meaning: 'Send A-RELEASE-RQ', next: 'awaiting-release-rp' },
  indicateRelease: { tag: 'AR-2', meaning: 'Indicate A-RELEASE', next: 'awaiting-release-response' },
  confirmRelease: {
    tag: 'AR-3',
    meaning: 'Confirm A-RELEASE, close transport',
    next: 'idle',
    closesTransport: true,
    ends: 'released',
  },
  respondRelease: {
    tag: 'AR-4',
    meaning: 'Send A-RELEASE-RP, start ARTIM',
    next: 'awaiting-transport-close',
    artim: 'start',
    ends: 'released',
  },
  finish: { tag: 'AR-5', meaning: 'Stop ARTIM', next: 'idle', artim: 'stop' },
  indicateLateData: { tag: 'AR-6', meaning: 'Indicate P-DATA', next: 'awaiting-release-rp' },
  sendLateData: { tag: 'AR-7', meaning: 'Send P-DATA-TF', next: 'awaiting-release-response' },
  indicateCollision: {
    tag: 'AR-8',
    meaning: 'Indicate A-RELEASE (collision)',
    next: 'collision-awaiting-release-rp',
  },
  confirmCollision: { tag: 'AR-10', meaning: 'Confirm A-RELEASE', next: 'collision-awaiting-release-response' },
  abortAsUser: {
    tag: 'AA-1',
    meaning: 'Send A-ABORT (service-user source), start or restart ARTIM',
    next: 'awaiting-transport-close',
    sendsAbort: true,
    artim: 'start',
    ends: 'aborted-by-us',
  },
  closeTransport: {
    tag: 'AA-2',
    meaning: 'Stop ARTIM if running, close transport',
    next: 'idle',
    artim: 'stop',
    closesTransport: true,
  },
  indicateAbort: {
    tag: 'AA-3',
    meaning: 'Indicate A-ABORT or A-P-ABORT, close transport',
    next: 'idle',
    closesTransport: true,
  },
  indicateLoss: { tag: 'AA-4', meaning: 'Indicate A-P-ABORT', next: 'idle' },
  forget: { tag: 'AA-5', meaning: 'Stop ARTIM', next: 'idle', artim: 'stop' },
  ignore: { tag: 'AA-6', meaning: 'Ignore the PDU', next: 'awaiting-transport-close' },
  abortAgain: { tag: 'AA-7', meaning: 'Send A-ABORT', next: 'awaiting-transport-close', sendsAbort: true },
  abortAsProvider: {
    tag: 'AA-8',
    meaning: 'Send A-ABORT (service-provider source), indicate A-P-ABORT, start ARTIM',
    next: 'awaiting-transport-close',
    sendsAbort: true,
    artim: 'start',
    ends: 'aborted-by-us',
  },
} as const satisfies Record<string, Action>;

export type ActionName = keyof typeof actions;
