/** What is tolerated of a peer that does not keep to the standard; a strict association refuses each of them. */
export const leniencies = {
  'uid-padding': 'A UID was padded with NUL or space where PS3.5 9.1 and PS3.8 F.1 allow none.',
  'uid-leading-zero': 'A component of a UID had a leading zero (PS3.5 9.1).',
  'ae-title-blank': 'The called or calling AE title was blank (PS3.8 9.3.2).',
  'ae-title-control-characters': 'An AE title held NUL or other control characters (PS3.5 6.2, VR AE).',
  'item-trailing-bytes': 'An item was longer than its fields (PS3.8 9.3, PS3.7 D.3.3).',
  'implementation-class-uid-missing': 'No Implementation Class UID was given (PS3.7 D.3.3.2.1).',
  'implementation-version-name-too-long':
    'The Implementation Version Name had more than 16 characters (PS3.7 D.3.3.2.3).',
  'max-length-missing': 'No Maximum Length was given (PS3.8 D.1): 16,384 is assumed.',
  'pdu-over-announced-max': 'A P-DATA-TF PDU was larger than the maximum length we announced (PS3.8 D.1).',
  'command-group-length-missing': 'A command set began without Command Group Length (PS3.7 E.1).',
  'command-group-length-wrong': 'The Command Group Length was not the number of bytes that followed (PS3.7 E.1).',
  'command-elements-unordered': 'The elements of a command set were not in ascending order (PS3.7 6.3.1).',
  'command-value-odd': 'A value of a command set had an odd length (PS3.5 7.1.1).',
  'response-unexpected': 'A response came to a request that was never sent (PS3.7 6.3).',
} as const;

/** A stable name of something tolerated: the key of a counter, the word in a log line. */
export type LeniencyKind = keyof typeof leniencies;

/** Tells that something was tolerated, or throws a PeerFault where the association is strict. */
export type Tolerate = (kind: LeniencyKind) => void;
