use futures::executor::block_on;

use super::*;

#[derive(Debug, PartialEq, Eq)]
enum Failed {
    Call,
    Paging(PagingError),
}

impl From<PagingError> for Failed {
    fn from(error: PagingError) -> Self {
        Self::Paging(error)
    }
}

const OPERATION: Operation = Operation::new("GET /x", "x:read");

fn read(answer: impl Fn(&str) -> Result<Page<u32>, Failed>) -> Pages<u32, Failed> {
    block_on(read_pages(OPERATION, |token| {
        let answer = answer(token.as_deref().unwrap_or("start"));
        async move { answer }
    }))
}

fn page(next: &str) -> Result<Page<u32>, Failed> {
    Ok((vec![1], Some(next.to_owned())).into())
}

#[test]
fn every_page_is_read() {
    let all = read(|token| match token {
        "start" => page("a"),
        "a" => page("b"),
        // an empty token ends the listing too
        _ => page(""),
    });
    assert!(!all.more);
    assert_eq!(all.into_result().unwrap(), [1, 1, 1]);
}

#[test]
fn a_failure_keeps_the_items_of_earlier_pages() {
    let some = read(|token| match token {
        "start" => page("a"),
        _ => Err(Failed::Call),
    });
    assert_eq!((some.items, some.failed), (vec![1], Some(Failed::Call)));
}

#[test]
fn pages_that_repeat_are_a_failure() {
    let circle = read(|token| page(if token == "a" { "b" } else { "a" }));
    let error = PagingError::Repeated {
        operation: OPERATION,
    };
    assert_eq!(circle.failed, Some(Failed::Paging(error)));
    assert_eq!(circle.items.len(), 3);
    let unknown = Unknown::from(error);
    assert_eq!(unknown.cause, Cause::Failed);
    assert_eq!(unknown.action.as_deref(), Some("x:read"));
}

#[test]
fn the_bound_of_pages_is_a_failure_and_not_an_end() {
    let endless = read(|token| page(&format!("{token}x")));
    let error = PagingError::TooManyPages {
        operation: OPERATION,
    };
    assert_eq!(endless.failed, Some(Failed::Paging(error)));
    assert_eq!(endless.items.len(), MAX_PAGES);
}

#[test]
fn fewer_items_than_the_api_states_are_a_failure() {
    let stated = |total| {
        read(move |_| {
            Ok(Page {
                items: vec![1],
                next: None,
                total: Some(total),
            })
        })
    };
    assert_eq!(stated(1).failed, None);
    let short = stated(2).failed;
    assert!(matches!(
        short,
        Some(Failed::Paging(PagingError::FewerItems { total: 2, .. }))
    ));
}

#[test]
fn reading_ends_when_enough_was_read() {
    let pages = block_on(read_pages_until(
        OPERATION,
        |items: &[u32]| items.len() >= 2,
        async |token: Option<String>| page(&format!("{}x", token.unwrap_or_default())),
    ));
    assert_eq!((pages.items.len(), pages.more), (2, true));
    assert_eq!(pages.failed, None);
}
