//! The papers that have a peer, with the cells that are timed.

/// A paper with cells that have a peer, `bench/peers/<slug>.py`.
pub struct Paper {
    pub slug: &'static str,
    /// What keeps other cells few; the cells that are timed have the values of `paper.yaml`.
    pub settings: &'static [&'static str],
    pub kinds: &'static [Kind],
}

/// Cells that differ in their seeds only.
pub struct Kind {
    /// What the table calls them.
    pub what: &'static str,
    /// Part of their line in what `cells` prints.
    pub label: &'static str,
    /// What the peer calls them.
    pub peer: &'static str,
}

/// In the order of the table.
pub const PAPERS: &[Paper] = &[
    Paper {
        slug: "xor-grokking",
        settings: &["large.seeds=1", "large.T=1", "mid.seeds=4", "small.seeds=1", "small.T=1"],
        kinds: &[Kind { what: "100 gradient steps through the Gram matrix", label: "setting: mid", peer: "training" }],
    },
    Paper {
        slug: "matrix-sensing-curses",
        settings: &["alphas=[0.5]", "seeds=2"],
        kinds: &[Kind {
            what: "4000 steps of gradient descent on two factors",
            label: "run: asym_over, k: 5, alpha: 0.5",
            peer: "descent",
        }],
    },
    Paper {
        slug: "transformers-as-svms",
        settings: &["instances=20", "rank_n=[5]", "rank_d=[5]", "rank_instances=1"],
        kinds: &[Kind { what: "attention trained twice, and two SVMs", label: "Alignment", peer: "attention" }],
    },
    Paper {
        slug: "unbounded-bilevel",
        settings: &["horizons=[32000]", "iterations=10", "iterations_early=10", "checkpoints=2"],
        kinds: &[Kind { what: "32,000 steps on ten numbers", label: "panel: rate", peer: "rate" }],
    },
    Paper {
        slug: "halfspace-tester-learner",
        settings: &["eta_grid=[0.3]", "sigma_grid=[0.05]", "opt_grid=[0.05]", "marginals=[gauss]", "seeds_marginals=1"],
        kinds: &[Kind { what: "smoothed-loss descent and tests", label: "panel: massart", peer: "tester-learner" }],
    },
    Paper {
        slug: "long-tail-memorization",
        settings: &["n=1000", "zipf_n_domain=1000", "seeds=1", "knn_seeds=4"],
        kinds: &[Kind { what: "nearest neighbours in 32 dimensions", label: "ClusterRun", peer: "neighbours" }],
    },
    Paper {
        slug: "wide-deep-optimality",
        settings: &["seeds=3", "ns=[4000]"],
        kinds: &[
            Kind { what: "kernel machines of 100 layers", label: "DepthSweep: activation: p7", peer: "machines" },
            Kind { what: "singular-kernel smoother, 4000 x 2000 points", label: "Accuracies", peer: "limit" },
        ],
    },
    Paper {
        slug: "loss-landscape-degeneracy",
        settings: &["nets=[[3, 3, 3]]", "ranks=[1]", "inverse_temperatures=[1.0e4]", "partitions=[[2, 1]]"],
        kinds: &[
            Kind { what: "32 Gibbs chains of small matrices", label: "EffectiveParameters", peer: "chains" },
            Kind { what: "two million uniform points", label: "loss: w1^2 w2^2 + w3^2", peer: "volume" },
        ],
    },
    Paper {
        slug: "data-diet",
        settings: &["prune_fracs=[0.9]", "score_epochs=[0]", "offsets=[0]", "n_score_inits=1"],
        kinds: &[Kind { what: "two trainings of a small network (PyTorch)", label: "FullPool", peer: "training" }],
    },
    Paper {
        slug: "diffusion-score-estimation",
        settings: &["networks.widths=[4096]", "networks.seeds=6", "kernels.n=[200]", "kernels.seeds=1", "slice.n=50"],
        kinds: &[Kind {
            what: "300 steps of a network of 4096 neurons, and its kernel",
            label: "width: 4096, seed:",
            peer: "training",
        }],
    },
    Paper {
        slug: "scalable-nn-kernels",
        settings: &[
            "activations=[cos]",
            "ms=[16]",
            "seeds_AB=1",
            "tilt.tilts=[0.1]",
            "bundled.ms=[1024]",
            "mlp.hs=[2]",
            "mlp.steps=1",
        ],
        kinds: &[Kind { what: "ridge on 1024 features of 20,000 images", label: "Bundled", peer: "bundled" }],
    },
    Paper {
        slug: "projektor",
        settings: &["seeds=2"],
        kinds: &[Kind {
            what: "66 mixtures at four sizes, with Sinkhorn distances",
            label: "Run: seed",
            peer: "mixtures",
        }],
    },
    Paper {
        slug: "infinite-width-feature-learning",
        settings: &["seeds=3", "ntk_widths=[2]"],
        kinds: &[Kind {
            what: "first-order MAML of eight linear networks",
            label: "parametrisation: !Mup",
            peer: "meta-learning",
        }],
    },
    Paper {
        slug: "coherent-gradients",
        settings: &["noise_levels=[0.5]", "rules=[{winsor: 2}]", "clean_rules=[]", "vocabulary_rules=[]"],
        kinds: &[
            Kind { what: "6000 steps of a small network with coherence (PyTorch)", label: "Noisy", peer: "training" },
            Kind { what: "800 winsorized steps (dense numpy)", label: "!winsor 2", peer: "winsorized" },
        ],
    },
    Paper {
        slug: "self-tuning-networks",
        settings: &["starts=[0.2, 0.5]", "fixed=[0.3]", "ridge.seeds=1", "ridge.starts=[0]", "ridge.sigmas=[1]"],
        kinds: &[Kind {
            what: "2000 steps of a network with gates, 900 of its dropout rates (PyTorch)",
            label: "start: 0.2",
            peer: "self-tuning",
        }],
    },
    Paper {
        slug: "multigrid-neural-operator",
        settings: &["seeds=2", "cnn_smoothing=1", "sizes=[3]"],
        kinds: &[
            Kind { what: "300 steps of V-cycles on three grids (PyTorch)", label: "arch: mgno3", peer: "mgno3" },
            Kind { what: "300 steps of spectral convolutions (PyTorch)", label: "arch: fno", peer: "fno" },
        ],
    },
    Paper {
        slug: "nested-dropout-noisy-labels",
        settings: &["toy_seeds=[0, 1]", "seeds=[0, 1]"],
        kinds: &[
            Kind { what: "16,000 steps of regression networks (PyTorch)", label: "ToyRun", peer: "regressions" },
            Kind { what: "two nested networks, then Co-teaching (PyTorch)", label: "!nested", peer: "nested" },
        ],
    },
    Paper {
        slug: "limiting-confidence",
        settings: &["train_n=[256]", "theory_n=[2]"],
        kinds: &[Kind {
            what: "16 epochs of a bag-of-words network, with coverage (PyTorch)",
            label: "Training: train_n: 256",
            peer: "training",
        }],
    },
    Paper {
        slug: "in-context-meta-learning",
        settings: &["n_tasks=[4096]"],
        kinds: &[Kind {
            what: "1200 steps of a transformer on random tasks (PyTorch)",
            label: "n_tasks: 4096",
            peer: "training",
        }],
    },
    Paper {
        slug: "weight-compander",
        settings: &["shortcuts=[4]", "noises=[]", "standard_lrs=[0.05]", "standard_decays=[0]", "clip_lrs=[]"],
        kinds: &[Kind {
            what: "400 steps of a companded network (PyTorch)",
            label: "method: !compander, ca: 1.0, cb: 1.0, descent: lr: 0.05, decay: 0.0,",
            peer: "training",
        }],
    },
    Paper {
        slug: "rich-features",
        settings: &[],
        kinds: &[Kind { what: "2500 full-batch steps of 14 networks (PyTorch)", label: "Run: seed", peer: "seed" }],
    },
    Paper {
        slug: "wasserstein-dependency",
        settings: &["m_values=[9]", "more_pairs=[]"],
        kinds: &[
            Kind { what: "1200 steps of WPC, with probe (PyTorch)", label: "method: wpc", peer: "wpc" },
            Kind { what: "1200 steps of CPC, with probe (PyTorch)", label: "method: cpc", peer: "cpc" },
        ],
    },
    Paper {
        slug: "random-search-sparse",
        settings: &["sparsities=[0.25]", "seeds=6"],
        kinds: &[Kind {
            what: "200 sub-networks judged, four trained (PyTorch)",
            label: "Sparse: sparsity: 0.25",
            peer: "search",
        }],
    },
    Paper {
        slug: "concept-vectors",
        settings: &[],
        kinds: &[Kind {
            what: "a memory trained, ten concepts unlearned in five ways",
            label: "Run",
            peer: "unlearning",
        }],
    },
    Paper {
        slug: "parameter-efficient-retrieval",
        settings: &["depths=[10]", "seeds=3"],
        kinds: &[Kind { what: "ten layers pre-trained, tuned in four ways", label: "depth: 10", peer: "tuning" }],
    },
    Paper {
        slug: "retrieval-meta-learning",
        settings: &["seeds=6"],
        kinds: &[Kind {
            what: "600 episodes with attention to 20 passages (PyTorch)",
            label: "method: attention, n_passages: 20, shots: 5",
            peer: "attention",
        }],
    },
    Paper {
        slug: "step-law",
        settings: &["rates=[0.015625, 0.03125]", "batches=[64, 512]", "widths=[16]", "tokens=[512]", "check_seeds=1"],
        kinds: &[Kind {
            what: "four language models of 30,944 parameters, 262,144 tokens each (PyTorch)",
            label: "role: held-out",
            peer: "trainings",
        }],
    },
    Paper {
        slug: "more-is-better",
        settings: &["trials=4", "kernel.trials=1", "mnist.seeds=0"],
        kinds: &[Kind {
            what: "ridge on up to 1584 of 10,000 dimensions, and its theory",
            label: "panel: A",
            peer: "features",
        }],
    },
    Paper {
        slug: "robust-matrix-recovery",
        settings: &["ms=[1200]", "alphas=[1.0e-12]", "seeds=1", "seeds_dense=6"],
        kinds: &[Kind {
            what: "1500 sub-gradient steps on 1200 measurements",
            label: "panel: C, shape: d: 24, r: 2, m: 1200, noise: !dense, sd: 0.5, columns: 24, alpha: 1e-12",
            peer: "recovery",
        }],
    },
    Paper {
        slug: "learning-to-relax",
        settings: &["trials=4", "fixed=[1.8]", "targets=1"],
        kinds: &[
            Kind {
                what: "5000 systems at one parameter",
                label: "dist: low, trial: 0, method: !fixed, omega: 1.8",
                peer: "fixed",
            },
            Kind {
                what: "5000 systems as Tsallis-INF chooses",
                label: "dist: low, trial: 0, method: !tsallis_inf, ",
                peer: "bandit",
            },
        ],
    },
    Paper {
        slug: "unsupervised-pretraining",
        settings: &["m_grid=[200]", "n_grid=[20]", "n_fixed=20", "seeds=1", "gmm.seeds=8"],
        kinds: &[Kind {
            what: "mixtures by 80 runs of EM, and logistic regressions",
            label: "MixtureRun",
            peer: "mixture",
        }],
    },
    Paper {
        slug: "neural-bandits",
        settings: &["datasets=[mnist]", "gammas=[100.0]", "seeds=6"],
        kinds: &[
            Kind {
                what: "4000 rounds with four perturbed outputs",
                label: "method: !fast, gamma: 100.0, strength: perturb: 0.0003",
                peer: "fast",
            },
            Kind { what: "4000 rounds with confidence widths", label: "method: !ucb", peer: "ucb" },
        ],
    },
    Paper {
        slug: "fantastic-measures-nowhere",
        settings: &["q_list=[5]", "n_grid=[100]", "stable_ratios=[0.9]"],
        kinds: &[
            Kind { what: "125 minimum-norm classifiers of 90 points", label: "StableRun", peer: "stable" },
            Kind { what: "250 pairs of eliminations modulo 5", label: "world: erm, q: 5", peer: "linear" },
        ],
    },
    Paper {
        slug: "intrinsic-dimension",
        settings: &["toy_seeds=1", "main_d=[1000]", "sweep_seeds=0", "direct_seeds=0"],
        kinds: &[Kind {
            what: "1200 steps in a subspace of 1000 dimensions (PyTorch)",
            label: "!subspace, d: 1000",
            peer: "subspace",
        }],
    },
    Paper {
        slug: "prune-retrain",
        settings: &["seeds=3"],
        kinds: &[Kind {
            what: "a network trained, then retrained 48 times (PyTorch)",
            label: "Run: seed",
            peer: "pruning",
        }],
    },
    Paper {
        slug: "alp-gmm",
        settings: &["useless=[4]"],
        kinds: &[Kind { what: "12,000 episodes with 432 mixtures of 7 dimensions", label: "!AlpGmm", peer: "lesson" }],
    },
    Paper {
        slug: "learned-active-learning",
        settings: &[],
        kinds: &[Kind {
            what: "five policies trained, nine judged on 33 instances",
            label: "study::Study",
            peer: "study",
        }],
    },
];
