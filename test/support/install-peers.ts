import { installDebianPackages } from './debian-packages.ts';

/** Real peers and judges by a command of each; with `--all` those of the long suite too. */
installDebianPackages({
  storescu: 'dcmtk',
  openssl: 'openssl',
  dciodvfy: 'dicom3tools',
  ...(process.argv.includes('--all')
    ? { Orthanc: 'orthanc', gdcmscu: 'libgdcm-tools', send_image: 'ctn', 'systemd-analyze': 'systemd' }
    : {}),
});
