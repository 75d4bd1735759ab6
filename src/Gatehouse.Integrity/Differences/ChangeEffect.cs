namespace Gatehouse.Integrity.Differences;

/// <summary>The effect of a change, worst first for a reviewer.</summary>
public enum ChangeEffect
{
    /// <summary>A model reads something else.</summary>
    Says = 0,

    /// <summary>A call may or must give something that it did not give before.</summary>
    Asks,

    /// <summary>A call that was not valid is valid now.</summary>
    Permits,

    /// <summary>A call that was valid is not valid now.</summary>
    Forbids,

    /// <summary>Something else changed. The consequences are not known.</summary>
    Changes,
}
