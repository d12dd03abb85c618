"""pynetdicom as it stores fastest: the data set is written as it came, never parsed, complete before success.

Arguments: port, folder, largest PDU in bytes.
"""

import sys
from pathlib import Path

from pynetdicom import AE, AllStoragePresentationContexts, evt

port, folder, pdu_bytes = int(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])


def store(event):
    path = folder / event.request.AffectedSOPInstanceUID
    path.write_bytes(event.encoded_dataset())
    return 0x0000


entity = AE(ae_title="STORESCP")
entity.maximum_pdu_size = pdu_bytes
entity.supported_contexts = AllStoragePresentationContexts
entity.start_server(("127.0.0.1", port), evt_handlers=[(evt.EVT_C_STORE, store)])
