/** How this product names itself to peers and in the files that it writes (PS3.7 D.3.3.2). */
export const implementation = {
  /** Made once from a UUID (PS3.5 B.2); never changes. */
  classUid: '2.25.79471112116340955865580249277395249064',
  /** At most 16 characters. */
  versionName: 'DSSCP_0_1',
} as const;
