//! Which regions of an account are read.

use aws_config::SdkConfig;
use aws_sdk_account::types::RegionOptStatus;
use harden_collect::EarlyCalls;
use harden_core::Unknown;

use super::error::ConnectError;
use super::failure::failure;
use super::place_api::read_pages;
use super::sent::Sent as _;
use super::session::home_region;
use crate::partition::Partition;

/// The regions of an account that are to be read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// All that the account has enabled.
    All,
    /// These, sorted.
    These(Vec<Box<str>>),
}

impl Wanted {
    /// The first list that names a region, of the option, the account's policy and the policy; else
    /// the region of the environment.
    pub(super) fn of(lists: [&[String]; 3], default: Option<&str>) -> Result<Self, ConnectError> {
        let Some(named) = lists.into_iter().find(|list| !list.is_empty()) else {
            let region = default.ok_or(ConnectError::NoRegion)?;
            return Ok(Self::These(vec![region.into()]));
        };
        if let Some(wrong) = named
            .iter()
            .find(|r| *r != "all" && Partition::of_region(r).is_none())
        {
            return Err(ConnectError::UnknownRegion(harden_core::one_line(
                wrong, 60,
            )));
        }
        if named.iter().any(|r| r == "all") {
            return Ok(Self::All);
        }
        let mut regions: Vec<Box<str>> = named.iter().map(|r| r.as_str().into()).collect();
        regions.sort_unstable();
        regions.dedup();
        Ok(Self::These(regions))
    }
}

/// The regions that an account has enabled, and why there may be more.
pub(super) async fn enabled(
    config: &SdkConfig,
    partition: &str,
    early_calls: &EarlyCalls,
) -> (Vec<Box<str>>, Option<Unknown>) {
    const OPERATION: &str = "account:ListRegions";
    let home = home_region(partition);
    let config = config
        .to_builder()
        .region(aws_config::Region::new(home))
        .build();
    let client = aws_sdk_account::Client::new(&config);
    let read = read_pages(OPERATION, |token| {
        let request = client
            .list_regions()
            .region_opt_status_contains(RegionOptStatus::Enabled)
            .region_opt_status_contains(RegionOptStatus::EnabledByDefault)
            .max_results(50)
            .set_next_token(token);
        early_calls.count(OPERATION);
        async move {
            let answer = request.send().await;
            let answer = answer.map_err(|error| failure(&error, OPERATION, home))?;
            Ok((
                answer.regions.sent(OPERATION, "Regions")?,
                answer.next_token,
            ))
        }
    })
    .await;
    let nameless = read.items.iter().any(|region| region.region_name.is_none());
    let nameless = nameless.then(|| Unknown::missing(OPERATION, "RegionName"));
    let mut regions: Vec<Box<str>> = read
        .items
        .into_iter()
        .filter_map(|region| region.region_name.map(Into::into))
        .collect();
    regions.sort_unstable();
    regions.dedup();
    (regions, read.failed.map(Unknown::from).or(nameless))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strings(words: &[&str]) -> Vec<String> {
        words.iter().map(|w| (*w).to_owned()).collect()
    }

    #[test]
    fn the_first_list_that_names_regions_counts() {
        let (option, account, policy) = (strings(&[]), strings(&["eu-west-1"]), strings(&["all"]));
        let of = |lists, default| Wanted::of(lists, default);
        assert_eq!(
            of([&option, &account, &policy], Some("us-east-2")).unwrap(),
            Wanted::These(vec!["eu-west-1".into()])
        );
        assert_eq!(of([&option, &option, &policy], None).unwrap(), Wanted::All);
        assert_eq!(
            of([&[], &[], &[]], Some("us-east-2")).unwrap(),
            Wanted::These(vec!["us-east-2".into()])
        );
        assert!(matches!(
            of([&[], &[], &[]], None),
            Err(ConnectError::NoRegion)
        ));
        let misspelt = strings(&["us-east"]);
        assert!(matches!(
            of([&misspelt, &[], &[]], None),
            Err(ConnectError::UnknownRegion(_))
        ));
        let sovereign = strings(&["eusc-de-east-1"]);
        assert!(of([&sovereign, &[], &[]], None).is_ok());
    }
}
