namespace Gatehouse.Protocol;

/// <summary>The bounds of one message. A message beyond any of them is refused, never cut.</summary>
public sealed record MessageLimits
{
    /// <summary>The limits that hold where none are named.</summary>
    public static MessageLimits Default { get; } = new();

    /// <summary>Most bytes of a message. Default 4 MiB.</summary>
    public int MaxBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>Most containers open at the same time, the message's own object included. Default 64, the bound common to many readers.</summary>
    public int MaxDepth { get; init; } = 64;

    /// <summary>Most members of one object. Default 4,096.</summary>
    public int MaxMembers { get; init; } = 4096;

    /// <summary>Most values in a message, containers included. Default 524,288.</summary>
    public int MaxValues { get; init; } = 524_288;

    /// <summary>Most bytes of a member name as written, escapes included. Default 1,024.</summary>
    public int MaxNameBytes { get; init; } = 1024;

    /// <summary>Most bytes of a number as written. Default 128: readers of arbitrary precision take quadratic time beyond.</summary>
    public int MaxNumberBytes { get; init; } = 128;

    /// <summary>Most bytes of an id as written, quotes included. Default 1,024.</summary>
    public int MaxIdBytes { get; init; } = 1024;
}
