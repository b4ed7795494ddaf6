def case_explorer(case=None, query=""):
    from devomodel.problems import DevomodelError

    raise DevomodelError("This page is being built.")
