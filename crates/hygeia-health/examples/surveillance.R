# CPU seconds per monitored week of R's surveillance package, for the comparison in bench_detection.rs.
# Arguments: a CSV with one series per column, and the number of monitored weeks at its end.
suppressPackageStartupMessages(library(surveillance))
arguments <- commandArgs(trailingOnly = TRUE)
counts <- as.matrix(read.csv(arguments[1]))
monitored <- as.integer(arguments[2])
n <- nrow(counts)
range <- (n - monitored + 1):n
seconds <- function(columns, run) {
  started <- proc.time()
  for (column in columns) run(counts[, column])
  spent <- proc.time() - started
  sum(spent[1:2]) / (length(columns) * monitored)
}
epoch <- as.Date("2016-01-04") + 7 * (0:(n - 1))
flexible <- function(years) function(x) {
  series <- sts(observed = x, epoch = epoch, epochAsDate = TRUE, freq = 52)
  control <- list(range = range, b = years, w = 3, noPeriods = 10, pastWeeksNotIncluded = 26, fitFun = "algo.farrington.fitGLM.flexible",
                  weightsThreshold = 2.58, thresholdMethod = "nbPlugin", pThresholdTrend = 1, alpha = 0.005, reweight = TRUE, trend = TRUE)
  suppressWarnings(farringtonFlexible(series, control))
}
ears <- function(method) function(x) {
  series <- sts(observed = x, epoch = epoch, epochAsDate = TRUE, freq = 52)
  suppressWarnings(earsC(series, control = list(range = range, method = method)))
}
few <- 1:min(6, ncol(counts))
cat("version", as.character(packageVersion("surveillance")), "\n")
cat("ff5", seconds(few, flexible(5)), "\n")
cat("ff3", seconds(few, flexible(3)), "\n")
for (method in c("C1", "C2", "C3")) cat(method, seconds(1:ncol(counts), ears(method)), "\n")
