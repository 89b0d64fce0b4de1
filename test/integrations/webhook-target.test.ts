import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isPublicAddress } from "../../integrations/webhooks/address.ts";
import {
  type Address,
  pinTarget,
  RefusedTargetError,
  refuseUrl,
  type TargetPolicy,
} from "../../integrations/webhooks/target.ts";

const PUBLIC: TargetPolicy = { allowPrivate: false, allowLoopback: false };
const LOOPBACK: TargetPolicy = { allowPrivate: false, allowLoopback: true };
const ANY: TargetPolicy = { allowPrivate: true, allowLoopback: true };

const address = (text: string): Address => ({ address: text, family: text.includes(":") ? 6 : 4 });
const resolvesTo =
  (...addresses: string[]) =>
  async () =>
    addresses.map(address);
const noQuery = async (): Promise<never> => {
  throw new Error("An address is not looked up.");
};

const INTERNAL_HOSTS = [
  "127.0.0.1",
  "127.255.255.254",
  "127.1",
  "2130706433",
  "0x7f000001",
  "0x7f.0.0.1",
  "0177.0.0.1",
  "017700000001",
  "0.0.0.0",
  "0",
  "0.1.2.3",
  "10.0.0.1",
  "100.64.0.1",
  "100.127.255.254",
  "169.254.169.254",
  "169.254.170.2",
  "172.16.0.1",
  "172.31.255.255",
  "192.0.0.192",
  "192.168.1.1",
  "198.18.0.1",
  "224.0.0.1",
  "239.255.255.255",
  "255.255.255.255",
  "１２７.0.0.1",
  "127。0。0。1",
  "[::]",
  "[::1]",
  "[0:0:0:0:0:0:0:1]",
  "[::127.0.0.1]",
  "[::ffff:127.0.0.1]",
  "[::ffff:7f00:1]",
  "[::ffff:a9fe:a9fe]",
  "[::ffff:10.0.0.1]",
  "[::ffff:8.8.8.8]",
  "[::ffff:0:127.0.0.1]",
  "[64:ff9b::7f00:1]",
  "[64:ff9b:1::1]",
  "[100::1]",
  "[2001::1]",
  "[2001:db8::1]",
  "[2002:7f00:1::]",
  "[fc00::1]",
  "[fd00:ec2::254]",
  "[fe80::1]",
  "[fec0::1]",
  "[ff02::1]",
  "localhost",
  "LOCALHOST",
];

describe("without further permission", () => {
  test.each(INTERNAL_HOSTS)("https://%s is refused, without a look-up", async (host) => {
    const url = `https://${host}/hook`;
    expect(refuseUrl(url, PUBLIC)).toBe("its address is not a public one");
    await expect(pinTarget(url, PUBLIC, noQuery)).rejects.toThrow(RefusedTargetError);
  });

  test.each([
    "10.0.0.5",
    "127.0.0.1",
    "169.254.169.254",
    "100.100.100.200",
    "::1",
    "::ffff:169.254.169.254",
    "fd00:ec2::254",
    "fe80::1%eth0",
    "2000::1%eth0",
    "64:ff9b::a9fe:a9fe",
  ])("a name that resolves to %s is refused, also beside a public address", async (internal) => {
    const url = "https://rebind.example/hook";
    expect(refuseUrl(url, PUBLIC)).toBeNull();
    for (const found of [[internal], ["93.184.215.14", internal], [internal, "93.184.215.14"]]) {
      await expect(pinTarget(url, PUBLIC, resolvesTo(...found))).rejects.toThrow(RefusedTargetError);
    }
  });

  test("a name without an address is refused", async () => {
    await expect(pinTarget("https://void.example", PUBLIC, resolvesTo())).rejects.toThrow("no address");
  });

  test.each([
    ["http://example.com/", "only https is spoken"],
    ["http://127.0.0.1/", "only https is spoken"],
    ["ftp://example.com/", "only https is spoken"],
    ["file:///etc/passwd", "only https is spoken"],
    ["gopher://127.0.0.1:6379/_FLUSHALL", "only https is spoken"],
    ["https://user:secret@example.com/", "it carries a user name or a password"],
    ["https://example.com@127.0.0.1/", "it carries a user name or a password"],
    ["https://", "it is not a URL"],
    ["//example.com", "it is not a URL"],
    ["not a url", "it is not a URL"],
  ])("%s is refused: %s", (url, reason) => {
    expect(refuseUrl(url, PUBLIC)).toBe(reason);
  });

  test("a name is resolved once, and what was found is what the target is pinned to", async () => {
    let queries = 0;
    const pinned = await pinTarget("https://example.com:8443/a?b=c", PUBLIC, async (host) => {
      queries++;
      expect(host).toBe("example.com");
      return [address("93.184.215.14"), address("2606:2800:21f:cb07::1")];
    });
    expect(queries).toBe(1);
    expect(pinned.addresses.map(({ address }) => address)).toEqual([
      "93.184.215.14",
      "2606:2800:21f:cb07::1",
    ]);
    expect(pinned.url.href).toBe("https://example.com:8443/a?b=c");
  });

  test.each(["8.8.8.8", "93.184.215.14", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450::1"])(
    "%s is public",
    (text) => {
      expect(isPublicAddress(text)).toBe(true);
    },
  );
});

describe("an IPv6 address that carries an IPv4 one", () => {
  const octet = fc.nat(255);
  test.each(["::ffff:", "::", "64:ff9b::"])("as %sa.b.c.d is never public", (prefix) => {
    fc.assert(
      fc.property(octet, octet, octet, octet, (a, b, c, d) => {
        expect(isPublicAddress(`${prefix}${a}.${b}.${c}.${d}`)).toBe(false);
      }),
    );
  });
});

describe("with loopback allowed", () => {
  test.each(["http://127.0.0.1:9000/", "https://localhost/", "http://localhost:1/", "http://[::1]:9000/"])(
    "%s is a target",
    async (url) => {
      expect(refuseUrl(url, LOOPBACK)).toBeNull();
      const pinned = await pinTarget(url, LOOPBACK, resolvesTo("127.0.0.1", "::1"));
      expect(pinned.addresses.length).toBeGreaterThan(0);
    },
  );

  test("plain http leaves the machine neither by another name nor by a localhost that lies elsewhere", async () => {
    expect(refuseUrl("http://example.com/", LOOPBACK)).toBe("only https is spoken");
    await expect(pinTarget("http://localhost/", LOOPBACK, resolvesTo("93.184.215.14"))).rejects.toThrow(
      RefusedTargetError,
    );
  });

  test.each(["https://10.0.0.1/", "https://169.254.169.254/", "http://[::ffff:127.0.0.1]/"])(
    "%s stays refused",
    (url) => {
      expect(refuseUrl(url, LOOPBACK)).not.toBeNull();
    },
  );
});

test("with every address allowed, private ones and http are targets, other schemes are not", async () => {
  expect(refuseUrl("http://10.0.0.1/", ANY)).toBeNull();
  expect((await pinTarget("http://intranet/", ANY, resolvesTo("10.1.2.3"))).addresses).toHaveLength(1);
  expect(refuseUrl("file:///etc/passwd", ANY)).toBe("only https is spoken");
});
