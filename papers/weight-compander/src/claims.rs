//! The claims, measured on means over the seeds.

use common::prelude::*;
use common::statistics::{greatest, least};

use crate::Config;
use crate::training::Descent;

/// Shortcuts that the claims are about: a strong one, and one that networks hardly resist.
const STRONG: f64 = 2.0;
const STRONGEST: f64 = 4.0;
/// Share of labels drawn anew that they are about.
pub const NOISE: f64 = 0.4;
/// How much less accurate in distribution a network may be to count as equally accurate.
const EQUAL: f64 = 0.002;

/// One setting of a method in one regime: means over seeds.
pub struct Setting {
    pub decay: f64,
    /// Shifted accuracy.
    pub test_acc: f64,
    /// Accuracy in distribution.
    pub in_acc: f64,
    test_loss: f64,
}

/// The runs of a regime.
pub fn regime(table: &Table, name: &str, strength: f64) -> Table {
    table.kind("runs").with("regime", name).with("strength", strength)
}

/// All settings of a method in a regime, in the order of step sizes.
pub fn settings(runs: &Table, method: &str) -> Vec<Setting> {
    runs.with("method", method).each(["lr", "weight_decay"], |runs| {
        let [decay, test_acc, in_acc, test_loss] =
            ["weight_decay", "test_acc", "in_acc", "test_loss"].map(|column| runs.mean(column));
        Setting { decay, test_acc, in_acc, test_loss }
    })
}

/// The greatest shifted accuracy of these settings.
pub fn best<'s>(settings: impl IntoIterator<Item = &'s Setting>) -> f64 {
    greatest(settings.into_iter().map(|setting| setting.test_acc))
}

/// Measures every claim.
pub fn measure(config: &Config, table: &Table) -> Vec<Claim> {
    let evidence = Evidence { config, table };
    [evidence.weights(), evidence.shortcuts(), evidence.controls(), evidence.limits()].concat()
}

/// What claims are measured on.
struct Evidence<'a> {
    config: &'a Config,
    table: &'a Table,
}

