import { readFile } from 'node:fs/promises';
import { PeersFileError, parsePeers } from '../../core/peers.ts';
import type { Reach } from '../commitment/runner.ts';
import type { Emit } from '../telemetry/events.ts';
import { safeText } from '../telemetry/safe-text.ts';
import { Networks } from './address.ts';
import { Admission } from './admission.ts';
import { BytesInFlight } from './bytes-in-flight.ts';
import { dialPeer } from './dial-peer.ts';
import { Entrance } from './entrance.ts';
import { Gatekeeper } from './gatekeeper.ts';
import { type Door, Listener } from './listener.ts';
import { LoadedFiles } from './loaded-files.ts';
import { PeerList } from './peer-list.ts';
import { RateLimit } from './rate-limit.ts';
import { type ReceiverOptions, receiver } from './receiver.ts';
import { RecordedPeers } from './recorded-peers.ts';
import { rulesOf } from './rules.ts';
import { TlsGate } from './tls-gate.ts';
import { loadTlsIdentity } from './tls-identity.ts';
import { tlsProfiles } from './tls-profiles.ts';
import { WaitingRoom } from './waiting-room.ts';

/** Addresses whose connections are counted; each costs some hundred bytes. */
const MAX_COUNTED_ADDRESSES = 10_000;

export type NetworkOptions = Omit<ReceiverOptions, 'admission' | 'gatekeeper' | 'bytesInFlight'>;

/** Everything that listens for DICOM. */
export interface Network {
  readonly port: number | undefined;
  readonly tlsPort: number | undefined;
  readonly liveAssociations: () => number;
  /** How peers that listen are reached. */
  readonly reach: Reach;
  /** What instances on their way hold in memory. */
  readonly bytesInFlight: () => number;
  /** Looks at once whether the files of peers or of TLS have changed. */
  readonly reload: () => Promise<void>;
  /** See `Listener.drain`. */
  readonly drain: (deadline: Promise<void>) => Promise<number>;
}

/**
 * Opens the ports that the settings ask for.
 * @throws PeersFileError, TlsIdentityError or the system's error when they cannot be opened
 */
export async function openNetwork(options: NetworkOptions): Promise<Network> {
  const { config, ingest, clock, schedule, emit } = options;
  const admission = new Admission();
  const bytesInFlight = new BytesInFlight({
    maxBytes: config.maxBytesInFlight,
    onSaturation: (isSaturated, bytes) => emit({ event: 'bytes-in-flight-saturated', isSaturated, bytes }),
  });
  const peers = await loadPeers(options);
  const tls = config.tlsPort === undefined ? undefined : await loadTls(options);
  const gatekeeper = new Gatekeeper({
    rules: rulesOf(config, ingest.routes),
    peers: () => peers.value,
    admission,
    bytesInFlight,
    isSpoolHigh: () => ingest.spool?.isHigh ?? false,
    recordedPeers: await RecordedPeers.open({ path: config.recordedPeersFile, clock, emit }),
  });
  const doors: Door[] = [];
  if (config.plain) doors.push({ port: config.port, gate: undefined });
  if (tls !== undefined) doors.push({ port: config.tlsPort ?? 0, gate: tls.gate });
  const listener = await Listener.open({
    host: config.host,
    doors,
    entrance: new Entrance({
      balancers: new Networks(config.proxyProtocolFrom),
      rateLimit: new RateLimit({
        perSecond: config.connectionsPerSecond,
        burst: config.connectionBurst,
        maxKeys: MAX_COUNTED_ADDRESSES,
        clock,
      }),
      waitingRoom: new WaitingRoom(config.maxPendingConnections),
      artimTimeoutMs: config.artimTimeoutMs,
      clock,
      schedule,
      emit,
    }),
    admission,
    connect: receiver({ ...options, admission, gatekeeper, bytesInFlight }),
  });
  const portOf = (isOfDoor: (door: Door) => boolean) => listener.ports[doors.findIndex(isOfDoor)];
  return {
    port: portOf(({ gate }) => gate === undefined),
    tlsPort: portOf(({ gate }) => gate !== undefined),
    liveAssociations: () => admission.live,
    reach: {
      listenerOf: (aeTitle, address) => {
        const listening = peers.value.called(aeTitle).filter(({ commitment }) => commitment !== undefined);
        return (listening.find((peer) => peer.admitsAddress(address)) ?? listening[0])?.commitment;
      },
      dial: dialPeer({
        implementation: {
          maxPduBytes: config.maxPduBytes,
          implementationClassUid: options.implementation.classUid,
          implementationVersionName: options.implementation.versionName,
        },
        tls: () => ({ ...tlsProfiles[config.tlsProfile], ...tls?.files.value.credentials }),
        closeTimeoutMs: config.closeTimeoutMs,
        schedule,
      }),
    },
    bytesInFlight: () => bytesInFlight.bytes,
    reload: async () => {
      await Promise.all([peers.check(), tls?.files.check()]);
    },
    drain: (deadline) => listener.drain(deadline),
  };
}

function loadPeers({ config: { peersFile, reloadIntervalMs }, ingest, clock, schedule, emit }: NetworkOptions) {
  return LoadedFiles.open({
    paths: peersFile === undefined ? [] : [peersFile],
    intervalMs: reloadIntervalMs,
    schedule,
    load: async () => {
      if (peersFile === undefined) return new PeerList([], clock.nowMs);
      const text = await readFile(peersFile, 'utf8').catch((error) => {
        throw new PeersFileError(String(error));
      });
      const peers = parsePeers(text, ingest.routes.names);
      const list = new PeerList(peers, clock.nowMs);
      const callingAeTitles = peers.map(({ aeTitle }) => safeText(aeTitle, 16));
      emit({ event: 'peers-loaded', peers: peers.length, callingAeTitles });
      return list;
    },
    onReloaded: () => undefined,
    onFailed: failed('peers', emit),
  });
}

async function loadTls({ config, clock, schedule, emit }: NetworkOptions) {
  const { tlsProfile, tlsKeyFile = '', tlsCertificateFile = '', tlsClientCaFile, tlsClientCertificate } = config;
  const files = await LoadedFiles.open({
    paths: [tlsKeyFile, tlsCertificateFile, ...(tlsClientCaFile === undefined ? [] : [tlsClientCaFile])],
    intervalMs: config.reloadIntervalMs,
    schedule,
    load: async () => {
      const identity = await loadTlsIdentity(
        { keyFile: tlsKeyFile, certificateFile: tlsCertificateFile, clientCaFile: tlsClientCaFile },
        clock.nowMs(),
      );
      const { expiresAtMs, sha256 } = identity;
      const expiresAt = new Date(expiresAtMs).toISOString();
      emit({ event: 'tls-loaded', profile: tlsProfile, sha256, expiresAt, expiresAtMs });
      return identity;
    },
    onReloaded: (identity) => gate.replaceIdentity(identity),
    onFailed: failed('tls', emit),
  });
  const gate = new TlsGate(files.value, {
    profile: tlsProfile,
    clientCertificate: tlsClientCertificate,
    timeoutMs: config.artimTimeoutMs,
  });
  return { files, gate };
}

function failed(what: 'tls' | 'peers', emit: Emit): (error: unknown) => void {
  return (error) => {
    const detail = error instanceof Error ? error.message : String(error);
    emit({ event: 'reload-failed', what, detail: safeText(detail, 300) });
  };
}
