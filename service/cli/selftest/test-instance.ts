/** Secondary Capture Image Storage (PS3.4 B.5), which every archive takes. */
export const secondaryCapture = '1.2.840.10008.5.1.4.1.1.7';
export const explicitVrLittleEndian = '1.2.840.10008.1.2.1';

const SIDE = 8;

export interface TestInstanceUids {
  readonly study: string;
  readonly series: string;
  readonly instance: string;
}

/** The data set of a synthetic image of 8 x 8 pixels, in Explicit VR Little Endian. It says of itself that it is a test. */
export function testDataSet({ study, series, instance }: TestInstanceUids, date: string): Uint8Array {
  const pixels = Uint8Array.from({ length: SIDE * SIDE }, (_, at) => at * 4);
  return Buffer.concat([
    text(0x0008, 0x0005, 'CS', 'ISO_IR 192'),
    text(0x0008, 0x0016, 'UI', secondaryCapture),
    text(0x0008, 0x0018, 'UI', instance),
    text(0x0008, 0x0020, 'DA', date),
    text(0x0008, 0x0030, 'TM', '000000'),
    text(0x0008, 0x0050, 'SH', ''),
    text(0x0008, 0x0060, 'CS', 'OT'),
    text(0x0008, 0x0064, 'CS', 'SYN'),
    text(0x0008, 0x0090, 'PN', ''),
    text(0x0008, 0x1030, 'LO', 'Self-test of the DICOM Store SCP'),
    text(0x0010, 0x0010, 'PN', 'SELFTEST^DICOM STORE SCP'),
    text(0x0010, 0x0020, 'LO', 'SELFTEST'),
    text(0x0010, 0x0030, 'DA', ''),
    text(0x0010, 0x0040, 'CS', ''),
    text(0x0020, 0x000d, 'UI', study),
    text(0x0020, 0x000e, 'UI', series),
    text(0x0020, 0x0010, 'SH', ''),
    text(0x0020, 0x0011, 'IS', '1'),
    text(0x0020, 0x0013, 'IS', '1'),
    number(0x0028, 0x0002, 1),
    text(0x0028, 0x0004, 'CS', 'MONOCHROME2'),
    number(0x0028, 0x0010, SIDE),
    number(0x0028, 0x0011, SIDE),
    number(0x0028, 0x0100, 8),
    number(0x0028, 0x0101, 8),
    number(0x0028, 0x0102, 7),
    number(0x0028, 0x0103, 0),
    pixelData(pixels),
  ]);
}

function text(group: number, element: number, vr: string, value: string): Buffer {
  const padding = value.length % 2 === 0 ? '' : vr === 'UI' ? '\0' : ' ';
  return short(group, element, vr, Buffer.from(value + padding, 'latin1'));
}

function number(group: number, element: number, value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return short(group, element, 'US', bytes);
}

/** PS3.5 7.1.2: a length of 16 bits. */
function short(group: number, element: number, vr: string, value: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt16LE(group);
  head.writeUInt16LE(element, 2);
  head.write(vr, 4, 'latin1');
  head.writeUInt16LE(value.length, 6);
  return Buffer.concat([head, value]);
}

/** OB has two reserved bytes and a length of 32 bits. */
function pixelData(pixels: Uint8Array): Buffer {
  const head = Buffer.from([0xe0, 0x7f, 0x10, 0x00, 0x4f, 0x42, 0x00, 0x00, 0, 0, 0, 0]);
  head.writeUInt32LE(pixels.length, 8);
  return Buffer.concat([head, pixels]);
}
