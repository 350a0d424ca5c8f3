# The benchmark and the pictures.

# --- The benchmark -------------------------------------------------------------------------------

BENCH := $(BUILD)/tests/bench
BENCH_PARTS := bench explorer measure rest storm sweeps unsharer

$(BENCH)/bench: $(BENCH_PARTS:%=$(BENCH)/%.o) $(BUILD)/libtests.a $(FLOOR_LIBS)
	$(LINK_TEST)
$(BENCH)/bare: $(BENCH)/bare.o
	$(CC) $(LDFLAGS) -o $@ $<
$(BENCH)/population: $(BENCH)/population.o
	$(CC) $(LDFLAGS) -o $@ $<

# Within namespaces that are thrown away with all that is in them.
run-bench: all $(BENCH)/bench $(BENCH)/bare $(BENCH)/population
	@BENCH_N='$(N)' BENCH_MOST='$(MOST)' BENCH_RUNS='$(RUNS)' BENCH_BUILD=$(abspath $(BUILD)) \
	    unshare $(if $(filter 0,$(shell id -u)),,--user --map-root-user) --pid --fork --kill-child \
	    --mount --mount-proc --propagation private $(BENCH)/bench $(abspath $(BUILD)/nsscope)

.PHONY: run-bench

# --- Pictures ------------------------------------------------------------------------------------

run-screenshots: all $(BUILD)/tests/screen/shot_main $(BUILD)/tests/screen/tape_main
	@screenshots/make.sh $(BUILD)

.PHONY: run-screenshots
