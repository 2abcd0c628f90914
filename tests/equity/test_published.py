"""Figures that others have printed."""

from __future__ import annotations

import pytest

from geoaccess.equity.atkinson import atkinson
from geoaccess.equity.fgt import fgt
from geoaccess.equity.gini import gini
from geoaccess.equity.theil_l import theil_l

# Example data of the R package ineq (Zeileis), whose figures concentrationMetrics and others
# print beside their own.
INEQ = [541, 1463, 2445, 3438, 4437, 5401, 6392, 8304, 11904, 22261]


def test_the_example_of_ineq() -> None:
    assert gini(INEQ) == pytest.approx(0.4620911, abs=5e-8)
    assert atkinson(INEQ, epsilon=0.5) == pytest.approx(0.1796591, abs=5e-8)
    assert atkinson(INEQ, epsilon=1) == pytest.approx(0.3518251, abs=5e-8)
    # With the correction for small samples, n / (n - 1), which geoaccess leaves out.
    assert gini(INEQ) * 10 / 9 == pytest.approx(0.5134346, abs=1e-7)


def test_the_poverty_gap_of_the_world_banks_handbook() -> None:
    # Haughton, J., Khandker, S. R. (2009). Handbook on Poverty and Inequality. World Bank,
    # pp. 70 and 72: expenditure in country C, poverty line 125.
    country_c = [100, 110, 150, 160]
    assert fgt(country_c, norm=125, alpha=0, variable="access") == 0.5
    assert fgt(country_c, norm=125, alpha=1, variable="access") == pytest.approx(0.08)
    assert fgt(country_c, norm=125, alpha=2, variable="access") == pytest.approx(0.0136)


def test_theils_index_in_the_manual_of_reat() -> None:
    # Wieland, T.: R package REAT, help page of theil(), after Stoermann (2009); the form
    # used there is the mean logarithmic deviation.
    assert theil_l([10, 10, 10, 20, 50]) == pytest.approx(0.2326302, abs=5e-8)


def test_atkinsons_index_in_the_manual_of_reat() -> None:
    # Help page of atkinson().
    assert atkinson([100, 0, 0, 0], epsilon=0.8) == pytest.approx(0.9960938, abs=6e-8)
    assert atkinson([100, 100, 100, 100], epsilon=0.8) == 0


def test_the_gini_index_of_a_frequency_table() -> None:
    # Bobbitt, Z.: "How to Calculate Gini Coefficient in R", statology.org, example 2:
    # DescTools::Gini(x, n, unbiased = FALSE).
    income = [10, 20, 25, 55, 70, 90, 110, 115, 130]
    people = [6, 7, 7, 14, 22, 20, 8, 4, 1]
    assert gini(income, weights=people) == pytest.approx(0.2632289, abs=5e-8)
    # The same page, example 1.
    assert gini([50, 50, 70, 70, 70, 90, 150, 150, 150, 150]) == pytest.approx(0.226)
