import { installDebianPackages } from './debian-packages.ts';

/**
 * Real peers and judges by a command of each; with `--all` those of the long suite too, with `--browser` a
 * browser. */
installDebianPackages({
  storescu: 'dcmtk',
  openssl: 'openssl',
  dciodvfy: 'dicom3tools',
  promtool: 'prometheus',
  xmllint: 'libxml2-utils',
  ...(process.argv.includes('--all')
    ? { Orthanc: 'orthanc', gdcmscu: 'libgdcm-tools', send_image: 'ctn', 'systemd-analyze': 'systemd' }
    : {}),
  ...(process.argv.includes('--browser') ? { chromium: 'chromium' } : {}),
});
