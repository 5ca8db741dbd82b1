"""The benchmark behind `make bench`: the product's own code between real servers, and beside it, in
the same run on the same machine, the barest loop that could do the clerical part of the work.

No test asserts a time. What is measured is printed beside what is aimed at.
"""
