//! The form `impl Experiment for …` of a paper, whose functions `figure` and `claims` show results.

use syn::{ImplItem, Item, ItemFn, ItemImpl};

use crate::paper::SHOWING;

/// Takes the functions that show results out of `impl Experiment for …`.
pub fn take_showing(item: &mut ItemImpl) -> Vec<Item> {
    let experiment = item.trait_.as_ref().and_then(|(_, path, _)| path.segments.last());
    if experiment.is_none_or(|segment| segment.ident != "Experiment") {
        return Vec::new();
    }
    let shows =
        |item: &ImplItem| matches!(item, ImplItem::Fn(item) if SHOWING.iter().any(|name| item.sig.ident == name));
    let (showing, computing) = std::mem::take(&mut item.items).into_iter().partition::<Vec<_>, _>(shows);
    item.items = computing;
    let function = |item| match item {
        ImplItem::Fn(item) => {
            Some(Item::Fn(ItemFn { attrs: item.attrs, vis: item.vis, sig: item.sig, block: Box::new(item.block) }))
        }
        _ => None,
    };
    showing.into_iter().filter_map(function).collect()
}
