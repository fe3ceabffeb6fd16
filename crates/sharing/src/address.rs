//! Where a connection may go: public addresses and proper host names, nothing on this machine or its network.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

/// Why an address is not connected to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    #[error("this is not an address such as https://shop.example")]
    Form,
    #[error("only addresses that begin with https:// are used, because everything else can be read and changed on the way")]
    NotHttps,
    #[error("an address with a user name or password in it is not used")]
    Credentials,
    #[error("only the usual port of https is used")]
    Port,
    #[error("a partner has a name such as shop.example, not a number")]
    Literal,
    #[error("this name belongs to this computer or its own network, not to a partner")]
    LocalName,
    #[error("this name leads to this computer or its own network, not to a partner")]
    LocalAddress,
}

/// A partner's identity: scheme, host and port, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    url: Url,
    development: bool,
}

impl Origin {
    /// Takes what a person types: `shop.example`, `https://shop.example/any/page`. In development mode also
    /// `http://127.0.0.1:PORT`.
    pub fn parse(text: &str, development: bool) -> Result<Self, AddressError> {
        let text = text.trim();
        let full = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
        let mut url = Url::parse(&full).map_err(|_| AddressError::Form)?;
        let loopback = check_url(&url, development)?;
        url.set_path("");
        url.set_query(None);
        url.set_fragment(None);
        Ok(Self { url, development: loopback })
    }

    /// The address of something below an API base that the descriptor of this origin names. A public partner cannot send
    /// anybody to a local address.
    pub fn api(&self, base: &str, path: &str) -> Result<Url, AddressError> {
        let url = Url::parse(base).map_err(|_| AddressError::Form)?;
        check_url(&url, self.development)?;
        if url.query().is_some() || url.fragment().is_some() {
            return Err(AddressError::Form);
        }
        Url::parse(&format!("{}{path}", base.trim_end_matches('/'))).map_err(|_| AddressError::Form)
    }

    /// `https://shop.example`, without a final slash.
    pub fn text(&self) -> String {
        self.url.as_str().trim_end_matches('/').to_owned()
    }

    /// As it is compared: names in other scripts are in their ASCII form (`xn--…`), so that no letter can pose as another.
    pub fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    /// On this computer, without TLS, for trying things out.
    pub fn development(&self) -> bool {
        self.development
    }

    pub(crate) fn join(&self, path: &str) -> Result<Url, AddressError> {
        self.url.join(path).map_err(|_| AddressError::Form)
    }
}

/// Checks everything about an address that can be seen without asking the network. Says whether it is on this computer,
/// which only development mode allows.
pub(crate) fn check_url(url: &Url, development: bool) -> Result<bool, AddressError> {
    let host = url.host().ok_or(AddressError::Form)?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(AddressError::Credentials);
    }
    if development && is_loopback(&host) && matches!(url.scheme(), "http" | "https") {
        return Ok(true);
    }
    if url.scheme() != "https" {
        return Err(AddressError::NotHttps);
    }
    match host {
        Host::Ipv4(_) | Host::Ipv6(_) => return Err(AddressError::Literal),
        Host::Domain(name) => check_name(name)?,
    }
    if url.port().is_some() { Err(AddressError::Port) } else { Ok(false) }
}

/// The URL parser has turned decimal, octal, hexadecimal, circled and full-width numbers into an IP address before this.
fn check_name(name: &str) -> Result<(), AddressError> {
    const LOCAL: [&str; 10] = ["localhost", "local", "internal", "intranet", "lan", "home", "corp", "private", "home.arpa", "localdomain"];
    let lower = name.to_ascii_lowercase();
    let bare = lower.trim_end_matches('.');
    let is_local = LOCAL.iter().any(|l| bare == *l || bare.strip_suffix(l).is_some_and(|rest| rest.ends_with('.')));
    // A final dot is another spelling of the same name, and one label alone is looked up in the local network.
    if is_local || bare.len() != lower.len() || !bare.contains('.') { Err(AddressError::LocalName) } else { Ok(()) }
}

fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Ipv4(ip) => ip.is_loopback(),
        Host::Ipv6(ip) => ip.is_loopback(),
        Host::Domain(name) => name.eq_ignore_ascii_case("localhost"),
    }
}

/// Whether an address is one of the public internet.
pub(crate) fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

/// IANA IPv4 Special-Purpose Address Registry: everything that is not globally reachable, and multicast.
fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    !matches!(
        (a, b, c),
        (0 | 10 | 127 | 224..=255, _, _)
            | (100, 64..=127, _)
            | (169, 254, _)
            | (172, 16..=31, _)
            | (192, 0, 0 | 2)
            | (192, 88, 99)
            | (192, 168, _)
            | (198, 18 | 19, _)
            | (198, 51, 100)
            | (203, 0, 113)
    )
}

