"""The tools that were chosen, behind functions of ours."""
