# Everything the project does, one target each. `make help` lists them.

ifeq ($(OS),Windows_NT)
  $(error Windows is not supported; use WSL (the Windows Subsystem for Linux) and a checkout inside it)
endif

PAPERS := $(sort $(notdir $(patsubst %/,%,$(dir $(wildcard papers/*/Cargo.toml)))))
JOBS   ?= $(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
CARGO  ?= cargo
BIN    := $(or $(CARGO_TARGET_DIR),target)/release

comma := ,
space := $(subst ,, )

# What may stand in each variable, character by character: nothing that a shell or make would take for more than a word.
DIGITS  := 0 1 2 3 4 5 6 7 8 9
LETTERS := a b c d e f g h i j k l m n o p q r s t u v w x y z
CAPITAL := A B C D E F G H I J K L M N O P Q R S T U V W X Y Z
NAME    := $(LETTERS) $(DIGITS) -
VALUES  := $(LETTERS) $(CAPITAL) $(DIGITS) _ = . $(comma) + - [ ]
WORDS   := $(LETTERS) $(CAPITAL) $(DIGITS) _ = . $(comma) + - / : @ %
# $(call without,characters,text): what is left of a text.
without = $(if $(1),$(call without,$(wordlist 2,99,$(1)),$(subst $(firstword $(1)),,$(2))),$(subst $(space),,$(2)))
# $(call checked,VARIABLE,characters,example): an error for a variable from outside that holds anything else.
checked = $(if $(filter command environment,$(origin $(1))),$(if $(call without,$(2),$(value $(1))),\
  $(error $(1) holds what it cannot mean; an example is $(1)=$(3))))
$(call checked,PAPER,$(NAME),xor-grokking)
$(call checked,JOBS,$(DIGITS),2)
$(call checked,SCALE,$(LETTERS),smoke)
$(call checked,SET,$(VALUES),'eta=0.1 n=50')
$(call checked,TOLERANCE,$(DIGITS) . e - +,1e-9)
$(call checked,SHARDS,$(DIGITS),8)
$(call checked,SBATCH,$(WORDS),'--partition=cpu --time=1:00:00')
$(call checked,ROUNDS,$(DIGITS),5)
$(call checked,COUNT,$(DIGITS),20)
$(if $(filter-out smoke default paper,$(SCALE)),$(error SCALE is smoke, default or paper))
$(if $(word 2,$(PAPER)),$(error PAPER is one paper))

# Which goals look at which variables; given to another goal they would be ignored without a word.
TAKES_PAPER     := check reproduce reproduce-paper reproduce-slurm replicate verify verify-cpus status new expect bench test gc
TAKES_SCALE     := reproduce reproduce-slurm
TAKES_SET       := reproduce reproduce-slurm
TAKES_TOLERANCE := verify
TAKES_SHARDS    := reproduce-slurm
TAKES_SBATCH    := reproduce-slurm
TAKES_ROUNDS    := bench
TAKES_COUNT     := replicate
GOALS           := $(filter-out build run/% replicate/% verify/% status/% gc/%,$(MAKECMDGOALS))
looked_at = $(if $($(1)),$(if $(filter-out $(TAKES_$(1)),$(GOALS)),\
  $(error $(1) is looked at by make $(subst $(space),$(comma) ,$(TAKES_$(1))), not by make $(filter-out $(TAKES_$(1)),$(GOALS)))))
$(foreach variable,PAPER SCALE SET TOLERANCE SHARDS SBATCH ROUNDS COUNT,$(call looked_at,$(variable)))

ifdef PAPER
  ifeq ($(filter $(PAPER),$(PAPERS)),)
    ifeq ($(filter new,$(MAKECMDGOALS)),)
      $(error there is no papers/$(PAPER); the papers are: $(PAPERS))
    endif
  endif
  CHOSEN := $(PAPER)
  BUILD  := $(CARGO) build --release --locked --package $(PAPER) --package gallery
else
  CHOSEN := $(PAPERS)
  BUILD  := $(CARGO) build --release --locked --workspace --bins
endif

# Arguments of the papers' programs.
RUN_WITH    := $(if $(SCALE),--scale $(SCALE)) $(SET:%=--set '%')
VERIFY_WITH := $(if $(TOLERANCE),--tolerance $(TOLERANCE))

ifneq ($(filter reproduce-slurm,$(MAKECMDGOALS)),)
  SUBMIT := $(or $(PAPER),$(error name the paper: make reproduce-slurm PAPER=xor-grokking SHARDS=8)) \
    $(or $(SHARDS),$(error say how many tasks: make reproduce-slurm PAPER=$(PAPER) SHARDS=8))
endif

# Papers run side by side and share the cores through make's job server. `-k`: one paper that
# fails does not stop the others.
# Hands make's job server on to a program; not under `make -n`, where such a line would run.
HAND_ON := $(if $(findstring n,$(firstword -$(MAKEFLAGS))),,+)
EACH = $(MAKE) --no-print-directory -k -j$(JOBS) $(addprefix $(1)/,$(CHOSEN))

.DEFAULT_GOAL := help
.PHONY: help reproduce reproduce-paper reproduce-slurm explore replicate gc verify verify-cpus test bench status gallery report new check expect data vendor doc clean build lint

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo "  With PAPER=<slug>, reproduce, reproduce-paper, replicate, verify, verify-cpus, status, gc, expect and test work on one paper;"
	@echo "  SCALE=smoke and SET='eta=0.1 n=50' bend reproduce, TOLERANCE=1e-9 loosens verify."

reproduce: build ## regenerate every figure, table and claim that is not current, and the gallery
	$(HAND_ON)@$(call EACH,run); papers=$$?; "$(BIN)/gallery"; gallery=$$?; \
	  if [ $$papers -ne 0 ]; then exit $$papers; fi; exit $$gallery

explore: build ## serve the gallery on this machine, with the parameters of each paper as controls
	@"$(BIN)/explore"

reproduce-paper: build ## at the published sizes, in hours, resumable: all papers under a core-hour, or PAPER=<slug>
	@$(CARGO) xtask paper-scale $(PAPER)

reproduce-slurm: build ## submit a sweep to Slurm: PAPER=<slug> SHARDS=<n>, and more in docs/cluster.md
	@$(CARGO) xtask slurm $(SUBMIT) $(RUN_WITH) $(if $(DRY_RUN),--dry-run) -- $(SBATCH)

replicate: build ## do the claims hold with other random numbers? COUNT=20 more experiments of every paper
	$(HAND_ON)@$(call EACH,replicate)

gc: build ## remove cached cells that neither the present configurations nor any run needs
	$(HAND_ON)@$(call EACH,gc)

verify: build ## recompute everything without the cache and compare all bytes with figures/
	$(HAND_ON)@$(call EACH,verify)

verify-cpus: build ## compare probes and smoke runs on emulated processors with the committed bytes
	@$(CARGO) xtask verify-cpus $(PAPER)

status: build ## say which outputs are current, and what changed
	$(HAND_ON)@$(call EACH,status)

test: build ## run all tests
	$(CARGO) test --release --locked $(if $(PAPER),--package $(PAPER),--workspace)

lint: ## check formatting and lints
	$(CARGO) fmt --all --check
	$(CARGO) clippy --release --locked --workspace --all-targets -- --deny warnings

bench: ## time kernels, training steps, the engine and whole cells beside peers: docs/performance.md
	@$(CARGO) xtask bench $(PAPER) $(if $(ROUNDS),--rounds $(ROUNDS))

data: ## download external data sets that are missing (the only target that needs a network)
	@$(CARGO) xtask data

# With a paper beside it the gallery asks for the same build of polars as everything else.
GALLERY := $(CARGO) build --release --locked --package gallery $(addprefix --package ,$(firstword $(PAPERS)))

report: ## write the report on all claims: figures/report.html, report.md, target/claims.xml (JUnit)
	@$(GALLERY)
	@"$(BIN)/gallery" --junit "$(or $(CARGO_TARGET_DIR),target)/claims.xml"

gallery: ## write figures/index.html, a page for each paper, the report, and RO-Crate metadata
	@$(GALLERY)
	@"$(BIN)/gallery"

new: ## start a paper: make new PAPER=my-paper
	@$(CARGO) xtask new $(or $(PAPER),$(error name the paper: make new PAPER=my-paper))

check: build ## what is still to do before a paper is finished: make check PAPER=my-paper
	@$(CARGO) xtask check $(CHOSEN)

expect: build ## take smoke runs as what `make test` expects; with PAPER=<slug>, of one paper
	@$(CARGO) xtask expect $(CHOSEN)

# What is committed, with the sources of every library beside it.
ARCHIVE := $(or $(CARGO_TARGET_DIR),target)/vendored
vendor: ## an archive of what is committed that builds without a network: target/vendored/papers.tar.gz
	rm -rf "$(ARCHIVE)"
	mkdir -p "$(ARCHIVE)/papers"
	git archive HEAD | tar -x -C "$(ARCHIVE)/papers"
	cd "$(ARCHIVE)/papers" && $(CARGO) vendor --quiet --locked --versioned-dirs vendor > /dev/null
	printf '\n[source.crates-io]\nreplace-with = "vendored"\n\n[source.vendored]\ndirectory = "vendor"\n\n[net]\noffline = true\n' \
	  >> "$(ARCHIVE)/papers/.cargo/config.toml"
	tar -czf "$(ARCHIVE)/papers.tar.gz" -C "$(ARCHIVE)" papers

doc: ## rustdoc of the whole workspace, without warnings: target/doc/
	RUSTDOCFLAGS="--deny warnings" $(CARGO) doc --release --locked --workspace --no-deps

clean: ## remove everything that was built or cached; figures/ stays
	$(CARGO) clean

build:
	@$(BUILD)

.PHONY: $(foreach task,run replicate verify status gc,$(addprefix $(task)/,$(PAPERS)))

$(addprefix run/,$(PAPERS)): run/%:
	$(HAND_ON)@"$(BIN)/$*" run $(RUN_WITH)

$(addprefix verify/,$(PAPERS)): verify/%:
	$(HAND_ON)@"$(BIN)/$*" verify $(VERIFY_WITH)

$(addprefix status/,$(PAPERS)): status/%:
	@"$(BIN)/$*" status

$(addprefix replicate/,$(PAPERS)): replicate/%:
	$(HAND_ON)@"$(BIN)/$*" replicate $(COUNT)

$(addprefix gc/,$(PAPERS)): gc/%:
	@"$(BIN)/$*" gc