impl Evidence<'_> {
    fn shift(&self, s: f64) -> Table {
        regime(self.table, "shift", s)
    }

    /// A mean of a method at the step size of comparison.
    fn mean(&self, runs: &Table, method: &str, decay: f64, column: &str) -> f64 {
        runs.with("method", method).with("lr", self.config.lr).with("weight_decay", decay).mean(column)
    }

    /// Weight compander without decay under a shortcut.
    fn wc(&self, s: f64, column: &str) -> f64 {
        self.mean(&self.shift(s), "wc", 0.0, column)
    }

    /// Weight compander less the best standard network.
    fn gain(&self, s: f64) -> f64 {
        self.wc(s, "test_acc") - best(&settings(&self.shift(s), "standard"))
    }

    /// The same in distribution, the standard network still chosen by its shifted accuracy.
    fn gain_in_distribution(&self, s: f64) -> f64 {
        let standard = settings(&self.shift(s), "standard");
        let chosen = standard.iter().find(|setting| setting.test_acc == best(&standard));
        self.wc(s, "in_acc") - chosen.map_or(f64::NAN, |setting| setting.in_acc)
    }

    /// G(s): weight compander less the best standard network that is as good in distribution.
    fn gain_at_equal_accuracy(&self, s: f64) -> f64 {
        let (standard, enough) = (settings(&self.shift(s), "standard"), self.wc(s, "in_acc") - EQUAL);
        self.wc(s, "test_acc") - best(standard.iter().filter(|setting| setting.in_acc >= enough))
    }

    /// A claim that compares weight compander with the standard network, and applies where these strengths are run.
    fn compares(&self, id: &str, strengths: &[f64]) -> Claim {
        let Config { lr, shortcuts, standard_lrs, standard_decays, wc, .. } = self.config;
        let missing = strengths.iter().find(|s| !shortcuts.contains(s));
        Claim::new(id)
            .default_scale_only("the thresholds are those of small networks on 1000 images")
            .applies_if(wc.contains(&Descent { lr: *lr, decay: 0.0 }), format!("wc lacks lr {lr} without decay"))
            .applies_if(standard_lrs.contains(lr), format!("standard_lrs lacks {lr}"))
            .applies_if(standard_decays.contains(&0.0), "standard_decays lacks 0")
            .applies_if(missing.is_none(), format!("shortcuts lacks {}", missing.unwrap_or(&f64::NAN)))
    }

    /// The same with the clipped network.
    fn compares_clipped(&self, id: &str, strengths: &[f64]) -> Claim {
        let lr = self.config.lr;
        self.compares(id, strengths).applies_if(self.config.clip_lrs.contains(&lr), format!("clip_lrs lacks {lr}"))
    }

    /// Greatest ratio of a weight and its bound over all runs of a method.
    fn fullness(&self, method: &str) -> f64 {
        let runs = self.table.kind("runs").with("method", method);
        greatest(runs.map(["max_abs_w1", "bound_w1"], |[weight, bound]| weight / bound))
    }

    /// Where weights are.
    fn weights(&self) -> Vec<Claim> {
        let clean = |method: &str, column| self.mean(&self.shift(0.0), method, 0.0, column);
        let near_zero = |method| clean("wc", "near_zero_w1") / clean(method, "near_zero_w1");
        vec![
            self.compares("bounded-weights", &[0.0])
                .says("Weights obey the bound, which standard ones exceed several times")
                .below("greatest |w| over a π/2, all runs of WC", self.fullness("wc"), 1.0)
                .at_least(
                    "mean of the greatest |w| of standard over WC's bound, clean data",
                    clean("standard", "max_abs_w1") / clean("wc", "bound_w1"),
                    3.0,
                )
                .published("theory"),
            self.compares_clipped("democratic-weights", &[0.0])
                .says("Fewer weights are near zero, and none stands out")
                .at_most("share of weights near zero, WC over standard, clean data", near_zero("standard"), 0.75)
                .at_most("the same over clipped", near_zero("clip"), 0.85)
                .at_most("kurtosis of the weights, WC", clean("wc", "kurtosis_w1"), 2.1)
                .at_least("kurtosis of the weights, standard", clean("standard", "kurtosis_w1"), 3.0)
                .report("kurtosis of the weights, clipped", clean("clip", "kurtosis_w1"))
                .published("\"forcing them away from zero\""),
        ]
    }

    /// Accuracy where the shortcut fails.
    fn shortcuts(&self) -> Vec<Claim> {
        let both = [STRONG, STRONGEST];
        let g = |s| self.gain_at_equal_accuracy(s);
        vec![
            self.compares("shift-gain", &both)
                .says("Under a shortcut WC beats every tuned standard network")
                .at_least("shifted accuracy, WC − best standard, s = 2", self.gain(STRONG), 0.006)
                .at_least("the same, s = 4", self.gain(STRONGEST), 0.015)
                .published("\"less sensitive to statistical differences\" (abstract)"),
            self.compares("no-loss-in-distribution", &both)
                .says("And that network is not better in distribution either")
                .at_least(
                    "in-distribution accuracy, WC − best standard, s = 2, 4",
                    Each::of(&both, |s| self.gain_in_distribution(s)),
                    -0.004,
                )
                .above("shifted accuracy, WC − best standard, s = 2, 4", Each::of(&both, |s| self.gain(s)), 0.0)
                .note("our check: the shortcut is a setting of ours"),
            self.compares("gain-at-equal-accuracy", &both)
                .says("At equal accuracy in distribution the gain is large")
                .at_least("G(4): shifted accuracy, WC − best standard as good in distribution", g(STRONGEST), 0.05)
                .report("G(2)", g(STRONG))
                .note("our check: the shortcut is a setting of ours"),
            self.compares("gain-grows-with-shortcut", &[0.0, STRONG, STRONGEST])
                .says("The stronger the cue, the larger the gain")
                .at_least("G(4) − G(2)", g(STRONGEST) - g(STRONG), 0.02)
                .at_least(
                    "G(2) − the gain over the best standard network on clean data",
                    g(STRONG) - self.gain(0.0),
                    0.015,
                )
                .note("our check: the shortcut is a setting of ours"),
        ]
    }

    /// What does not explain the gain.
    fn controls(&self) -> Vec<Claim> {
        let most = self.config.standard_decays.last().copied().unwrap_or(f64::NAN);
        let standard = |s, decay| self.mean(&self.shift(s), "standard", decay, "test_acc");
        let by_decay = |s| standard(s, most) - standard(s, 0.0);
        let by_wc = |s| self.wc(s, "test_acc") - standard(s, 0.0);
        let clipped = self.mean(&self.shift(STRONGEST), "clip", 0.0, "test_acc");
        vec![
            self.compares("decay-is-no-substitute", &[STRONG, STRONGEST])
                .says("Weight decay makes the network lean more on the cue, and WC less")
                .applies_if(most > 0.0, "standard_decays has no decay")
                .at_most(format!("shifted accuracy of standard, decay {most} − none, s = 2"), by_decay(STRONG), -0.02)
                .at_most("the same, s = 4", by_decay(STRONGEST), -0.03)
                .at_least("shifted accuracy, WC − standard at the same step size, s = 2", by_wc(STRONG), 0.02)
                .at_least("the same, s = 4", by_wc(STRONGEST), 0.03)
                .note("our control: the shortcut is a setting of ours"),
            self.compares_clipped("not-only-the-bound", &[STRONGEST])
                .says("Under the strongest cue WC beats clipping at the same bound")
                .at_least("shifted accuracy, WC − clipped, s = 4", self.wc(STRONGEST, "test_acc") - clipped, 0.008)
                .within("greatest |w| over a π/2, all clipped runs", self.fullness("clip"), 0.999..=1.001)
                .note("our control: it separates the bound of the weights from the slope near zero"),
        ]
    }

    /// Where weight compander is worse, and where better.
    fn limits(&self) -> Vec<Claim> {
        let (clean, noisy) = (self.shift(0.0), regime(self.table, "noise", NOISE));
        let mild = self.config.wc.iter().filter(|descent| descent.lr == self.config.lr);
        let mild = greatest(mild.map(|descent| descent.decay));
        let undecayed = |runs: &Table| settings(runs, "standard").into_iter().filter(|setting| setting.decay == 0.0);
        let without_decay: Vec<Setting> = undecayed(&noisy).collect();
        let companded = self.mean(&noisy, "wc", mild, "test_acc");
        let of = |runs: &Table, method: &str| best(&settings(runs, method));
        let on_noise = |id| {
            let run = self.config.noises.contains(&NOISE);
            self.compares(id, &[]).applies_if(run, format!("noises lacks {NOISE}"))
        };
        vec![
            on_noise("helps-with-noise")
                .says("With wrong labels WC with its mild decay beats standard networks without decay")
                .applies_if(mild > 0.0, "wc has no decay")
                .at_least(
                    format!("accuracy, WC with decay {mild} − best standard without, labels noisy"),
                    companded - best(&without_decay),
                    0.004,
                )
                .published("\"in addition to standard regularization\""),
            on_noise("tuned-decay-wins")
                .says("But a tuned decay is better against wrong labels")
                .applies_if(
                    self.config.standard_decays.iter().any(|decay| *decay > 0.0),
                    "standard_decays has no decay",
                )
                .within(
                    "accuracy, best standard − best WC, labels noisy",
                    of(&noisy, "standard") - of(&noisy, "wc"),
                    0.01..=0.06,
                )
                .published("the opposite direction"),
            self.compares("clean-loss-lower", &[0.0])
                .says("On clean data the cross-entropy is lower than that of any standard network without decay")
                .at_most(
                    "test loss, WC over the least of standard without decay",
                    self.wc(0.0, "test_loss") / least(undecayed(&clean).map(|setting| setting.test_loss)),
                    0.97,
                )
                .at_least("accuracy of WC", self.wc(0.0, "test_acc"), 0.5)
                .note("our observation; no loss of the paper was at hand"),
            self.compares("honest-limit", &[0.0])
                .says("On clean data of this size WC costs about a point of accuracy")
                .within("accuracy, best WC − best standard", of(&clean, "wc") - of(&clean, "standard"), -0.025..=-0.002)
                .at_least("accuracy, best WC", of(&clean, "wc"), 0.5)
                .published("a gain, on larger images and networks"),
        ]
    }
}
