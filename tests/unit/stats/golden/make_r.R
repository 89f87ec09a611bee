# Golden values of the statistics, from R. Run once: Rscript make_r.R > r.json (R 4.2.2)
set.seed(20240607)
number <- function(x) paste0("[", paste(formatC(x, digits = 17, format = "g"), collapse = ", "), "]")
one <- function(x) formatC(x, digits = 17, format = "g")
object <- function(...) {
  fields <- list(...)
  paste0("{", paste0('"', names(fields), '": ', unlist(fields), collapse = ", "), "}")
}
array <- function(items) paste0("[\n ", paste(items, collapse = ",\n "), "]")

paired <- sapply(c(8, 12, 16, 24, 40), function(n) {
  d <- round(rnorm(n, 0.3, 1), 6)
  test <- wilcox.test(d, exact = TRUE, conf.int = TRUE, conf.level = 0.95)
  object(d = number(d), p = one(test$p.value), estimate = one(test$estimate), interval = number(test$conf.int))
})
unpaired <- sapply(list(c(5, 5), c(8, 12), c(10, 10), c(30, 25)), function(size) {
  a <- round(rnorm(size[1], 0, 1), 6)
  b <- round(rnorm(size[2], 0.5, 1), 6)
  test <- wilcox.test(b, a, exact = TRUE, conf.int = TRUE, conf.level = 0.95)
  object(a = number(a), b = number(b), p = one(test$p.value), estimate = one(test$estimate),
         interval = number(test$conf.int))
})
holm <- sapply(c(1, 5, 20), function(n) {
  p <- signif(rbeta(n, 0.3, 3), 6)
  object(p = number(p), adjusted = number(p.adjust(p, "holm")))
})
ljung_box <- sapply(c(10, 30, 100), function(n) {
  values <- round(as.numeric(arima.sim(list(ar = 0.5), n)), 6)
  object(values = number(values), p = one(Box.test(values, lag = ceiling(log(n)), type = "Ljung-Box")$p.value))
})
cat(object(paired = array(paired), unpaired = array(unpaired), holm = array(holm), ljung_box = array(ljung_box)), "\n", sep = "")
