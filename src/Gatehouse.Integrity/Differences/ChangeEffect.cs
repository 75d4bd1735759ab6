namespace Gatehouse.Integrity.Differences;

/// <summary>What a change does, worst first for who reviews it.</summary>
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

    /// <summary>Something else changed; what follows from it is not told.</summary>
    Changes,
}
