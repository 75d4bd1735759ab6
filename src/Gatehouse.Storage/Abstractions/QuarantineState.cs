namespace Gatehouse.Storage.Abstractions;

/// <summary>States of a withheld result. The numbers are stored. Only the first two have a content.</summary>
public enum QuarantineState
{
    /// <summary>It waits for a person.</summary>
    Kept,

    /// <summary>A person released it, and no call took it yet.</summary>
    Released,

    /// <summary>A call took it.</summary>
    Delivered,

    /// <summary>A person deleted it, or its caller was erased.</summary>
    Deleted,

    /// <summary>Its time, or that of its release, is over.</summary>
    Expired,
}
