import { expect, inject, onTestFinished, test } from "vitest";
import { TURN_PASSWORD, TURN_USER } from "../server/script";
import { Page } from "../support/page";
import { ServicePeer } from "../support/service_peer";

const port = inject("turnPort");

const relay = ({ candidate }: RTCIceCandidateInit) => candidate?.includes(" typ relay ") === true;

test.skipIf(port === null).each(["udp", "tcp"])(
  "media go through the service's TURN server, over %s, where there is no other way",
  async (transport) => {
    const server = { urls: [`turn:127.0.0.1:${port}?transport=${transport}`], username: TURN_USER };
    const ice_servers = [{ ...server, credential: TURN_PASSWORD }];
    const page = await Page.talking();
    const service = new ServicePeer({
      configuration: { iceServers: ice_servers, iceTransportPolicy: "relay" },
    });
    onTestFinished(() => service.close());
    // Each side learns only the other's address at the TURN server.
    service.onCandidate = (candidate) => page.kernel.send({ type: "ice_candidate", peer: 1, candidate });
    page.kernel.onPeerMessage = (message) => {
      if (message.type === "ice_candidate" && !relay(message.candidate)) return;
      const bare = (sdp: string) => sdp.replace(/^a=candidate:.*\r\n/gm, "");
      void service.take(
        message.type === "answer"
          ? { ...message, sdp: { type: "answer", sdp: bare(message.sdp.sdp) } }
          : message,
      );
    };
    page.kernel.send({ type: "offer", peer: 1, sdp: await service.offer(), ice_servers });
    await page.kernel.got("ice_candidate", ({ candidate }) => relay(candidate));
    await page.until("mediaPath", "webrtc");
    await page.see(() => expect(page.find(".nt-stage").dataset.video).toBe("shown"));
  },
);
