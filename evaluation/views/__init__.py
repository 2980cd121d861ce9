"""Pages of evaluation: the list, one case, assessment, decision, ranking, and the applicant's decision."""
