namespace Gatehouse.Policy.Rules;

/// <summary>The calls that a remembered approval may cover at most, in rising order.</summary>
public enum RememberScope
{
    /// <summary>An approval is never remembered.</summary>
    None,

    /// <summary>Calls with the same arguments.</summary>
    Arguments,

    /// <summary>Calls whose arguments differ only in one path, which is the remembered one or below it.</summary>
    Path,
}
