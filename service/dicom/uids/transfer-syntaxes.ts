/** How the elements of a data set are laid out in bytes (PS3.5 7.1 and Annex A). */
export type DataSetEncoding = 'implicit-vr-little-endian' | 'explicit-vr-little-endian' | 'explicit-vr-big-endian';

/** What a transfer syntax says about the bytes it names. */
export interface TransferSyntax {
  readonly uid: string;
  /** Keyword of PS3.6 Table A-1. */
  readonly keyword: string;
  /** Layout of the elements; of a deflated data set, once inflated. */
  readonly encoding: DataSetEncoding;
  /** The whole data set is one raw deflate stream (PS3.5 A.5). */
  readonly deflated: boolean;
  /** Pixel data travels as a sequence of fragments (PS3.5 A.4). */
  readonly encapsulated: boolean;
}

type Layout = Pick<TransferSyntax, 'encoding' | 'deflated' | 'encapsulated'>;

const implicitVrLittleEndian: Layout = {
  encoding: 'implicit-vr-little-endian',
  deflated: false,
  encapsulated: false,
};
const explicitVrLittleEndian: Layout = {
  encoding: 'explicit-vr-little-endian',
  deflated: false,
  encapsulated: false,
};
const explicitVrBigEndian: Layout = { encoding: 'explicit-vr-big-endian', deflated: false, encapsulated: false };
const deflated: Layout = { ...explicitVrLittleEndian, deflated: true };
const encapsulated: Layout = { ...explicitVrLittleEndian, encapsulated: true };

/*
 * PS3.6 Table A-1, edition 2025b, current and retired. Not here because no stored data set is encoded in them: MIME and
 * XML (1.2.840.10008.1.2.6.*), SMPTE real-time video (1.2.840.10008.1.2.7.*, PS3.22), Papyrus 3 (1.2.840.10008.1.20).
 */
