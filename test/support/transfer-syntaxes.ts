import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { syntheticStudy } from '../../local/synthetic/synthetic-study.ts';
import { encodeFileMeta } from '../../service/dicom/part10/file-meta.ts';

const run = promisify(execFile);

/** A transfer syntax, how DCMTK makes a file of it, and how its storescu is told to propose it. */
export interface TransferSyntaxCase {
  readonly name: string;
  readonly uid: string;
  readonly proposal: string;
  /** A command of DCMTK with its options; absent where no tool writes it, and made-up frames stand in for its bit stream. */
  readonly encoder?: readonly string[];
}

export const transferSyntaxCases: readonly TransferSyntaxCase[] = [
  { name: 'Implicit VR LE', uid: '1.2.840.10008.1.2', proposal: '-xi', encoder: ['dcmconv', '+ti'] },
  { name: 'Explicit VR LE', uid: '1.2.840.10008.1.2.1', proposal: '-xe', encoder: ['dcmconv', '+te'] },
  { name: 'Explicit VR BE', uid: '1.2.840.10008.1.2.2', proposal: '-xb', encoder: ['dcmconv', '+tb'] },
  { name: 'Deflated', uid: '1.2.840.10008.1.2.1.99', proposal: '-xd', encoder: ['dcmconv', '+td'] },
  { name: 'RLE', uid: '1.2.840.10008.1.2.5', proposal: '-xr', encoder: ['dcmcrle'] },
  { name: 'JPEG Baseline', uid: '1.2.840.10008.1.2.4.50', proposal: '-xy', encoder: ['dcmcjpeg', '+eb'] },
  { name: 'JPEG Extended', uid: '1.2.840.10008.1.2.4.51', proposal: '-xx', encoder: ['dcmcjpeg', '+ee'] },
  { name: 'JPEG Lossless SV1', uid: '1.2.840.10008.1.2.4.70', proposal: '-xs', encoder: ['dcmcjpeg', '+e1'] },
  { name: 'JPEG-LS Lossless', uid: '1.2.840.10008.1.2.4.80', proposal: '-xt', encoder: ['dcmcjpls', '+el'] },
  { name: 'JPEG-LS Near-lossless', uid: '1.2.840.10008.1.2.4.81', proposal: '-xu', encoder: ['dcmcjpls', '+en'] },
  { name: 'JPEG 2000 Lossless', uid: '1.2.840.10008.1.2.4.90', proposal: '-xv' },
  { name: 'JPEG 2000', uid: '1.2.840.10008.1.2.4.91', proposal: '-xw' },
  { name: 'MPEG2 MP@ML', uid: '1.2.840.10008.1.2.4.100', proposal: '-xm' },
  { name: 'MPEG2 MP@HL', uid: '1.2.840.10008.1.2.4.101', proposal: '-xh' },
  { name: 'MPEG4 HP@4.1', uid: '1.2.840.10008.1.2.4.102', proposal: '-xn' },
  { name: 'MPEG4 BD HP@4.1', uid: '1.2.840.10008.1.2.4.103', proposal: '-xl' },
  { name: 'MPEG4 HP@4.2 2D', uid: '1.2.840.10008.1.2.4.104', proposal: '-x2' },
  { name: 'MPEG4 HP@4.2 3D', uid: '1.2.840.10008.1.2.4.105', proposal: '-x3' },
  { name: 'MPEG4 Stereo HP@4.2', uid: '1.2.840.10008.1.2.4.106', proposal: '-xo' },
  { name: 'HEVC MP@5.1', uid: '1.2.840.10008.1.2.4.107', proposal: '-x4' },
  { name: 'HEVC M10P@5.1', uid: '1.2.840.10008.1.2.4.108', proposal: '-x5' },
];

/** Writes an ultrasound image in explicit VR little endian, uncompressed: 8 bits, so that every encoder takes it. */
export async function writePlainFile(path: string, sopInstanceUid: string, frames = 2): Promise<void> {
  const instance = ultrasound(sopInstanceUid, frames);
  await writeFile(path, Buffer.concat([fileMetaOf(sopInstanceUid, instance.transferSyntaxUid), instance.dataSet()]));
}

/** Writes an instance of this transfer syntax; answers the path. */
export async function writeFileOf(
  folder: string,
  { uid, encoder }: TransferSyntaxCase,
  sopInstanceUid: string,
): Promise<string> {
  const path = join(folder, `${uid}.dcm`);
  if (encoder === undefined) {
    await writeFile(path, Buffer.concat([fileMetaOf(sopInstanceUid, uid), encapsulated(sopInstanceUid)]));
    return path;
  }
  const plain = join(folder, `${uid}.plain.dcm`);
  await writePlainFile(plain, sopInstanceUid);
  const [command = '', ...options] = encoder;
  const keepsUid = command.startsWith('dcmcj') ? ['--uid-never'] : [];
  await run(command, [...options, ...keepsUid, plain, path]);
  return path;
}

function ultrasound(sopInstanceUid: string, frames: number) {
  const uids = ['2.25.91', '2.25.92', '2.25.93', sopInstanceUid];
  const [instance] = syntheticStudy({
    newUid: () => uids.shift() ?? '',
    modality: 'US',
    series: 1,
    instancesPerSeries: 1,
    rows: 64,
    columns: 64,
    frames,
    transferSyntaxUid: '1.2.840.10008.1.2.1',
  });
  if (instance === undefined) throw new Error('no instance');
  return instance;
}

/** The elements of an image, and pixel data of an empty offset table and two made-up frames (PS3.5 A.4). */
function encapsulated(sopInstanceUid: string): Buffer {
  const plain = Buffer.from(ultrasound(sopInstanceUid, 2).dataSet());
  const pixelData = plain.indexOf(Buffer.from('e07f1000', 'hex'));
  const frame = (fill: number): Buffer =>
    Buffer.concat([Buffer.from('feff00e000040000', 'hex'), Buffer.alloc(1024, fill)]);
  return Buffer.concat([
    plain.subarray(0, pixelData),
    Buffer.from('e07f10004f420000ffffffff', 'hex'),
    Buffer.from('feff00e000000000', 'hex'),
    frame(1),
    frame(2),
    Buffer.from('feffdde000000000', 'hex'),
  ]);
}

function fileMetaOf(sopInstanceUid: string, transferSyntaxUid: string): Uint8Array {
  return encodeFileMeta({
    mediaStorageSopClassUid: '1.2.840.10008.5.1.4.1.1.3.1',
    mediaStorageSopInstanceUid: sopInstanceUid,
    transferSyntaxUid,
    implementationClassUid: '2.25.1',
    implementationVersionName: 'SYNTHETIC',
    sourceApplicationEntityTitle: 'SYNTHETIC',
    receivingApplicationEntityTitle: 'STORESCP',
  });
}
