# Everything the project does, one target each. `make help` lists them.

PAPERS := $(sort $(notdir $(patsubst %/,%,$(dir $(wildcard papers/*/Cargo.toml)))))
JOBS   ?= $(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
CARGO  ?= cargo
BIN    := $(or $(CARGO_TARGET_DIR),target)/release

ifdef PAPER
  ifeq ($(filter $(PAPER),$(PAPERS)),)
    ifeq ($(filter new,$(MAKECMDGOALS)),)
      $(error there is no papers/$(PAPER); the papers are: $(PAPERS))
    endif
  endif
  CHOSEN := $(PAPER)
  BUILD  := $(CARGO) build --release --locked --package $(PAPER)
else
  CHOSEN := $(PAPERS)
  BUILD  := $(CARGO) build --release --locked --workspace --bins
endif

# Papers run side by side and share the cores through make's job server. `-k`: one paper that
# fails does not stop the others.
EACH = +@$(MAKE) --no-print-directory -k -j$(JOBS) $(addprefix $(1)/,$(CHOSEN))

.DEFAULT_GOAL := help
.PHONY: help reproduce verify verify-cpus test bench status gallery new expect data clean build lint

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo "  With PAPER=<slug>, reproduce, verify, verify-cpus, status and expect work on one paper."

reproduce: build ## regenerate every figure, table and claim that is not current
	$(call EACH,run)

verify: build ## recompute everything without the cache and compare all bytes with figures/
	$(call EACH,verify)

verify-cpus: build ## compare probes and smoke runs on emulated processors with the committed bytes
	@$(CARGO) xtask verify-cpus $(PAPER)

status: build ## say which outputs are current, and what changed
	$(call EACH,status)

test: build ## run all tests
	$(CARGO) test --release --locked --workspace

lint: ## check formatting and lints
	$(CARGO) fmt --all --check
	$(CARGO) clippy --release --locked --workspace --all-targets -- --deny warnings

bench: ## time kernels and the engine
	$(CARGO) bench --locked --package numerics --bench matrix
	$(CARGO) bench --locked --package engine --bench overhead

data: ## download external data sets that are missing (the only target that needs a network)
	@$(CARGO) xtask data

gallery: ## make the gallery page
	@echo "make gallery: not yet"

new: ## start a paper: make new PAPER=my-paper
	@$(CARGO) xtask new $(or $(PAPER),$(error name the paper: make new PAPER=my-paper))

expect: build ## take smoke runs as what `make test` expects; with PAPER=<slug>, of one paper
	@$(CARGO) xtask expect $(CHOSEN)

clean: ## remove everything that was built or cached; figures/ stays
	$(CARGO) clean

build:
	@$(BUILD)

.PHONY: $(addprefix run/,$(PAPERS)) $(addprefix verify/,$(PAPERS)) $(addprefix status/,$(PAPERS))

$(addprefix run/,$(PAPERS)): run/%:
	+@$(BIN)/$* run

$(addprefix verify/,$(PAPERS)): verify/%:
	+@$(BIN)/$* verify

$(addprefix status/,$(PAPERS)): status/%:
	@$(BIN)/$* status
