namespace Gatehouse.Policy.Analysis.WhoCan;

/// <summary>The answer whether a caller may do something.</summary>
public enum PartialResult
{
    /// <summary>Never.</summary>
    No,

    /// <summary>With some arguments or at some times.</summary>
    Depends,

    /// <summary>Always.</summary>
    Yes,
}
