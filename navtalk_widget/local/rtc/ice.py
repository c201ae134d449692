"""What aiortc's ICE leaves undone: a way to connect on a machine without a network, and a clean end.

Both reach for the connection inside a gatherer, which aiortc keeps to itself (seen in 1.13 to 1.16).
"""

from __future__ import annotations

import asyncio

from aiortc import RTCIceGatherer, RTCIceParameters, RTCPeerConnection

LOOPBACK = "127.0.0.1"

HANDSHAKE_STEPS = 100
"""How often, every 10 ms, to look whether a handshake without a connection has ended."""


async def ensure_candidate(gatherer: RTCIceGatherer) -> None:
    """Gather candidates; when there are none, as on a machine whose only interface is loopback, offer loopback.

    aioice leaves loopback addresses out and has no option for them. With any other interface this changes nothing.
    """
    await gatherer.gather()
    if not gatherer.getLocalCandidates():
        connection = gatherer._connection
        connection._local_candidates += await connection.get_component_candidates(component=1, addresses=[LOOPBACK])


async def close_entirely(connection: RTCPeerConnection) -> None:
    """Close a bundled connection, also in the middle of connecting.

    aiortc connects in a task that nobody awaits. Closed at the wrong moment, that task dies of an error, or begins to
    query the consent of the peer, and does so for ever. So ICE is closed first, which ends the task properly.
    """
    if connection.connectionState == "connecting":
        await asyncio.sleep(0)  # that task may not have run yet
        for dtls in {transceiver.sender.transport for transceiver in connection.getTransceivers()}:
            ice = dtls.transport
            await ice.iceGatherer._connection.close()
            if ice.state == "checking":
                await ice.start(RTCIceParameters())  # only waits for the end of the start that is going on
            for _ in range(HANDSHAKE_STEPS):
                if dtls.state != "connecting":
                    break
                await asyncio.sleep(0.01)
    await connection.close()