const table: readonly (readonly [uid: string, keyword: string, layout: Layout])[] = [
  ['1.2.840.10008.1.2', 'ImplicitVRLittleEndian', implicitVrLittleEndian],
  ['1.2.840.10008.1.2.1', 'ExplicitVRLittleEndian', explicitVrLittleEndian],
  ['1.2.840.10008.1.2.1.98', 'EncapsulatedUncompressedExplicitVRLittleEndian', encapsulated],
  ['1.2.840.10008.1.2.1.99', 'DeflatedExplicitVRLittleEndian', deflated],
  ['1.2.840.10008.1.2.2', 'ExplicitVRBigEndian', explicitVrBigEndian],
  ['1.2.840.10008.1.2.4.50', 'JPEGBaseline8Bit', encapsulated],
  ['1.2.840.10008.1.2.4.51', 'JPEGExtended12Bit', encapsulated],
  ['1.2.840.10008.1.2.4.52', 'JPEGExtended35', encapsulated],
  ['1.2.840.10008.1.2.4.53', 'JPEGSpectralSelectionNonHierarchical68', encapsulated],
  ['1.2.840.10008.1.2.4.54', 'JPEGSpectralSelectionNonHierarchical79', encapsulated],
  ['1.2.840.10008.1.2.4.55', 'JPEGFullProgressionNonHierarchical1012', encapsulated],
  ['1.2.840.10008.1.2.4.56', 'JPEGFullProgressionNonHierarchical1113', encapsulated],
  ['1.2.840.10008.1.2.4.57', 'JPEGLossless', encapsulated],
  ['1.2.840.10008.1.2.4.58', 'JPEGLosslessNonHierarchical15', encapsulated],
  ['1.2.840.10008.1.2.4.59', 'JPEGExtendedHierarchical1618', encapsulated],
  ['1.2.840.10008.1.2.4.60', 'JPEGExtendedHierarchical1719', encapsulated],
  ['1.2.840.10008.1.2.4.61', 'JPEGSpectralSelectionHierarchical2022', encapsulated],
  ['1.2.840.10008.1.2.4.62', 'JPEGSpectralSelectionHierarchical2123', encapsulated],
  ['1.2.840.10008.1.2.4.63', 'JPEGFullProgressionHierarchical2426', encapsulated],
  ['1.2.840.10008.1.2.4.64', 'JPEGFullProgressionHierarchical2527', encapsulated],
  ['1.2.840.10008.1.2.4.65', 'JPEGLosslessHierarchical28', encapsulated],
  ['1.2.840.10008.1.2.4.66', 'JPEGLosslessHierarchical29', encapsulated],
  ['1.2.840.10008.1.2.4.70', 'JPEGLosslessSV1', encapsulated],
  ['1.2.840.10008.1.2.4.80', 'JPEGLSLossless', encapsulated],
  ['1.2.840.10008.1.2.4.81', 'JPEGLSNearLossless', encapsulated],
  ['1.2.840.10008.1.2.4.90', 'JPEG2000Lossless', encapsulated],
  ['1.2.840.10008.1.2.4.91', 'JPEG2000', encapsulated],
  ['1.2.840.10008.1.2.4.92', 'JPEG2000MCLossless', encapsulated],
  ['1.2.840.10008.1.2.4.93', 'JPEG2000MC', encapsulated],
  ['1.2.840.10008.1.2.4.94', 'JPIPReferenced', explicitVrLittleEndian],
  ['1.2.840.10008.1.2.4.95', 'JPIPReferencedDeflate', deflated],
  ['1.2.840.10008.1.2.4.100', 'MPEG2MPML', encapsulated],
  ['1.2.840.10008.1.2.4.100.1', 'MPEG2MPMLF', encapsulated],
  ['1.2.840.10008.1.2.4.101', 'MPEG2MPHL', encapsulated],
  ['1.2.840.10008.1.2.4.101.1', 'MPEG2MPHLF', encapsulated],
  ['1.2.840.10008.1.2.4.102', 'MPEG4HP41', encapsulated],
  ['1.2.840.10008.1.2.4.102.1', 'MPEG4HP41F', encapsulated],
  ['1.2.840.10008.1.2.4.103', 'MPEG4HP41BD', encapsulated],
  ['1.2.840.10008.1.2.4.103.1', 'MPEG4HP41BDF', encapsulated],
  ['1.2.840.10008.1.2.4.104', 'MPEG4HP422D', encapsulated],
  ['1.2.840.10008.1.2.4.104.1', 'MPEG4HP422DF', encapsulated],
  ['1.2.840.10008.1.2.4.105', 'MPEG4HP423D', encapsulated],
  ['1.2.840.10008.1.2.4.105.1', 'MPEG4HP423DF', encapsulated],
  ['1.2.840.10008.1.2.4.106', 'MPEG4HP42STEREO', encapsulated],
  ['1.2.840.10008.1.2.4.106.1', 'MPEG4HP42STEREOF', encapsulated],
  ['1.2.840.10008.1.2.4.107', 'HEVCMP51', encapsulated],
  ['1.2.840.10008.1.2.4.108', 'HEVCM10P51', encapsulated],
  ['1.2.840.10008.1.2.4.110', 'JPEGXLLossless', encapsulated],
  ['1.2.840.10008.1.2.4.111', 'JPEGXLJPEGRecompression', encapsulated],
  ['1.2.840.10008.1.2.4.112', 'JPEGXL', encapsulated],
  ['1.2.840.10008.1.2.4.201', 'HTJ2KLossless', encapsulated],
  ['1.2.840.10008.1.2.4.202', 'HTJ2KLosslessRPCL', encapsulated],
  ['1.2.840.10008.1.2.4.203', 'HTJ2K', encapsulated],
  ['1.2.840.10008.1.2.4.204', 'JPIPHTJ2KReferenced', explicitVrLittleEndian],
  ['1.2.840.10008.1.2.4.205', 'JPIPHTJ2KReferencedDeflate', deflated],
  ['1.2.840.10008.1.2.5', 'RLELossless', encapsulated],
  ['1.2.840.10008.1.2.8.1', 'DeflatedImageFrameCompression', encapsulated],
];

/** Every transfer syntax a data set can be stored in, by UID. */
export const transferSyntaxes: ReadonlyMap<string, TransferSyntax> = new Map(
  table.map(([uid, keyword, layout]) => [uid, { uid, keyword, ...layout }]),
);