/// Only global unicast, without the ranges that wrap an IPv4 address or are kept for documents and protocols.
fn is_public_v6(ip: Ipv6Addr) -> bool {
    let s = ip.segments();
    if let Some(mapped) = ip.to_ipv4_mapped() {
        return is_public_v4(mapped);
    }
    if s[..6] == [0x64, 0xff9b, 0, 0, 0, 0] {
        let [a, b, c, d] = [(s[6] >> 8) as u8, (s[6] & 255) as u8, (s[7] >> 8) as u8, (s[7] & 255) as u8];
        return is_public_v4(Ipv4Addr::new(a, b, c, d));
    }
    let global = s[0] & 0xe000 == 0x2000;
    let protocols = s[0] == 0x2001 && s[1] < 0x200;
    let documents = s[..2] == [0x2001, 0xdb8] || (s[0] == 0x3fff && s[1] < 0x1000);
    let six_to_four = s[0] == 0x2002;
    global && !protocols && !documents && !six_to_four
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_form_of_a_local_address_passes() {
        for bad in [
            "127.0.0.1",
            "127.1",
            "2130706433",
            "0x7f000001",
            "0177.0.0.1",
            "0",
            "0.0.0.0",
            "[::1]",
            "[::]",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "[fc00::1]",
            "[fe80::1]",
            "[::ffff:127.0.0.1]",
            "[64:ff9b::7f00:1]",
            "224.0.0.1",
            "①②⑦.⓪.⓪.①",
            "１２７.０.０.１",
            "127。0。0。1",
            "localhost",
            "localhost.",
            "LOCALHOST",
            "a.localhost",
            "printer.local",
            "nas.lan",
            "router",
            "shop.example.",
            "db.internal",
            "8.8.8.8",
            "user@shop.example",
            "user:pw@shop.example",
            "shop.example:8443",
            "shop.example:22",
            "",
            "https://",
            "%31%32%37.0.0.1",
        ] {
            let text = if bad.contains("://") { bad.to_owned() } else { format!("https://{bad}") };
            assert!(Origin::parse(&text, false).is_err(), "{bad}");
        }
        for scheme in ["http", "ftp", "file", "data", "javascript", "ws"] {
            assert!(Origin::parse(&format!("{scheme}://shop.example"), false).is_err(), "{scheme}");
        }
    }

    #[test]
    fn development_mode_opens_this_computer_and_nothing_else() {
        for good in ["http://127.0.0.1:8080", "http://localhost:1", "http://[::1]:9", "https://127.0.0.1:8443"] {
            assert!(Origin::parse(good, true).expect(good).development(), "{good}");
            assert!(Origin::parse(good, false).is_err(), "{good}");
        }
        for bad in
            ["http://shop.example", "http://192.168.1.1", "https://10.0.0.1", "http://localhost.example", "https://shop.example:8443"]
        {
            assert!(Origin::parse(bad, true).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_origin_is_what_identifies_a_partner() {
        for text in ["shop.example", "https://SHOP.example/", "https://shop.example/a?b=c#d", " https://shop.example:443 "] {
            assert_eq!(Origin::parse(text, false).expect(text).text(), "https://shop.example");
        }
        assert_eq!(Origin::parse("https://bücher.example", false).expect("a name").host(), "xn--bcher-kva.example");
    }

    #[test]
    fn a_public_partner_cannot_point_inside() {
        let shop = Origin::parse("shop.example", true).expect("a name");
        assert_eq!(
            shop.api("https://data.shop.example/dgp/v1/", "/grants").expect("fits").as_str(),
            "https://data.shop.example/dgp/v1/grants"
        );
        for bad in
            ["http://127.0.0.1:1", "https://localhost", "http://shop.example", "https://shop.example?x=", "/relative", "https://10.0.0.1/x"]
        {
            assert!(shop.api(bad, "/grants").is_err(), "{bad}");
        }
        let trial = Origin::parse("http://127.0.0.1:5000", true).expect("loopback");
        assert!(trial.api("http://127.0.0.1:5000/dgp", "/grants").is_ok());
    }

    #[test]
    fn only_global_addresses_are_public() {
        for bad in [
            "127.0.0.1",
            "10.0.0.1",
            "172.31.255.255",
            "192.168.0.1",
            "169.254.169.254",
            "100.64.0.1",
            "100.127.255.255",
            "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255",
            "192.0.2.1",
            "198.18.0.1",
            "203.0.113.9",
            "240.0.0.1",
            "::1",
            "::",
            "fc00::1",
            "fd12::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "::ffff:10.0.0.1",
            "::ffff:127.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b::a00:1",
            "64:ff9b:1::1",
            "2001:db8::1",
            "2001::1",
            "2002:7f00:1::",
            "3fff::1",
            "100::1",
            "::7f00:1",
            "5f00::1",
        ] {
            assert!(!is_public(bad.parse().expect(bad)), "{bad}");
        }
        for good in
            ["1.1.1.1", "100.128.0.1", "172.32.0.1", "192.169.0.1", "2606:4700::1111", "2a00:1450::1", "64:ff9b::101:101", "::ffff:1.1.1.1"]
        {
            assert!(is_public(good.parse().expect(good)), "{good}");
        }
    }
}
