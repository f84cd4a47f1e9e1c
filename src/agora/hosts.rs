//! The regional hosts of the REST API (vendor: switch the domain name), as data. They are for networks that have to stay in one
//! part of the world; without a choice, the vendor's two general domains are asked.

/// A part of the world with hosts of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostArea {
    /// The United States.
    Us,
    /// Europe.
    Eu,
    /// Asia without mainland China.
    Ap,
    /// Mainland China.
    Cn,
}

impl HostArea {
    /// The words of the settings, with their meaning.
    pub const WORDS: [(&str, HostArea); 4] =
        [("us", HostArea::Us), ("eu", HostArea::Eu), ("ap", HostArea::Ap), ("cn", HostArea::Cn)];

    /// Its two hosts under both suffixes, in the order of the vendor's advice: first the same host under the other suffix, then
    /// the neighbour. The suffix of mainland China is `sd-rtn.com`, everywhere else `agora.io` comes first.
    pub fn domains(self) -> [String; 4] {
        let (hosts, suffixes) = self.parts();
        let of = |host: usize, suffix: usize| format!("https://api-{}.{}", hosts[host], suffixes[suffix]);
        [of(0, 0), of(0, 1), of(1, 0), of(1, 1)]
    }

    const fn parts(self) -> ([&'static str; 2], [&'static str; 2]) {
        const ABROAD: [&str; 2] = ["agora.io", "sd-rtn.com"];
        const CHINA: [&str; 2] = ["sd-rtn.com", "agora.io"];
        match self {
            HostArea::Us => (["us-west-1", "us-east-1"], ABROAD),
            HostArea::Eu => (["eu-west-1", "eu-central-1"], ABROAD),
            HostArea::Ap => (["ap-southeast-1", "ap-northeast-1"], ABROAD),
            HostArea::Cn => (["cn-east-1", "cn-north-1"], CHINA),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agora::account::Domain;

    #[test]
    fn an_area_is_two_hosts_under_two_suffixes_in_the_documented_order() {
        let eu = ["https://api-eu-west-1.agora.io", "https://api-eu-west-1.sd-rtn.com"];
        assert_eq!(HostArea::Eu.domains()[..2], eu);
        assert_eq!(
            HostArea::Eu.domains()[2..],
            ["https://api-eu-central-1.agora.io", "https://api-eu-central-1.sd-rtn.com"]
        );
        assert_eq!(HostArea::Cn.domains()[0], "https://api-cn-east-1.sd-rtn.com");
        assert_eq!(HostArea::Us.domains()[2], "https://api-us-east-1.agora.io");
        assert_eq!(HostArea::Ap.domains()[3], "https://api-ap-northeast-1.sd-rtn.com");
        for (_, area) in HostArea::WORDS {
            assert!(area.domains().iter().all(|domain| domain.parse::<Domain>().is_ok()), "{area:?}");
        }
    }
}
