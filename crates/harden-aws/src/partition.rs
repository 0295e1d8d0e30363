//! The partitions of AWS, their regions, and the form of the codes of regions.
//!
//! The data is that of the AWS SDK (partitions.json, version 1.1). The SDK exposes it only through its
//! endpoint resolvers; a test of the feature `live` compares the two.

/// A partition.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Partition {
    /// `aws`, `aws-cn`.
    pub(crate) id: &'static str,
    /// The region that has the endpoints of the global services (implicitGlobalRegion).
    pub(crate) home: &'static str,
    /// How the codes of its regions begin; a name and a number follow (regionRegex).
    prefixes: &'static [&'static str],
}

const PARTITIONS: &[Partition] = &[
    Partition {
        id: "aws",
        home: "us-east-1",
        prefixes: &["us", "eu", "ap", "sa", "ca", "me", "af", "il", "mx"],
    },
    Partition {
        id: "aws-cn",
        home: "cn-northwest-1",
        prefixes: &["cn"],
    },
    Partition {
        id: "aws-eusc",
        home: "eusc-de-east-1",
        prefixes: &["eusc-de"],
    },
    Partition {
        id: "aws-iso",
        home: "us-iso-east-1",
        prefixes: &["us-iso"],
    },
    Partition {
        id: "aws-iso-b",
        home: "us-isob-east-1",
        prefixes: &["us-isob"],
    },
    Partition {
        id: "aws-iso-e",
        home: "eu-isoe-west-1",
        prefixes: &["eu-isoe"],
    },
    Partition {
        id: "aws-iso-f",
        home: "us-isof-south-1",
        prefixes: &["us-isof"],
    },
    Partition {
        id: "aws-us-gov",
        home: "us-gov-west-1",
        prefixes: &["us-gov"],
    },
];

impl Partition {
    /// The partition of a region, or `None` for a text that is not the code of a region.
    pub(crate) fn of_region(region: &str) -> Option<&'static Self> {
        PARTITIONS.iter().find(|partition| {
            let mut prefixes = partition.prefixes.iter();
            prefixes.any(|prefix| {
                let rest = region.strip_prefix(prefix);
                let rest = rest.and_then(|rest| rest.strip_prefix('-'));
                rest.and_then(|rest| rest.split_once('-'))
                    .is_some_and(|(name, number)| {
                        let word =
                            |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
                        !name.is_empty()
                            && name.bytes().all(word)
                            && (1..=3).contains(&number.len())
                            && number.bytes().all(|b| b.is_ascii_digit())
                    })
            })
        })
    }

    /// A partition by its id.
    pub(crate) fn by_id(id: &str) -> Option<&'static Self> {
        PARTITIONS.iter().find(|partition| partition.id == id)
    }
}

#[cfg(test)]
mod tests {
    use super::{PARTITIONS, Partition};

    #[test]
    fn every_region_has_its_partition() {
        for (region, partition) in [
            ("us-east-2", Some("aws")),
            ("ap-southeast-12", Some("aws")),
            ("mx-central-1", Some("aws")),
            ("cn-north-1", Some("aws-cn")),
            ("us-gov-west-1", Some("aws-us-gov")),
            ("us-iso-east-1", Some("aws-iso")),
            ("us-isob-east-1", Some("aws-iso-b")),
            ("eu-isoe-west-1", Some("aws-iso-e")),
            ("us-isof-south-1", Some("aws-iso-f")),
            ("eusc-de-east-1", Some("aws-eusc")),
            ("", None),
            ("us", None),
            ("us-east", None),
            ("us-2", None),
            ("us-east-2a", None),
            ("US-EAST-2", None),
            ("us--2", None),
            ("useast-2-1", None),
            ("-us-east-1", None),
            ("xx-east-1", None),
            ("aws-global", None),
            ("ohio", None),
        ] {
            let found = Partition::of_region(region).map(|partition| partition.id);
            assert_eq!(found, partition, "{region}");
        }
        for partition in PARTITIONS {
            assert_eq!(Partition::of_region(partition.home), Some(partition));
            assert_eq!(Partition::by_id(partition.id), Some(partition));
        }
    }

    /// The resolver of the SDK is the oracle: the suffix of an endpoint shows the partition that the
    /// SDK takes a region for.
    #[cfg(feature = "live")]
    #[tokio::test]
    async fn the_partitions_are_those_of_the_sdk() {
        use aws_sdk_sts::config::endpoint::{DefaultResolver, Params, ResolveEndpoint as _};
        for (region, suffix) in [
            ("us-east-2", "amazonaws.com"),
            ("cn-north-1", "amazonaws.com.cn"),
            ("eusc-de-east-1", "amazonaws.eu"),
            ("us-iso-east-1", "c2s.ic.gov"),
            ("us-isob-east-1", "sc2s.sgov.gov"),
            ("eu-isoe-west-1", "cloud.adc-e.uk"),
            ("us-isof-south-1", "csp.hci.ic.gov"),
            ("us-gov-west-1", "amazonaws.com"),
        ] {
            let params = Params::builder().region(region.to_owned()).build().unwrap();
            let endpoint = DefaultResolver::new()
                .resolve_endpoint(&params)
                .await
                .unwrap();
            assert_eq!(endpoint.url(), format!("https://sts.{region}.{suffix}"));
            assert!(Partition::of_region(region).is_some(), "{region}");
        }
    }
}
