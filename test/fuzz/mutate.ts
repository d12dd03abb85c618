import type { Random } from './random.ts';

type Pdu = Uint8Array<ArrayBuffer>;

/** Lengths and counts that have broken readers before. */
const awkwardWords = [
  0, 1, 2, 3, 5, 6, 7, 0x7f, 0x80, 0xff, 0x100, 0x4000, 0x7fff, 0x8000, 0xffff, 0x1_0000, 0x10_0000,
];
const hugeWords = [0x7fff_ffff, 0x8000_0000, 0xffff_fff0, 0xffff_fffe, 0xffff_ffff];

/** Changes a session: PDUs are damaged, lied about, left out, repeated, moved, or taken from other sessions. */
export function mutate(pdus: readonly Uint8Array[], strangers: readonly Uint8Array[], random: Random): Pdu[] {
  const session: Pdu[] = pdus.map((pdu) => Uint8Array.from(pdu));
  for (let changes = 1 + random.below(4); changes > 0; changes--) {
    if (session.length === 0) break;
    const at = random.below(session.length);
    random.pick(changesOfSession)(session, at, strangers, random);
  }
  return session;
}

type Change = (session: Pdu[], at: number, strangers: readonly Uint8Array[], random: Random) => void;

const onPdu =
  (change: (pdu: Pdu, random: Random) => Pdu): Change =>
  (session, at, _, random) => {
    const pdu = session[at];
    if (pdu !== undefined && pdu.length > 0) session[at] = change(pdu, random);
  };

const changesOfSession: readonly Change[] = [
  onPdu(flipBits),
  onPdu(flipBits),
  onPdu(setWord),
  onPdu(setWord),
  onPdu(lieAboutLength),
  onPdu(truncate),
  onPdu(insertBytes),
  onPdu(changeType),
  (session, at, strangers, random) => {
    session.splice(at, 0, Uint8Array.from(random.pick(strangers)));
  },
  (session, at, strangers, random) => {
    const [own, other] = [session[at] ?? new Uint8Array(), random.pick(strangers)];
    session[at] = joined(own.subarray(0, random.below(own.length + 1)), other.subarray(random.below(other.length + 1)));
  },
  (session, at) => {
    session.splice(at, 0, Uint8Array.from(session[at] ?? []));
  },
  (session, at) => {
    session.splice(at, 1);
  },
  (session, at, _, random) => {
    const [moved] = session.splice(at, 1);
    if (moved !== undefined) session.splice(random.below(session.length + 1), 0, moved);
  },
];

function flipBits(pdu: Pdu, random: Random): Pdu {
  for (let flips = 1 + random.below(8); flips > 0; flips--) {
    const at = random.below(pdu.length);
    pdu[at] = (pdu[at] ?? 0) ^ (1 << random.below(8));
  }
  return pdu;
}

/** Writes an awkward number of one, two or four bytes, in either order. */
function setWord(pdu: Pdu, random: Random): Pdu {
  const value = random.pick(random.onceIn(3) ? hugeWords : awkwardWords);
  const size = random.pick([1, 2, 4]);
  if (pdu.length < size) return pdu;
  const view = new DataView(pdu.buffer);
  const at = random.below(pdu.length - size + 1);
  const isLittle = random.onceIn(2);
  if (size === 1) view.setUint8(at, value);
  else if (size === 2) view.setUint16(at, value, isLittle);
  else view.setUint32(at, value, isLittle);
  return pdu;
}

function lieAboutLength(pdu: Pdu, random: Random): Pdu {
  if (pdu.length < 6) return pdu;
  const honest = pdu.length - 6;
  const lie = random.pick([honest - 1, honest + 1, honest + 2, ...awkwardWords, ...hugeWords]);
  new DataView(pdu.buffer).setUint32(2, lie);
  return pdu;
}

function truncate(pdu: Pdu, random: Random): Pdu {
  return pdu.slice(0, random.below(pdu.length));
}

function insertBytes(pdu: Pdu, random: Random): Pdu {
  const at = random.below(pdu.length + 1);
  const added = Uint8Array.from({ length: 1 + random.below(20) }, () => random.below(256));
  return joined(pdu.subarray(0, at), added, pdu.subarray(at));
}

function changeType(pdu: Pdu, random: Random): Pdu {
  pdu[0] = random.pick([0, 1, 2, 3, 4, 5, 6, 7, 8, 0x15, 0xff]);
  return pdu;
}

const joined = (...parts: readonly Uint8Array[]): Pdu => new Uint8Array(Buffer.concat(parts));

/** Cuts bytes as a transport may: mostly into a few pieces, sometimes a short session into single bytes. */
export function cut(bytes: Uint8Array, random: Random): readonly Uint8Array[] {
  const most = random.pick([bytes.length < 1_000 ? 1 : 50, 50, 500, 5_000, 65_536]);
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + 1 + random.below(most);
    pieces.push(bytes.subarray(at, end));
    at = end;
  }
  return pieces;
}
