//! The explorer as a program: attacked by plain requests, and in a browser as a reader meets it.

mod attacks;
mod browser;
mod served;
#[path = "../../../gallery/tests/browser/webdriver.rs"]
#[allow(dead_code)]
mod webdriver;
