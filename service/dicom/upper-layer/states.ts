/** A state of PS3.8 9.2.1 by a name of ours; `tag` is the standard's. */
export const states = {
  idle: { tag: 'Sta1', meaning: 'No association and no transport connection' },
  'awaiting-associate-rq': { tag: 'Sta2', meaning: 'Transport connection open, awaiting A-ASSOCIATE-RQ' },
  'awaiting-associate-response': { tag: 'Sta3', meaning: 'Awaiting the answer of the local user to A-ASSOCIATE-RQ' },
  established: { tag: 'Sta6', meaning: 'Association established, ready for data transfer' },
  'awaiting-release-rp': { tag: 'Sta7', meaning: 'Release requested by us, awaiting A-RELEASE-RP' },
  'awaiting-release-response': { tag: 'Sta8', meaning: 'Release requested by the peer, awaiting the local user' },
  'collision-awaiting-release-rp': { tag: 'Sta10', meaning: 'Release collision, awaiting A-RELEASE-RP' },
  'collision-awaiting-release-response': { tag: 'Sta12', meaning: 'Release collision, awaiting the local user' },
  'awaiting-transport-close': { tag: 'Sta13', meaning: 'Association over, awaiting the close of the transport' },
} as const satisfies Record<string, { readonly tag: string; readonly meaning: string }>;

/** A state an association acceptor can be in. Sta4, Sta5, Sta9 and Sta11 are those of a requestor alone. */
export type State = keyof typeof states;
